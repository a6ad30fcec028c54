import { tcpOptions } from "@mnet/conformance";
import { expect, test } from "vitest";
import { siege } from "../support/siege.ts";
import { octets, settle } from "../support/world.ts";

/** Tiny MSS and tiny windows (CVE-2019-11479, CVE-2019-11478; silly windows, RFC 9293 3.8.6.2). */

/** `MINIMUM_PEER_SEGMENT` of @mnet/tcp. */
const LEAST_SEGMENT = 48;

async function served(options: Parameters<typeof tcpOptions>[0], window = 65_535) {
  const all = await siege();
  const { attacker, timeline, victim } = all;
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8, options: tcpOptions(options), window });
  const flow = await settle(timeline, accepted);
  raw.take();
  return { ...all, raw, flow };
}

test.each([0, 1, 8, 47])("an MSS of %i is taken as 48", async (maximumSegmentSize) => {
  const { flow, timeline, raw } = await served({ maximumSegmentSize });
  void flow.write(octets(4000)).catch(() => {});
  await timeline.run(10);
  const sizes = raw.take().map(({ payload }) => payload.length);
  expect(Math.max(...sizes)).toBe(LEAST_SEGMENT);
  expect(Math.min(...sizes.slice(0, -1))).toBe(LEAST_SEGMENT);
});

test("one write to a tiny MSS leaves no more than a congestion window of segments at a time", async () => {
  const { flow, timeline, raw } = await served({ maximumSegmentSize: 1 });
  void flow.write(octets(200_000)).catch(() => {});
  await timeline.run(10);
  // Ten segments, counted in octets of at least two full ones of the usual size (RFC 6928 2).
  const segments = raw.take();
  expect(segments.length).toBeLessThanOrEqual(10);
});

test("an ICMP error cannot make the path narrower than 552 octets", async () => {
  const { flow, timeline, raw, attacker, count } = await served({ maximumSegmentSize: 1460 });
  void flow.write(octets(2000)).catch(() => {});
  await timeline.run(1);
  const quoted = attacker.frames.find((frame) => frame.length > 1000)!.subarray(14, 14 + 28);
  for (const mtu of [0, 1, 68, 100, 296, 551]) attacker.icmp({ type: 3, code: 4, rest: mtu }, quoted);
  await timeline.run(5);
  expect(flow.info()["pathMtu"]).toBeGreaterThanOrEqual(552);
  expect(count("ipv4", "pathMtus")).toBe(1);
  raw.take();
});

test("windows of one octet are not filled octet by octet at the peer's pace: the sender waits for more", async () => {
  const { flow, timeline, raw } = await served({ maximumSegmentSize: 1460 }, 1);
  void flow.write(octets(5000)).catch(() => {});
  let segments = 0;
  for (let second = 0; second < 20; second++) {
    await timeline.run(1000);
    for (const { payload, sequence } of raw.take()) {
      if (payload.length === 0) continue;
      segments++;
      raw.acknowledgment = (sequence + payload.length) >>> 0;
    }
    raw.send("A");
  }
  // At most one for each answer and one for each expiry of the persist timer in between.
  expect(segments).toBeLessThanOrEqual(45);
  expect(flow.info()["sendQueue"]).toBeGreaterThan(4900);
});

test("a window that shrinks below what is in flight, to and fro, loses nothing", async () => {
  const { flow, timeline, raw } = await served({ maximumSegmentSize: 500 });
  const data = octets(6000);
  void flow.write(data).then(
    () => flow.shutdown("write"),
    () => {},
  );
  const first = raw.acknowledgment;
  const received = new Uint8Array(data.length);
  let next = 0;
  for (let round = 0; round < 400 && next < data.length; round++) {
    await timeline.run(300);
    for (const { payload, sequence } of raw.take()) {
      const at = (sequence - first) | 0;
      if (at > next) continue;
      received.set(payload, at);
      next = Math.max(next, at + payload.length);
    }
    raw.acknowledgment = (first + next) >>> 0;
    raw.send("A", undefined, { window: round % 3 === 0 ? 0 : round % 3 === 1 ? 700 : 20_000 });
  }
  expect(Buffer.compare(received, data)).toBe(0);
});
