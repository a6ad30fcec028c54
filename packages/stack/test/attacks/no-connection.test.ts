import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import { ECHO_PORT, type Siege, siege } from "../support/siege.ts";

/** Segments of no connection: ACK, RST, FIN, null and "Christmas tree" floods (RFC 9293 3.10.7.1, 3.5.2). */

const { resetsPerSecond } = defaultParameters;
/** A reset costs 0, 1 or 2 tokens: a burst may exceed the mean by the noise that hides the bucket. */
const MOST_RESETS = resetsPerSecond * 1.3;

test.each(["A", "FA", "PA", "F", "", "FPU", "SFPRAU", "SA", "R", "RA"])(
  "a flood of [%s] to a closed port: answered up to the bucket, nothing kept",
  async (flags) => {
    const { attacker, timeline, count } = await siege();
    const timers = count("tcp", "timers");
    for (let i = 0; i < 2000; i++) {
      attacker.tcp({ sourcePort: 1024 + i, destinationPort: 9, flags, sequence: i, acknowledgment: i });
    }
    await timeline.run(1);
    const resets = attacker.takeTcp();
    if (flags.includes("R")) {
      expect(resets).toHaveLength(0);
    } else {
      expect(resets.length).toBeLessThanOrEqual(MOST_RESETS);
      expect(resets.length).toBeGreaterThan(resetsPerSecond * 0.7);
      expect(resets.every(({ tcp }) => tcp.flags.includes("R") && tcp.payload.length === 0)).toBe(true);
      expect(count("tcp", "receivedRateLimited")).toBe(2000 - resets.length);
    }
    expect(count("tcp", "flows")).toBe(0);
    expect(count("tcp", "timers")).toBe(timers);
  },
);

test("ten seconds of flood: the mean holds, and new connections work beside it", async () => {
  const { attacker, timeline, serves } = await siege();
  let resets = 0;
  for (let second = 0; second < 10; second++) {
    for (let i = 0; i < 1000; i++) {
      attacker.tcp({ sourcePort: 1024 + i, destinationPort: 9, flags: "A", acknowledgment: i });
    }
    await timeline.run(1000);
    resets += attacker.takeTcp().length;
  }
  expect(resets).toBeLessThanOrEqual(11 * resetsPerSecond * 1.1);
  expect(await serves()).toBe(true);
});

/** What the attacker counts of its own resets in one second after 100 forged segments that may have met a connection. */
async function resetsSeenAfter({ attacker, timeline }: Siege, forgedPort: number): Promise<number> {
  await timeline.run(5000);
  attacker.take();
  for (let i = 0; i < 100; i++) {
    attacker.tcp({ source: "198.51.100.1", sourcePort: forgedPort, destinationPort: ECHO_PORT, flags: "SA" });
  }
  for (let i = 0; i < 1000; i++) {
    attacker.tcp({ sourcePort: 1024 + i, destinationPort: 9, flags: "A", acknowledgment: 1 });
  }
  await timeline.run(1);
  return attacker
    .takeTcp()
    .filter(({ ip, tcp }) => ip.destination !== "198.51.100.1" && tcp.flags.includes("R")).length;
}

test("the bucket is not a counter to read by others: its length varies from second to second", async () => {
  const besieged = await siege();
  const seen: number[] = [];
  for (let round = 0; round < 12; round++) seen.push(await resetsSeenAfter(besieged, 9000));
  expect(new Set(seen).size).toBeGreaterThan(6);
  expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(10);
});
