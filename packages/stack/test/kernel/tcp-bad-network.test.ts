import { gateway } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ClosedWindows } from "./support/closed-window.ts";
import { RelayProcess } from "./support/relay-process.ts";
import { linuxSends, type TcpSnapshot, weSend } from "./support/transfer.ts";
import { HOST, HOST6, STACK, STACK6, tapStack } from "./support.ts";

/**
 * TCP with Linux over a bad cable: 1 % of the frames lost, 2 % late, 0.5 % twice, 0.5 % corrupted, each way, by a relay between two TAPs
 * that is a process of its own. And, while all that goes on, windows that stay closed for a minute.
 */

const MEBIBYTE = 2 ** 20;
/** Octets a second that every transfer has to reach. */
const RATE = 2_000_000;
/** Octets a second of 50 Mbit/s. */
const LINK = 6_250_000;
/** Octets of a full frame, and those of its text that the application gets. */
const [FRAME, TEXT] = [1514, 1448];
/** Milliseconds for which the windows stay closed. */
const CLOSED = 60_000;

/** Fails when a transfer was slower than `least` octets a second from the handshake to the last octet. */
function fastEnough(octets: number, { milliseconds }: TcpSnapshot, least = RATE): void {
  const rate = (octets * 1000) / Number(milliseconds);
  expect(rate).toBeGreaterThanOrEqual(least);
}

/** A stack behind the bad cable, and what must hold of the cable when the test is over. */
async function behindBadCable(seed: number): Promise<{ stack: Stack; finish(): Promise<void> }> {
  const { stack, tap, finish } = await tapStack({}, { ipv6: true, judged: false });
  const relay = await RelayProcess.start({ tap: tap.name, seed, host: `${HOST}/24`, host6: `${HOST6}/64` });
  onTestFinished(() => relay.stop().then(() => {}));
  return {
    stack,
    finish: async () => {
      const report = await relay.stop();
      for (const { sent, lost, reordered, duplicated, corrupted } of [report!.outward, report!.inward]) {
        const share = (part: number, expected: number): void => {
          expect(part / sent).toBeGreaterThan(expected / 2);
          expect(part / sent).toBeLessThan(expected * 2);
        };
        share(lost, 0.01);
        share(reordered, 0.02);
        share(duplicated, 0.005);
        share(corrupted, 0.005);
      }
      expect(stack.stats()["tcp"]!["inErrors"]).toBeGreaterThan(0);
      await finish();
    },
  };
}

kernelSuite("TCP with Linux over a bad network", () => {
  let windows: ClosedWindows | undefined;
  beforeAll(async () => {
    windows = await ClosedWindows.begin();
  });
  afterAll(() => windows?.stop());

  test("64 MiB from Linux through loss, disorder, duplicates and corruption, at 2 MB/s or more", async () => {
    const { stack, finish } = await behindBadCable(1);
    fastEnough(64 * MEBIBYTE, await linuxSends(stack, STACK, 64 * MEBIBYTE));
    expect(stack.stats()["tcp"]!["outOfOrderSegments"]).toBeGreaterThan(0);
    await finish();
  });

  test("64 MiB to Linux through the same, at 2 MB/s or more", async () => {
    const { stack, finish } = await behindBadCable(2);
    fastEnough(64 * MEBIBYTE, await weSend(stack, HOST, 64 * MEBIBYTE));
    const { timeouts, fastRetransmissions } = stack.stats()["tcp"]!;
    // Losses are found by what arrives, not by waiting.
    expect(timeouts!).toBeLessThan(fastRetransmissions! / 10);
    await finish();
  });

  test("16 MiB each way through the same over IPv6, both at once", async () => {
    const { stack, finish } = await behindBadCable(3);
    const octets = 16 * MEBIBYTE;
    const both = await Promise.all([linuxSends(stack, STACK6, octets), weSend(stack, HOST6, octets)]);
    for (const transfer of both) fastEnough(octets, transfer);
    await finish();
  });

  test("a link of 50 Mbit/s is used to 90 % or more, each way", async () => {
    const { stack, tap, finish } = await tapStack({}, { judged: false });
    const router = await gateway({ link: tap.name, address: `${HOST}/24` });
    onTestFinished(() => router.stop());
    stack.setGateway(HOST);
    // 50 Mbit/s out of either side of the router, Ethernet headers counted, and a queue of 50 ms.
    for (const side of [tap.name, router.farInterface]) {
      const filter = ["tbf", "rate", "50mbit", "burst", "32k", "latency", "50ms"];
      await router.namespace.runOk("tc", ["qdisc", "add", "dev", side, "root", ...filter]);
    }
    const least = (0.9 * LINK * TEXT) / FRAME;
    fastEnough(16 * MEBIBYTE, await linuxSends(stack, STACK, 16 * MEBIBYTE), least);
    fastEnough(16 * MEBIBYTE, await weSend(stack, router.host, 16 * MEBIBYTE), least);
    await finish();
  });

  // The last one: the minute began with the first test.
  test("windows closed for a minute: probed all the time, ours and Linux's, and every octet when they open", async () => {
    await windows!.heldFor(CLOSED);
    expect(await windows!.reopen()).toBeLessThan(10_000);
  });
});
