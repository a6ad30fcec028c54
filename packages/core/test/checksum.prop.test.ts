import fc from "fast-check";
import { expect, it } from "vitest";
import {
  completeChecksum,
  foldChecksum,
  foldSum,
  Packet,
  sumOctets,
  sumPacket,
  updateChecksum,
  viewOf,
} from "../src/index.ts";
import { naiveChecksum } from "./naive-checksum.ts";

const octets = (maxLength = 200): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });

/** A packet whose octets are `parts`: the first in its buffer, the others as tails, none of them aligned to anything. */
function gathered(parts: readonly Uint8Array[]): Packet {
  const [head = new Uint8Array(0), ...tails] = parts;
  const packet = Packet.allocate(head.length + 8);
  packet.bytes.fill(0xaa);
  packet.bytes.set(head, 5);
  packet.reset(5, 5 + head.length);
  packet.tails = tails.length as 0 | 1 | 2;
  for (const [index, tail] of tails.entries()) {
    const bytes = new Uint8Array(tail.length + 4).fill(0xbb);
    bytes.set(tail, 1);
    packet.tail[index as 0 | 1].aim(bytes, viewOf(bytes), 1, 1 + tail.length);
  }
  return packet;
}

it("any range sums as the RFC's own algorithm has it", () => {
  fc.assert(
    fc.property(octets(), fc.nat(7), (bytes, offset) => {
      const shifted = new Uint8Array(bytes.length + offset + 3).fill(0xcc);
      shifted.set(bytes, offset);
      const sum = sumOctets(viewOf(shifted), offset, offset + bytes.length);
      expect(foldChecksum(sum)).toBe(naiveChecksum(bytes));
    }),
  );
});

it("head and tails of any lengths, odd ones too, sum as one run of octets", () => {
  fc.assert(
    fc.property(octets(), octets(), octets(), fc.integer({ min: 1, max: 3 }), (a, b, c, count) => {
      const packet = gathered([a, b, c].slice(0, count));
      expect(foldChecksum(sumPacket(packet, packet.start))).toBe(naiveChecksum(packet.toBytes()));
    }),
  );
});

it("a completed packet adds up to zero with its pseudo-header", () => {
  const arbitrary = fc.tuple(octets(), octets(), octets(), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(arbitrary, ([a, b, c, pseudo]) => {
      const packet = gathered([new Uint8Array([0, 0, ...a]), b, c]);
      packet.view.setUint16(packet.start, pseudo);
      packet.checksumStart = packet.start;
      packet.checksumField = packet.start;
      completeChecksum(packet);
      const pseudoHeader = Uint8Array.of(pseudo >>> 8, pseudo & 0xff);
      expect(naiveChecksum(new Uint8Array([...pseudoHeader, ...packet.toBytes()]))).toBe(0);
    }),
  );
});

it("an incremental update is as good as a new computation", () => {
  const word = fc.integer({ min: 0, max: 0xffff });
  const arbitrary = fc.tuple(octets(40), word, word);
  fc.assert(
    fc.property(arbitrary, ([bytes, before, after]) => {
      // Version and length: a header is never all zero, so its sum is never 0 (RFC 1624 3).
      const header = new Uint8Array([0x45, 0, before >>> 8, before & 0xff, ...bytes]);
      const field = naiveChecksum(header);
      header[2] = after >>> 8;
      header[3] = after & 0xff;
      expect(updateChecksum(field, before, after)).toBe(naiveChecksum(header));
    }),
  );
});

it("folding is the remainder modulo 65535, with 0 for nothing alone", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (sum) => {
      expect(foldSum(sum)).toBe(sum === 0 ? 0 : Number((BigInt(sum) - 1n) % 65535n) + 1);
    }),
  );
});
