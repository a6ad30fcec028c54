import { type DeviceSink, foldChecksum, type NetworkDevice, sumOctets, Verdict } from "@mnet/core";
import { PcapngWriter, readPcapng } from "@mnet/pcap";
import { describe, expect, it } from "vitest";
import { capture, completeOffload, devicePair, guardBorrows } from "../src/index.ts";
import { listen, packetOf, Recorder, Turns } from "./support.ts";

function captured(options: { limit?: number; origin?: number; queue?: number } = {}) {
  const { queue = 10, ...rest } = options;
  const turns = new Turns();
  const [a, b] = devicePair({ queue, schedule: turns.schedule });
  const file: number[] = [];
  const clock = { time: 0, now: () => clock.time };
  const writer = new PcapngWriter({ write: (block) => file.push(...block) });
  const device = capture(a, { writer, clock, ...rest });
  const sink = listen(device);
  listen(b);
  const packets = () => readPcapng(Uint8Array.from(file)).packets;
  return { turns, device, b, clock, sink, packets };
}

describe("capture", () => {
  it("records frames of both directions with the clock's time, in microseconds", () => {
    const { turns, device, b, clock, sink, packets } = captured({ origin: 1_700_000_000_000 });
    clock.time = 1.5;
    device.send(packetOf(1, 2));
    clock.time = 3;
    b.send(packetOf(3));
    turns.all();
    expect(packets()).toMatchObject([
      { bytes: Uint8Array.of(1, 2), direction: "out", timestampMicroseconds: 1_700_000_000_001_500 },
      { bytes: Uint8Array.of(3), direction: "in", timestampMicroseconds: 1_700_000_000_003_000 },
    ]);
    expect(sink.log).toEqual([[3], "batch end"]);
  });

  it("does not record what the device refused", () => {
    const { device, packets } = captured({ queue: 1 });
    expect([device.send(packetOf(1)), device.send(packetOf(2))]).toEqual([true, false]);
    expect(packets()).toHaveLength(1);
  });

  it("records the first frames only when there is a limit", () => {
    const { turns, device, packets } = captured({ limit: 2 });
    for (const octet of [1, 2, 3]) device.send(packetOf(octet));
    turns.all();
    expect(packets().map(({ bytes }) => bytes[0])).toEqual([1, 2]);
  });

  it("records the checksum that is left to the device as the wire has it", () => {
    const { turns, device: below, packets } = captured();
    const turnsAbove = new Turns();
    const [plain] = devicePair({ schedule: turnsAbove.schedule });
    const file: number[] = [];
    const writer = new PcapngWriter({ write: (block) => file.push(...block) });
    const above = capture(completeOffload(plain), { writer, clock: { now: () => 0 } });
    const packet = packetOf(0x12, 0x34, 0, 0, 0x56, 0x78, 9);
    packet.checksumStart = packet.start;
    packet.checksumField = packet.start + 2;
    completeOffload(below).send(packet);
    above.send(packet);
    turns.all();
    const [whole] = packets();
    const view = new DataView(whole!.bytes.slice().buffer);
    expect(foldChecksum(sumOctets(view, 0, 7))).toBe(0);
    expect(readPcapng(Uint8Array.from(file)).packets[0]!.bytes).toEqual(whole!.bytes);
    expect([...packet.toBytes()]).toEqual([0x12, 0x34, 0, 0, 0x56, 0x78, 9]);
  });

  it("records frames larger than any before", () => {
    const { device, packets } = captured();
    const large = packetOf(...new Array<number>(1514).fill(7));
    const jumbo = devicePair({ mtu: 9000 })[0];
    listen(jumbo);
    device.send(large);
    expect(packets()[0]!.bytes.length).toBe(1514);
    const sizes: number[] = [];
    const writer = { packet: (bytes: Uint8Array) => sizes.push(bytes.length) };
    const wide = capture(jumbo, { writer, clock: { now: () => 0 } });
    wide.send(packetOf(...new Array<number>(9014).fill(1)));
    wide.send(packetOf(1));
    expect(sizes).toEqual([9014, 1]);
  });

  it("writes the name of the verdict beside a frame that was dropped", () => {
    const { turns, device, b, sink, packets } = captured();
    const verdicts = [Verdict.Handled, Verdict.BadChecksum, undefined, Verdict.Queued, Verdict.NotForUs];
    sink.verdict = () => verdicts.shift();
    for (const octet of [1, 2, 3, 4, 5]) b.send(packetOf(octet));
    device.send(packetOf(6));
    turns.all();
    expect(packets().map(({ bytes, comment }) => [bytes[0], comment ?? null])).toEqual([
      [6, null],
      [1, null],
      [2, "BadChecksum"],
      [3, null],
      [4, null],
      [5, "NotForUs"],
    ]);
  });

  it("records the answer to a frame behind it, as it was sent, also when the sink throws", () => {
    const { turns, device, b, sink, packets } = captured();
    sink.onFrame = () => {
      const answer = packetOf(7);
      device.send(answer);
      answer.bytes.fill(0xff);
      device.send(packetOf(8));
      throw new Error("a defect above");
    };
    b.send(packetOf(1));
    expect(() => turns.next()).toThrow("a defect above");
    device.send(packetOf(9));
    expect(packets().map(({ bytes }) => bytes[0])).toEqual([1, 7, 8, 9]);
  });

  it("hands the verdict on to the device below", () => {
    const [a] = devicePair();
    const seen: unknown[] = [];
    const below: NetworkDevice = Object.create(a, {
      start: { value: (above: DeviceSink) => void seen.push(above.receive(packetOf(1))) },
    });
    const writer = { packet: () => {} };
    const sink = new Recorder();
    sink.verdict = () => Verdict.RateLimited;
    capture(guardBorrows(below), { writer, clock: { now: () => 0 } }).start(sink);
    capture(below, { writer, clock: { now: () => 0 }, limit: 0 }).start(sink);
    expect(seen).toEqual([Verdict.RateLimited, Verdict.RateLimited]);
  });
});
