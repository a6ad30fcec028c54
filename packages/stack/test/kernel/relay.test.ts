import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { LinkConditions } from "@mnet/simulation";
import { expect, onTestFinished, test } from "vitest";
import { BAD_CABLE, type Relay, relay } from "./support/relay.ts";
import {
  linuxDatagrams,
  linuxEchoesThroughUs,
  ourDatagrams,
  weEchoThroughLinux,
} from "./support/transfer.ts";
import { HOST, linuxPings, STACK, tapStack } from "./support.ts";

const TRANSFER = 4 * 2 ** 20;

async function through(tap: string, seed: number, conditions: LinkConditions): Promise<Relay> {
  const made = await relay({ tap, host: `${HOST}/24`, seed, conditions });
  onTestFinished(() => made.stop());
  return made;
}

kernelSuite(
  "through a relay between two TAPs",
  () => {
    test("a perfect one changes nothing", async () => {
      const { stack, tap, finish } = await tapStack();
      const { outward, inward } = await through(tap.name, 1, {});
      await linuxPings(STACK, 1472);
      expect((await stack.ping(HOST, { size: 1472 })).received).toBe(1);
      await linuxDatagrams(stack, STACK, [0, 65_507]);
      await ourDatagrams(stack, HOST, [0, 65_507]);
      for (const { sent, lost, corrupted } of [outward, inward]) {
        expect(sent).toBeGreaterThan(50);
        expect([lost, corrupted]).toEqual([0, 0]);
      }
      await finish();
    });

    test.each([1, 2])(
      "4 MiB each way through loss, disorder, duplicates and corruption, seed %i",
      async (seed) => {
        const { stack, tap, finish } = await tapStack({}, { judged: false });
        const { outward, inward } = await through(tap.name, seed, BAD_CABLE);
        await linuxEchoesThroughUs(stack, STACK, TRANSFER);
        await weEchoThroughLinux(stack, HOST, TRANSFER);
        for (const { lost, reordered, duplicated, corrupted } of [outward, inward]) {
          expect(Math.min(lost, reordered, duplicated, corrupted)).toBeGreaterThan(0);
        }
        await finish();
      },
    );
  },
  { commands: ["ping", "sysctl", "tshark"] },
);
