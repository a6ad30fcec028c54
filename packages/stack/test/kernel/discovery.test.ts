import { parseEthernet, parseIpv6, parseNeighborDiscovery } from "@mnet/conformance";
import { type PacketSocket, run, runOk, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import type { TapDevice } from "@mnet/tuntap";
import { expect, test } from "vitest";
import { HOST6, linuxPings, outcome, packetSocket, STACK6, sleep, tapStack, until } from "./support.ts";

/** Waits of unreachability detection, shorter than RFC 4861 10 has them. */
const QUICK = { reachableTime: 200, delayFirstProbeTime: 100, retransTimer: 100 };

/** Neighbor Discovery messages among frames: what each says, from where to where. */
function discoveryIn(frames: readonly Uint8Array[]) {
  return frames
    .map((frame) => parseEthernet(frame))
    .filter(
      ({ etherType, payload }) =>
        etherType === 0x86dd && payload[6] === 58 && payload[40]! >= 133 && payload[40]! <= 137,
    )
    .map(({ payload, destination: mac }) => {
      const { source, destination, payload: message } = parseIpv6(payload);
      return { mac, source, destination, ...parseNeighborDiscovery(message) };
    });
}

/** Solicitations of ours for Linux's address, after duplicate address detection. */
function asked(watch: PacketSocket): string[] {
  return discoveryIn(watch.received()).flatMap((said) =>
    said.message === "neighbor solicitation" && said.target === HOST6 && said.source !== "::"
      ? [said.destination]
      : [],
  );
}

const linkLocal = (stack: Stack): string =>
  String(stack.addresses().find(({ scope }) => scope === "link")!.address);
const setMac = (tap: TapDevice, mac: string): Promise<unknown> =>
  runOk("ip", ["link", "set", "dev", tap.name, "address", mac]);
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

kernelSuite(
  "Neighbor Discovery with Linux",
  () => {
    test("an address that Linux has stays off, an event says so, and the stack runs on", async () => {
      const conflicts: string[] = [];
      const { stack, tap, finish } = await tapStack({ ipv6: [`${STACK6}/64`] }, { ipv6: true });
      stack.on("conflict", ({ address, mac, outcome }) => conflicts.push(`${outcome} ${address} ${mac}`));
      stack.addAddress(`${HOST6}/64`);
      await until(() => conflicts.length > 0);
      expect(conflicts).toEqual([`refused ${HOST6} ${tap.hostMac}`]);
      expect(stack.addresses().find(({ address }) => `${address}` === HOST6)).toMatchObject({
        state: "duplicate",
      });
      await linuxPings(STACK6, 56);
      expect(await stack.ping(HOST6)).toMatchObject({ received: 1 });
      await finish();
    });

    test("Linux cannot have an address of ours either: we answer its probe", async () => {
      const { tap, finish } = await tapStack({}, { ipv6: true });
      await runOk("ip", ["-6", "address", "add", `${STACK6}/64`, "dev", tap.name]);
      const state = async (): Promise<string> =>
        (await runOk("ip", ["-6", "-o", "address", "show", "dev", tap.name])).stdout;
      await until(async () => (await state()).includes("dadfailed"));
      await runOk("ip", ["-6", "address", "del", `${STACK6}/64`, "dev", tap.name]);
      await linuxPings(STACK6, 56);
      await finish();
    });

    test("ndisc6 finds us, by each of our addresses and no other", async () => {
      const { stack, tap, finish } = await tapStack({}, { ipv6: true });
      for (const address of [STACK6, linkLocal(stack)]) {
        const { stdout } = await runOk("ndisc6", ["-q", "-r", "3", address, tap.name]);
        expect(stdout.trim().toLowerCase()).toBe(String(stack.mac));
      }
      expect((await run("ndisc6", ["-q", "-r", "1", "-w", "300", "fd00::77", tap.name])).code).not.toBe(0);
      await finish();
    });

    test("Linux changes its MAC address: a connection goes on", async () => {
      const { stack, tap, finish } = await tapStack({ parameters: { ipv6: QUICK } }, { ipv6: true });
      const { peer, port } = await tcpServer({ mode: "echo", host: "::" });
      const flow = await stack.tcp.connect({ host: HOST6, port });
      await flow.write("before");
      expect(text(await flow.readExactly(6))).toBe("before");
      await setMac(tap, "02:00:00:00:22:22");
      await flow.write("after");
      expect(text(await flow.readExactly(5))).toBe("after");
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("a neighbour that is used but silent is probed by itself, three times, given up, and looked for again", async () => {
      const { stack, tap, finish } = await tapStack({ parameters: { ipv6: QUICK } }, { ipv6: true });
      const socket = stack.udp.bind();
      await socket.send("x", { host: HOST6, port: 9 });
      await sleep(600);
      const watch = packetSocket(tap);
      // From here on Linux hears nobody who is not told by hand where it is: its address is gone.
      await runOk("ip", ["-6", "address", "del", `${HOST6}/64`, "dev", tap.name]);
      await socket.send("x", { host: HOST6, port: 9 });
      const questions: string[] = [];
      await until(() => questions.push(...asked(watch)) >= 3);
      await sleep(500);
      expect([...questions, ...asked(watch)]).toEqual([HOST6, HOST6, HOST6]);
      await socket.send("x", { host: HOST6, port: 9 });
      await until(() => asked(watch).length > 0);
      await runOk("ip", ["-6", "address", "add", `${HOST6}/64`, "dev", tap.name, "nodad"]);
      await until(
        async () => (await stack.ping(HOST6, { timeout: 300 }).catch(() => ({ received: 0 }))).received > 0,
      );
      await socket.close();
      await finish();
    });

    test("nobody answers for an address that nobody has: EHOSTUNREACH after three questions", async () => {
      const { stack, tap, finish } = await tapStack({ parameters: { ipv6: QUICK } }, { ipv6: true });
      const watch = packetSocket(tap);
      const socket = stack.udp.bind();
      socket.connect({ host: "fd00::77", port: 9 });
      await socket.send("anyone?");
      expect(await outcome(socket.recv({ signal: AbortSignal.timeout(5000) }))).toBe("EHOSTUNREACH");
      const questions = discoveryIn(watch.received()).filter(
        (said) => said.message === "neighbor solicitation" && said.target === "fd00::77",
      );
      expect(questions.map(({ destination }) => destination)).toEqual(new Array(3).fill("ff02::1:ff00:77"));
      await finish();
    });

    test("a transfer keeps Linux's entry fresh: we probe it only now and then", async () => {
      const { stack, tap, finish } = await tapStack(
        { parameters: { ipv6: { ...QUICK, reachableTime: 1000 } } },
        { ipv6: true },
      );
      const { peer, port } = await tcpServer({ mode: "echo", host: "::" });
      const flow = await stack.tcp.connect({ host: HOST6, port });
      const watch = packetSocket(tap);
      for (let round = 0; round < 40; round++) {
        await flow.write("x");
        await flow.readExactly(1);
        await sleep(75);
      }
      expect(asked(watch)).toEqual([]);
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("Linux's own detection of unreachability finds us, by global and by link-local addresses", async () => {
      const { stack, tap, finish } = await tapStack({}, { ipv6: true });
      for (const address of [STACK6, linkLocal(stack)]) {
        await linuxPings(address.startsWith("fe80") ? `${address}%${tap.name}` : address, 56);
        const neigh = (...words: string[]) => runOk("ip", ["-6", "neigh", ...words, "dev", tap.name]);
        await neigh("change", address, "lladdr", String(stack.mac), "nud", "probe");
        await until(async () => (await neigh("show", address)).stdout.includes("REACHABLE"));
      }
      await finish();
    });
  },
  { commands: ["ip", "ping", "ndisc6"] },
);
