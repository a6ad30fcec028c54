import { EtherType, foldChecksum, type Millis, Packet, sumOctets } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bottleneck, type BottleneckConditions, simulatedLink, Timeline } from "../src/index.ts";
import { markCongestion } from "../src/mark.ts";
import { frame, Recorder } from "./support.ts";

/** One octet per millisecond; nothing else limits. */
const SLOW: BottleneckConditions = {
  rate: 1000,
  queue: Number.POSITIVE_INFINITY,
  queueOctets: Number.POSITIVE_INFINITY,
  markFrom: Number.POSITIVE_INFINITY,
};

/** When frames of these lengths that come at these times have left; -1 for the lost ones. */
function departures(conditions: Partial<BottleneckConditions>, come: readonly [Millis, number][]): Millis[] {
  const bottleneck = new Bottleneck();
  return come.map(([now, length]) => bottleneck.depart(length, { ...SLOW, ...conditions }, now));
}

describe("a bottleneck", () => {
  it("sends one frame after the other", () => {
    const come: [Millis, number][] = [
      [0, 10],
      [0, 20],
      [5, 10],
      [100, 10],
    ];
    expect(departures({}, come)).toEqual([10, 30, 40, 110]);
  });

  it("holds so many octets, the frame being sent included", () => {
    const come: [Millis, number][] = [
      [0, 40],
      [0, 50],
      [0, 20],
      [0, 10],
      [39, 10],
      [40, 40],
    ];
    expect(departures({ queueOctets: 100 }, come)).toEqual([40, 90, -1, 100, -1, 140]);
  });

  it("holds so many frames, the one being sent included", () => {
    const come: [Millis, number][] = [
      [0, 10],
      [0, 10],
      [0, 10],
      [10, 10],
    ];
    expect(departures({ queue: 2 }, come)).toEqual([10, 20, -1, 30]);
  });

  it("grows with its queue and keeps the order", () => {
    const bottleneck = new Bottleneck();
    let expected = 0;
    for (let i = 0; i < 1000; i++) {
      expected += (i % 7) + 1;
      expect(bottleneck.depart((i % 7) + 1, SLOW, 0)).toBe(expected);
    }
    expect(bottleneck.octets).toBe(expected);
    bottleneck.depart(1, SLOW, expected);
    expect(bottleneck.octets).toBe(1);
  });

  it("is a condition of a link", () => {
    const timeline = new Timeline();
    const [a, b] = simulatedLink(timeline, { rate: 1000, queueOctets: 40 });
    const at = new Recorder(timeline, b);
    for (let i = 0; i < 200; i++) a.send(frame(i));
    timeline.advance(1000);
    // 15 octets each: two fit.
    expect(at.frames.map(([time]) => time)).toEqual([15, 30]);
    expect(a.statistics.queueFull).toBe(198);
  });
});

describe("marking (RFC 3168)", () => {
  function datagram(version: 4 | 6, trafficClass: number): Packet {
    const packet = Packet.allocate(60);
    packet.view.setUint16(12, version === 4 ? EtherType.Ipv4 : EtherType.Ipv6);
    if (version === 4) {
      packet.bytes.set([0x45, trafficClass, 0, 46, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], 14);
      packet.view.setUint16(24, foldChecksum(sumOctets(packet.view, 14, 34)));
    } else {
      packet.view.setUint32(14, ((6 << 28) | (trafficClass << 20) | 0xabcde) >>> 0);
    }
    return packet;
  }

  it.each([1, 2, 3])("IPv4: ECN field %i becomes 3, and the header's checksum stays right", (ecn) => {
    const packet = datagram(4, 0xb8 | ecn);
    expect(markCongestion(packet)).toBe(true);
    expect([packet.bytes[15], foldChecksum(sumOctets(packet.view, 14, 34))]).toEqual([0xbb, 0]);
  });

  it.each([1, 2, 3])("IPv6: ECN field %i becomes 3, nothing else changes", (ecn) => {
    const packet = datagram(6, 0xb8 | ecn);
    expect(markCongestion(packet)).toBe(true);
    expect(packet.view.getUint32(14)).toBe(((6 << 28) | (0xbb << 20) | 0xabcde) >>> 0);
  });

  it.each([4, 6] as const)("IPv%i: what is not ECN-capable is left alone", (version) => {
    const packet = datagram(version, 0xb8);
    const before = packet.toBytes();
    expect(markCongestion(packet)).toBe(false);
    expect(packet.toBytes()).toEqual(before);
    expect(markCongestion(frame(1, 2, 3))).toBe(false);
  });

  it("happens to what meets a queue of `markFrom` octets", () => {
    const timeline = new Timeline();
    const [a] = simulatedLink(timeline, { rate: 1000, markFrom: 100 });
    for (let i = 0; i < 4; i++) a.send(datagram(4, 2));
    // Frames of 60 octets: the third and the fourth meet 120 and 180.
    expect(a.statistics.marked).toBe(2);
  });
});
