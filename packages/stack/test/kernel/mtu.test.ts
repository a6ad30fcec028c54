import { run } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { beforeAll, expect, test } from "vitest";
import {
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "./support/transfer.ts";
import { HOST, linuxPings, STACK, tapStack } from "./support.ts";

/** Of an IPv4 header and one of UDP or ICMP. */
const HEADERS = 28;
const LARGEST = 65_507;
const TRANSFER = 4 * 2 ** 20;
/** Frames: the largest datagram is 1 365 of them at an MTU of 68. */
const QUEUE = 2000;
/** Octets: Linux charges each of those frames with about 800. */
const SEND_BUFFER = 2 ** 21;

/** Octets of the largest ping that Linux answers: its ICMP socket's send buffer ends after some 340 fragments, however small they are. */
const linuxAnswers = (mtu: number): number => (mtu === 68 ? 12_000 : LARGEST);

const aroundMtu = (mtu: number): number[] => [mtu - HEADERS - 1, mtu - HEADERS, mtu - HEADERS + 1, LARGEST];

kernelSuite(
  "every MTU",
  () => {
    // Where these are not the namespace's own (before Linux 6.10) the machine's have to do.
    beforeAll(async () => {
      for (const name of ["rmem_max", "wmem_max"]) {
        await run("sysctl", ["-q", "-w", `net.core.${name}=${2 * SEND_BUFFER}`]);
      }
    });

    test.each([68, 576, 1280, 1400, 1500, 9000])("%i: pings, largest datagrams both ways", async (mtu) => {
      const { stack, finish } = await tapStack({}, { mtu, queue: QUEUE });
      const sizes = aroundMtu(mtu);
      for (const size of sizes) {
        await linuxPings(STACK, size, ["-S", String(SEND_BUFFER)]);
        const answerable = Math.min(size, linuxAnswers(mtu));
        expect((await stack.ping(HOST, { count: 2, size: answerable, interval: 10 })).received).toBe(2);
      }
      await linuxDatagrams(stack, STACK, sizes);
      await ourDatagrams(stack, HOST, sizes);
      await finish();
    });

    // RFC 791 wants nothing of TCP below 576, and Linux refuses an MSS under 88.
    test.each([576, 1280, 1400, 1500, 9000])("%i: 4 MiB over TCP both ways", async (mtu) => {
      const { stack, finish } = await tapStack({}, { mtu });
      await linuxEchoesThroughUs(stack, STACK, TRANSFER);
      await weEchoThroughLinux(stack, HOST, TRANSFER);
      await finish();
    });
  },
  { commands: ["ping", "sysctl", "tshark"] },
);
