import { defaultParameters } from "@mnet/tcp";
import { beforeEach, expect, test } from "vitest";
import type { RawConnection } from "../support/attacker.ts";
import { ECHO_PORT, type Siege, siege } from "../support/siege.ts";
import { settle } from "../support/world.ts";

/**
 * Blind attacks on a connection by somebody who knows its addresses and ports, but not its sequence numbers (RFC 5961; CVE-2004-0230,
 * CVE-2016-5696). The raw connection stands for the honest peer; forged segments are those with sequence numbers off its own.
 */

const { challengesPerSecond, receiveBuffer } = defaultParameters;

let besieged: Siege;
let peer: RawConnection;

beforeEach(async () => {
  besieged = await siege();
  peer = await besieged.attacker.connect(besieged.timeline, { destinationPort: ECHO_PORT });
  await besieged.timeline.run(100);
  peer.take();
});

async function stillEchoes(): Promise<boolean> {
  const { timeline } = besieged;
  await timeline.run(2000);
  peer.take();
  peer.send("PA", new TextEncoder().encode("abc"));
  peer.sequence += 3;
  await timeline.run(100);
  return peer.take().some(({ payload }) => new TextDecoder().decode(payload) === "abc");
}

test("RST anywhere in the window but at RCV.NXT is challenged; outside it is dropped", async () => {
  const { timeline, count } = besieged;
  for (const offset of [1, 100, 65_534]) peer.send("R", undefined, { sequence: peer.sequence + offset });
  for (const offset of [-1, -65_536, receiveBuffer + 1, 2 ** 31]) {
    peer.send("R", undefined, { sequence: (peer.sequence + offset) >>> 0 });
  }
  await timeline.run(10);
  expect(count("tcp", "challengeAcknowledgments")).toBe(3);
  // All in one batch: one acknowledgment says it all.
  const answers = peer.take();
  expect(answers.length).toBeGreaterThanOrEqual(1);
  expect(
    answers.every(({ flags, acknowledgment }) => flags === "A" && acknowledgment === peer.sequence),
  ).toBe(true);
  expect(await stillEchoes()).toBe(true);
});

test("SYN and SYN-ACK, wherever, are challenged and never reset", async () => {
  for (const offset of [0, 1, 1000, 2 ** 31]) {
    peer.send("S", undefined, { sequence: (peer.sequence + offset) >>> 0, acknowledgment: 0 });
    peer.send("SA", undefined, { sequence: (peer.sequence + offset) >>> 0 });
  }
  expect(await stillEchoes()).toBe(true);
});

test("data with an acknowledgment that was never due is not accepted, however well it fits the window", async () => {
  const { timeline, count, victim } = besieged;
  const octets = new TextEncoder().encode("injected");
  for (let i = 1; i < 64; i++) {
    const acknowledgment = (peer.acknowledgment + i * 2 ** 26) >>> 0;
    peer.send("PA", octets, { acknowledgment });
  }
  await timeline.run(10);
  expect(count("tcp", "receivedBadAcknowledgment")).toBeGreaterThanOrEqual(62);
  expect(peer.take().some(({ payload }) => payload.length > 0)).toBe(false);
  expect(victim.stats()["tcp"]!["connections"]).toBe(1);
  expect(await stillEchoes()).toBe(true);
});

test("a whole sweep of the sequence space by windows does not reset it", async () => {
  const { timeline } = besieged;
  const step = 65_535;
  for (let at = 1; at < 2000; at++)
    peer.send("R", undefined, { sequence: (peer.sequence + at * step) >>> 0 });
  await timeline.run(10);
  expect(await stillEchoes()).toBe(true);
});

test("challenges are bounded per connection and second", async () => {
  const { timeline, count } = besieged;
  const before = count("tcp", "challengeAcknowledgments");
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 100; i++) peer.send("R", undefined, { sequence: peer.sequence + 1 + i });
    await timeline.run(50);
  }
  expect(count("tcp", "challengeAcknowledgments") - before).toBeLessThanOrEqual(challengesPerSecond);
  expect(peer.take().length).toBeLessThanOrEqual(challengesPerSecond);
});

test("no shared counter: a flood against one connection leaves the challenges of another as they are", async () => {
  const { timeline, attacker, count } = besieged;
  const other = await attacker.connect(timeline, { destinationPort: ECHO_PORT, sourcePort: 4001 });
  for (let i = 0; i < 1000; i++) peer.send("R", undefined, { sequence: peer.sequence + 1 + i });
  await timeline.run(10);
  attacker.take();
  const before = count("tcp", "challengeAcknowledgments");
  // Spread over batches, so that each challenge is a segment of its own: what CVE-2016-5696 counts.
  let challenges = 0;
  for (let i = 0; i < challengesPerSecond + 5; i++) {
    other.send("R", undefined, { sequence: other.sequence + 1 });
    await timeline.run(10);
    challenges += other.take().length;
  }
  expect(challenges).toBe(challengesPerSecond);
  expect(count("tcp", "challengeAcknowledgments") - before).toBe(challengesPerSecond);
});

test("the exact RST does reset: the application learns ECONNRESET, nobody else notices", async () => {
  const { timeline, attacker, victim, serves } = besieged;
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const target = await attacker.connect(timeline, { destinationPort: 8, sourcePort: 4002 });
  const flow = await settle(timeline, accepted);
  const outcome = flow.read(new Uint8Array(1)).catch((error: { code: string }) => error.code);
  target.send("R");
  await timeline.run(10);
  expect(await outcome).toBe("ECONNRESET");
  expect(await stillEchoes()).toBe(true);
  expect(await serves()).toBe(true);
});
