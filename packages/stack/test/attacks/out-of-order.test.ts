import { tcpOptions } from "@mnet/conformance";
import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import { siege } from "../support/siege.ts";
import { octets, sameOctets, settle } from "../support/world.ts";

/** Out-of-order exhaustion (SegmentSmack, CVE-2018-5390): islands of octets that never become a stream. */

/** The bound on ranges of one connection (`REASSEMBLY_RANGES` of @mnet/tcp). */
const RANGES = 1024;
const { receiveBuffer } = defaultParameters;

test("one-octet islands: so many ranges and no more, the memory of the receive buffer and no more", async () => {
  const { attacker, timeline, victim, count, serves } = await siege();
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8 });
  const flow = await settle(timeline, accepted);
  const octet = new Uint8Array(1);
  // Every second octet, farthest first: what makes a list walk from its start each time.
  for (let i = 5000; i > 0; i--) raw.send("A", octet, { sequence: raw.sequence + 2 * i });
  await timeline.run(10);
  expect(count("tcp", "outOfOrderSegments")).toBe(RANGES);
  expect(count("tcp", "outOfOrderDrops")).toBe(5000 - RANGES);
  expect(flow.info()["outOfOrder"]).toBe(RANGES);
  expect(count("tcp", "ringOctets")).toBeLessThanOrEqual(2 * receiveBuffer);
  expect(await serves()).toBe(true);
});

test("what was dropped for want of a range is not lost: the stream still completes", async () => {
  const { attacker, timeline, victim } = await siege();
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8 });
  const flow = await settle(timeline, accepted);
  const data = octets(8000);
  for (let at = 1; at < data.length; at += 2) {
    raw.send("A", data.subarray(at, at + 1), { sequence: raw.sequence + at });
  }
  await timeline.run(10);
  const reading = flow.readExactly(data.length);
  for (let at = 0; at < data.length; at += 1000) {
    raw.send("A", data.subarray(at, at + 1000), { sequence: raw.sequence + at });
  }
  expect(sameOctets(await settle(timeline, reading), data)).toBe(true);
  expect(flow.info()["outOfOrder"]).toBe(0);
});

test("octets beyond the window are not kept", async () => {
  const { attacker, timeline, victim, count } = await siege();
  const listener = victim.tcp.listen({ port: 8, receiveBuffer: 4096 });
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, {
    destinationPort: 8,
    options: tcpOptions({ windowScale: 7 }),
  });
  const flow = await settle(timeline, accepted);
  for (let at = 1000; at < 100_000; at += 500)
    raw.send("A", new Uint8Array(400), { sequence: raw.sequence + at });
  await timeline.run(10);
  expect(flow.info()["outOfOrder"]).toBeLessThanOrEqual(4096);
  expect(count("tcp", "ringOctets")).toBeLessThanOrEqual(4096);
});

test("overlapping rewrites cannot change what was acknowledged: octets read are those that came first in order", async () => {
  const { attacker, timeline, victim } = await siege();
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8 });
  const flow = await settle(timeline, accepted);
  raw.send("A", new TextEncoder().encode("good"));
  raw.send("A", new TextEncoder().encode("evilmore"));
  const text = new TextDecoder().decode(await settle(timeline, flow.readExactly(8)));
  expect(text).toBe("goodmore");
});
