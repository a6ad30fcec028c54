import { EtherType, foldSum, IpProtocol, Packet, SeededRandom, sumOctets } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corruptFrame } from "../src/corrupt.ts";
import { simulatedLink, Timeline } from "../src/index.ts";
import { Recorder } from "./support.ts";

const ETHERNET = 14;

/** The inverted bits as one binary number each, from the first that differs to the last. */
function burstBetween(before: Uint8Array, after: Uint8Array): string {
  let bits = "";
  for (const [i, octet] of before.entries()) bits += (octet ^ after[i]!).toString(2).padStart(8, "0");
  return bits.replace(/^0+|0+$/g, "");
}

const frames = fc.uint8Array({ minLength: ETHERNET + 1, maxLength: 120 }).map((octets) => {
  octets.set([0x08, 0x00], 12);
  return octets;
});

describe("corruption", () => {
  it("inverts one burst of 1 to 15 bits behind the Ethernet header, which the Internet checksum detects", () => {
    fc.assert(
      fc.property(frames, fc.integer(), (octets, seed) => {
        const packet = new Packet(octets.slice());
        const before = foldSum(sumOctets(packet.view, ETHERNET, packet.end)) % 0xffff;
        if (!corruptFrame(packet, new SeededRandom(seed))) {
          expect(packet.bytes).toEqual(octets);
          return;
        }
        expect(packet.bytes.subarray(0, ETHERNET)).toEqual(octets.subarray(0, ETHERNET));
        const burst = burstBetween(octets, packet.bytes);
        expect(burst.length).toBeGreaterThanOrEqual(1);
        expect(burst.length).toBeLessThanOrEqual(15);
        // 0 and 0xffff are the same sum.
        expect(foldSum(sumOctets(packet.view, ETHERNET, packet.end)) % 0xffff).not.toBe(before);
      }),
      { numRuns: 2000 },
    );
  });

  it("reaches every octet, and bursts of every length", () => {
    const random = new SeededRandom(3);
    const touched = new Set<number>();
    const lengths = new Set<number>();
    for (let round = 0; round < 2000; round++) {
      const packet = Packet.allocate(ETHERNET + 30);
      packet.view.setUint16(12, 0x88b5);
      const before = packet.bytes.slice();
      corruptFrame(packet, random);
      for (const [i, octet] of packet.bytes.entries()) if (octet !== before[i]) touched.add(i);
      lengths.add(burstBetween(before, packet.bytes).length);
    }
    expect(touched.size).toBe(30);
    expect([...lengths].sort((one, other) => one - other)).toEqual(
      Array.from({ length: 15 }, (_, i) => i + 1),
    );
  });

  it("never makes a UDP checksum 0, which would mean that there is none", () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 20_000; round++) {
      const packet = udpFrame(1 << (round % 16));
      expect(corruptFrame(packet, random)).toBe(true);
      expect(packet.view.getUint16(40)).not.toBe(0);
    }
  });

  it("loses what no checksum protects: ARP, UDP without one, frames without payload", () => {
    const timeline = new Timeline();
    const [a, b] = simulatedLink(timeline, { corruption: 1 });
    const atB = new Recorder(timeline, b);
    const arp = Packet.allocate(42);
    arp.view.setUint16(12, EtherType.Arp);
    a.send(arp);
    a.send(udpFrame(0));
    a.send(Packet.allocate(14));
    timeline.advance(1);
    expect(atB.frames).toEqual([]);
    expect(a.statistics).toMatchObject({ lost: 3, corrupted: 0 });
  });

  it("takes its share of the frames of a link, once each, and duplicates are alike", () => {
    const timeline = new Timeline();
    const [a, b] = simulatedLink(timeline, { corruption: 0.3, duplication: 1 });
    const atB = new Recorder(timeline, b);
    const sent = udpFrame(0x1234);
    for (let i = 0; i < 1000; i++) a.send(sent);
    timeline.advance(1);
    const clean = [...sent.toBytes().subarray(ETHERNET)].join();
    const received = atB.frames.map(([, octets]) => octets.join());
    expect(received).toHaveLength(2000);
    for (let i = 0; i < 2000; i += 2) expect(received[i]).toBe(received[i + 1]);
    expect(received.filter((octets) => octets !== clean)).toHaveLength(2 * a.statistics.corrupted);
    expect(a.statistics.corrupted).toBeGreaterThan(240);
    expect(a.statistics.corrupted).toBeLessThan(360);
  });
});

/** An IPv4 header without options, then UDP with this checksum field and 4 octets of data. */
function udpFrame(checksum: number): Packet {
  const packet = Packet.allocate(ETHERNET + 32);
  packet.view.setUint16(12, EtherType.Ipv4);
  packet.bytes[14] = 0x45;
  packet.bytes[23] = IpProtocol.Udp;
  packet.view.setUint16(40, checksum);
  return packet;
}
