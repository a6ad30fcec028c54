import { parseEthernet, parseIpv6, parseNeighborDiscovery } from "@mnet/conformance";
import { hostAddressesReady, type PacketSocket, run, runOk, tcpClient, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import { describe, expect, test } from "vitest";
import {
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "./support/transfer.ts";
import { HOST, HOST6, linuxPings, outcome, packetSocket, STACK, STACK6, tapStack, until } from "./support.ts";

/** Both families beside each other, with Linux at the other end. */

const OCTETS = 8 * 2 ** 20;
const SIZES = [0, 1, 1452, 1453, 65_507];
/** Octets that a fragment carries behind the headers of IPv6, in eights. */
const FRAGMENT = 1448;
const ICMP_HEADER = 8;

/** Sizes of echo data that fill 1 to 45 fragments, one octet less and one more, and the largest that there is. */
function aroundFragments(): number[] {
  const full = Array.from({ length: 45 }, (_, i) => (i + 1) * FRAGMENT - ICMP_HEADER);
  return [...full.flatMap((size) => [size - 1, size, size + 1]), 65_507];
}

/** The addresses that Neighbor Solicitations from `::` asked for: duplicate address detection as the link sees it. */
function probed(watch: PacketSocket): string[] {
  return watch
    .received()
    .map((frame) => parseEthernet(frame))
    .filter(({ etherType, payload }) => etherType === 0x86dd && payload[6] === 58 && payload[40] === 135)
    .map(({ payload }) => parseIpv6(payload))
    .filter(({ source }) => source === "::")
    .map(({ payload }) => {
      const asked = parseNeighborDiscovery(payload);
      return asked.message === "neighbor solicitation" ? asked.target : "";
    });
}

function linkLocal(stack: Stack): string {
  return String(stack.addresses().find(({ scope }) => scope === "link")!.address);
}

kernelSuite(
  "both families with Linux",
  () => {
    test("the addresses are checked on the wire before they are used", async () => {
      let watch: PacketSocket | undefined;
      const { stack, finish } = await tapStack(
        {},
        {
          ipv6: true,
          opened: (tap) => {
            watch = packetSocket(tap);
          },
        },
      );
      expect(probed(watch!).sort()).toEqual([STACK6, linkLocal(stack)].sort());
      expect(stack.addresses().map(({ state }) => state)).toEqual(["preferred", "preferred", "preferred"]);
      await finish();
    });

    test("Linux pings us, with fragments too, over either", async () => {
      const { stack, tap, finish } = await tapStack({}, { ipv6: true });
      for (const host of [STACK, STACK6, `${linkLocal(stack)}%${tap.name}`]) {
        for (const size of [0, 56, 1452, 1453, 9000, 65_507]) await linuxPings(host, size);
      }
      await finish();
    });

    test("Linux pings us over IPv6 with any number of fragments, full to the last octet, one short and one over", async () => {
      const { finish } = await tapStack({}, { ipv6: true });
      for (const size of aroundFragments()) await linuxPings(STACK6, size);
      await finish();
    });

    test("we ping Linux over IPv6 with all sizes up to three fragments, and around every boundary beyond", async () => {
      const { stack, finish } = await tapStack({}, { ipv6: true });
      const sizes = [...Array.from({ length: 3 * FRAGMENT }, (_, size) => size), ...aroundFragments()];
      for (const size of sizes) {
        const { received } = await stack.ping(HOST6, { size });
        if (received !== 1) throw new Error(`no answer to ${size} octets`);
      }
      await finish();
    });

    test("we ping Linux, over either and by its link-local address with its zone", async () => {
      const { stack, tap, finish } = await tapStack({ interfaceName: "lan" }, { ipv6: true });
      const { stdout } = await runOk("ip", ["-6", "-o", "addr", "show", "dev", tap.name, "scope", "link"]);
      const theirs = /inet6 (fe80::[0-9a-f:]+)\/64/.exec(stdout)![1]!;
      for (const host of [HOST, HOST6, `${theirs}%lan`]) {
        for (const size of [0, 56, 1453, 65_507])
          expect(await stack.ping(host, { size })).toMatchObject({ received: 1 });
      }
      expect(() => stack.ping(`${theirs}%${tap.name}`)).toThrow(/interface is "lan"/);
      await finish();
    });

    describe.each([
      ["IPv4", STACK, HOST],
      ["IPv6", STACK6, HOST6],
    ])("%s", (_family, ours, theirs) => {
      test("TCP both ways", async () => {
        const { stack, finish } = await tapStack({}, { ipv6: true });
        await linuxEchoesThroughUs(stack, ours, OCTETS);
        await weEchoThroughLinux(stack, theirs, OCTETS);
        await finish();
      });

      test("UDP both ways", async () => {
        const { stack, finish } = await tapStack({}, { ipv6: true });
        await linuxDatagrams(stack, ours, SIZES);
        await ourDatagrams(stack, theirs, SIZES);
        await finish();
      });

      test("a closed port is ECONNREFUSED, to TCP and to UDP, both ways", async () => {
        const { stack, finish } = await tapStack({}, { ipv6: true });
        const { first } = await tcpClient({ host: ours, port: 9 });
        expect(first.error).toBe("ECONNREFUSED");
        expect(await outcome(stack.tcp.connect({ host: theirs, port: 9 }))).toBe("ECONNREFUSED");
        const socket = stack.udp.bind();
        socket.connect({ host: theirs, port: 9 });
        await socket.send("anyone?");
        expect(await outcome(socket.recv({ signal: AbortSignal.timeout(5000) }))).toBe("ECONNREFUSED");
        await finish();
      });
    });

    test("TCP between the link-local addresses, with the zone, both ways", async () => {
      const { stack, tap, finish } = await tapStack({ interfaceName: "lan" }, { ipv6: true });
      const { stdout } = await runOk("ip", ["-6", "-o", "addr", "show", "dev", tap.name, "scope", "link"]);
      const theirs = /inet6 (fe80::[0-9a-f:]+)\/64/.exec(stdout)![1]!;
      await linuxEchoesThroughUs(stack, `${linkLocal(stack)}%${tap.name}`, 100_000);
      const { peer, port } = await tcpServer({ mode: "source", octets: 1000, host: "::" });
      const flow = await stack.tcp.connect({ host: `${theirs}%lan`, port });
      expect((await flow.readExactly(1000)).length).toBe(1000);
      expect(flow.local.address.isLinkLocal).toBe(true);
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("one listener takes both", async () => {
      const { stack, finish } = await tapStack({}, { ipv6: true });
      const listener = stack.tcp.listen(80);
      for (const host of [STACK, STACK6]) {
        const accepting = listener.accept();
        const client = tcpClient({ host, port: 80, octets: 10 });
        const flow = await accepting;
        expect(String(flow.local.address)).toBe(host);
        await flow.write(await flow.readExactly(10));
        flow.shutdown("write");
        expect((await client).first).toMatchObject({ received: 10, ended: true });
      }
      await finish();
    });

    test.each([
      [{ ipv4Only: true, ipv6Only: false }, "ip6"],
      [{ ipv6Only: true, ipv4Only: false }, "ip or arp"],
    ])("with %j there is no packet of the other family from us", async (options, other) => {
      let watch: PacketSocket | undefined;
      const { stack, finish } = await tapStack(options, {
        ipv6: true,
        opened: (tap) => {
          watch = packetSocket(tap);
        },
      });
      const host = options.ipv4Only ? HOST : HOST6;
      expect(await stack.ping(host)).toMatchObject({ received: 1 });
      expect(await outcome(stack.ping(options.ipv4Only ? HOST6 : HOST))).toBe("EAFNOSUPPORT");
      // Linux asks for the other family's address in vain.
      await run("ping", ["-n", "-c1", "-W1", options.ipv4Only ? STACK6 : STACK]);
      const types = new Set(watch!.received().map((frame) => parseEthernet(frame).etherType));
      expect(types).toEqual(new Set(other === "ip6" ? [0x0806, 0x0800] : [0x86dd]));
      await finish();
    });

    test("an address that Linux has is not ours: it stays off, and everything else works", async () => {
      // Once Linux has checked it: of two that check at the same time, neither gets it.
      const opened = (tap: { readonly name: string }): Promise<void> => hostAddressesReady(tap.name);
      const addresses = { ipv6: [`${HOST6}/64`, `${STACK6}/64`], waitFor: "link" } as const;
      const { stack, finish } = await tapStack(addresses, { ipv6: true, opened });
      await until(() => stack.addresses().every(({ state }) => state !== "tentative"));
      const states = Object.fromEntries(
        stack.addresses().map(({ address, state }) => [String(address), state]),
      );
      expect(states).toMatchObject({ [HOST6]: "duplicate", [STACK6]: "preferred", [STACK]: "preferred" });
      await linuxPings(STACK6, 56);
      await linuxPings(STACK, 56);
      await finish();
    });
  },
  { commands: ["ip", "ping", "tshark"] },
);
