import { tcpOptions } from "@mnet/conformance";
import { expect, test } from "vitest";
import { siege } from "../support/siege.ts";
import { octets, settle } from "../support/world.ts";

/**
 * Receivers that lie to make the sender faster than the path (Savage et al. 1999): optimistic acknowledgments, ACK division and forged
 * duplicates.
 */

const SEGMENT = 1000;

async function sender() {
  const all = await siege();
  const { attacker, timeline, victim } = all;
  const listener = victim.tcp.listen({ port: 8, sendBuffer: 1_048_576 });
  const accepted = listener.accept();
  const options = tcpOptions({ maximumSegmentSize: SEGMENT, windowScale: 7 });
  const raw = await attacker.connect(timeline, { destinationPort: 8, options });
  const flow = await settle(timeline, accepted);
  raw.take();
  void flow.write(octets(1_000_000)).catch(() => {});
  await timeline.run(1);
  const first = raw.acknowledgment;
  const window = (): number => Number(flow.info()["congestionWindow"]);
  return { ...all, raw, flow, first, window, flight: raw.take() };
}

test("ACK division: a thousand acknowledgments of one octet grow the window by a thousand octets", async () => {
  const { raw, first, timeline, window } = await sender();
  const before = window();
  for (let i = 1; i <= SEGMENT; i++) raw.send("A", undefined, { acknowledgment: (first + i) >>> 0 });
  await timeline.run(1);
  expect(window() - before).toBe(SEGMENT);
});

test("an acknowledgment of what was not sent yet is no acknowledgment", async () => {
  const { raw, first, timeline, window, flow, flight, count } = await sender();
  const before = window();
  const sent = flight.reduce((octets, { payload }) => octets + payload.length, 0);
  for (let i = 1; i < 100; i++)
    raw.send("A", undefined, { acknowledgment: (first + sent + i * SEGMENT) >>> 0 });
  await timeline.run(1);
  expect(window()).toBe(before);
  expect(flow.info()["inFlight"]).toBe(sent);
  expect(count("tcp", "receivedBadAcknowledgment")).toBe(99);
});

test("optimistic acknowledgments at the edge of what was sent grow the window by eight segments each at most (RFC 9406 4.3)", async () => {
  const { raw, timeline, window, flow, first } = await sender();
  for (let round = 0; round < 20; round++) {
    const before = window();
    const sent = Number(flow.info()["octetsSent"]);
    raw.send("A", undefined, { acknowledgment: (first + sent) >>> 0 });
    await timeline.run(1);
    raw.take();
    expect(window() - before).toBeLessThanOrEqual(8 * SEGMENT);
    // Never more in flight than the window says, or than the send buffer holds.
    expect(flow.info()["inFlight"]).toBeLessThanOrEqual(Math.min(window(), 1_048_576));
  }
});

test("forged duplicates: one reduction, and no more inflation than what is in flight (RFC 5681 3.2 step 4)", async () => {
  const { raw, timeline, window, flow, count } = await sender();
  const before = window();
  for (let i = 0; i < 5000; i++) raw.send("A");
  await timeline.run(1);
  const sent = raw.take().filter(({ payload }) => payload.length > 0).length;
  expect(count("tcp", "fastRetransmissions")).toBe(1);
  // What was in flight was all reported to have left the network: so much may follow it, and no more.
  expect(window()).toBeLessThan(before);
  expect(flow.info()["pipe"]).toBeLessThanOrEqual(window());
  expect(flow.info()["inFlight"]).toBeLessThanOrEqual(3 * before + 4 * SEGMENT);
  expect(sent).toBeLessThanOrEqual(3 * (before / SEGMENT) + 4);
});
