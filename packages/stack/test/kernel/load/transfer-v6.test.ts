import { runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import type { TapDevice } from "@mnet/tuntap";
import { expect, test } from "vitest";
import {
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "../support/transfer.ts";
import { HOST6, linuxPings, STACK6, type TapStack, tapStack } from "../support.ts";

/** As much as goes over IPv6, with Linux at the other end. */

/** Of an IPv6 header and one of UDP or ICMPv6. */
const HEADERS = 48;
const LARGEST = 65_507;
const TRANSFER = 64 * 2 ** 20;
const ZONE = "service";

const around = (mtu: number): number[] => [mtu - HEADERS - 1, mtu - HEADERS, mtu - HEADERS + 1, LARGEST];

/** IPv6 and nothing else. */
const onlyIpv6 = (mtu = 1500): Promise<TapStack> =>
  tapStack({ ipv6Only: true, interfaceName: ZONE }, { ipv6: true, mtu });

/** Our link-local address as Linux names it, and Linux's as we do. */
async function linkLocals(stack: Stack, tap: TapDevice): Promise<{ ours: string; theirs: string }> {
  const ours = stack.addresses().find(({ scope }) => scope === "link")!.address;
  const { stdout } = await runOk("ip", ["-6", "-o", "addr", "show", "dev", tap.name, "scope", "link"]);
  const theirs = /inet6 (fe80::[0-9a-f:]+)\/64/.exec(stdout)![1]!;
  return { ours: `${ours}%${tap.name}`, theirs: `${theirs}%${ZONE}` };
}

/** What ping(8) counts of `count` requests sent as fast as they are answered. */
async function flood(host: string, count: number, size: number): Promise<string> {
  const { stdout } = await runOk("ping", ["-6", "-n", "-q", "-f", "-c", `${count}`, "-s", `${size}`, host]);
  return /\d+ packets transmitted, \d+ received/.exec(stdout)![0];
}

kernelSuite(
  "as much as goes over IPv6",
  () => {
    test.each([1280, 1500])("MTU %i: pings and datagrams both ways", async (mtu) => {
      const { stack, finish } = await onlyIpv6(mtu);
      const sizes = around(mtu);
      for (const size of [0, 1, 7, 8, ...sizes]) {
        await linuxPings(STACK6, size);
        expect((await stack.ping(HOST6, { size })).received).toBe(1);
      }
      await linuxDatagrams(stack, STACK6, sizes);
      await ourDatagrams(stack, HOST6, sizes);
      await finish();
    });

    test("a flood of pings is answered, small and largest ones", async () => {
      const { finish } = await onlyIpv6();
      expect(await flood(STACK6, 5000, 56)).toBe("5000 packets transmitted, 5000 received");
      expect(await flood(STACK6, 100, LARGEST)).toBe("100 packets transmitted, 100 received");
      await finish();
    });

    test("64 MiB each way: Linux is the client of our echo", async () => {
      const { stack, finish } = await onlyIpv6();
      await linuxEchoesThroughUs(stack, STACK6, TRANSFER);
      await finish();
    });

    test("64 MiB each way: we are the client of Linux's echo", async () => {
      const { stack, finish } = await onlyIpv6();
      await weEchoThroughLinux(stack, HOST6, TRANSFER);
      await finish();
    });

    test("between the link-local addresses, with their zones: pings, TCP and UDP both ways", async () => {
      const { stack, tap, finish } = await onlyIpv6();
      const { ours, theirs } = await linkLocals(stack, tap);
      const sizes = [0, 1453, LARGEST];
      for (const size of sizes) {
        await linuxPings(ours, size);
        expect((await stack.ping(theirs, { size })).received).toBe(1);
      }
      await linuxEchoesThroughUs(stack, ours, 2 ** 20);
      await weEchoThroughLinux(stack, theirs, 2 ** 20);
      await linuxDatagrams(stack, ours, sizes);
      await ourDatagrams(stack, theirs, sizes);
      await finish();
    });
  },
  { commands: ["ip", "ping", "tshark"] },
);
