import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import type { RawConnection } from "../support/attacker.ts";
import { siege } from "../support/siege.ts";

/** TIME-WAIT exhaustion and assassination (RFC 1337), SYNs to TIME-WAIT (RFC 9293 3.6.1). */

const LIMIT = 64;

async function closed(limit = LIMIT) {
  const all = await siege({ victim: { parameters: { tcp: { timeWaitLimit: limit } } } });
  const { attacker, timeline, victim } = all;
  void victim.tcp
    .listen(8)
    .serve((flow) => void flow.close().catch(() => {}))
    .catch(() => {});
  /** A connection that the victim closed first, up to the victim's TIME-WAIT. */
  const close = async (sourcePort: number): Promise<RawConnection> => {
    const raw = await attacker.connect(timeline, { destinationPort: 8, sourcePort });
    raw.acknowledgment = (raw.acknowledgment + 1) >>> 0;
    raw.send("FA");
    await timeline.run(1);
    attacker.take();
    return raw;
  };
  return { ...all, close };
}

test("the table is bounded, the oldest goes first, and new connections work", async () => {
  const { close, count, serves } = await closed();
  for (let i = 0; i < 3 * LIMIT; i++) await close(10_000 + i);
  expect(count("tcp", "timeWait")).toBe(LIMIT);
  expect(count("tcp", "timeWaitEvictions")).toBe(2 * LIMIT);
  expect(count("tcp", "connections")).toBe(0);
  expect(count("tcp", "ringOctets")).toBe(0);
  expect(await serves()).toBe(true);
});

test("by default it holds 16 384 records for a minute", () => {
  expect(defaultParameters).toMatchObject({ timeWaitLimit: 16_384, timeWait: 60_000 });
});

test("a RST does not end TIME-WAIT, wherever it is", async () => {
  const { close, timeline, count, attacker } = await closed();
  const raw = await close(10_000);
  const end = raw.sequence + 1;
  for (const sequence of [end, end + 1, end - 1, 0]) raw.send("R", undefined, { sequence: sequence >>> 0 });
  await timeline.run(1);
  expect(count("tcp", "timeWait")).toBe(1);
  expect(attacker.takeTcp()).toEqual([]);
});

test("old segments are answered at most ten times a second, so that two ends cannot keep each other busy", async () => {
  const { close, timeline, attacker } = await closed();
  const raw = await close(10_000);
  for (let i = 0; i < 100; i++) {
    raw.send("A", new Uint8Array(10));
    await timeline.run(10);
  }
  expect(attacker.takeTcp().length).toBeLessThanOrEqual(2 * defaultParameters.challengesPerSecond);
});

test("a SYN with an old sequence number opens nothing; one beyond it does, with an ISN beyond the old stream", async () => {
  const { close, timeline, count, attacker } = await closed();
  const raw = await close(10_000);
  const { acknowledgment } = raw;
  raw.send("S", undefined, { sequence: (raw.sequence - 5000) >>> 0, acknowledgment: 0 });
  await timeline.run(1);
  expect(count("tcp", "timeWaitReuses")).toBe(0);
  expect(attacker.takeTcp().some(({ tcp }) => tcp.flags === "SA")).toBe(false);
  raw.send("S", undefined, { sequence: (raw.sequence + 5000) >>> 0, acknowledgment: 0 });
  await timeline.run(1);
  expect(count("tcp", "timeWaitReuses")).toBe(1);
  const answer = attacker.takeTcp().find(({ tcp }) => tcp.flags === "SA")!;
  expect((answer.tcp.sequence - acknowledgment) | 0).toBeGreaterThan(0);
});
