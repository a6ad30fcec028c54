import { Packet, Slice } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReceiveRing } from "../../src/buffers/receive-ring.ts";
import { SendRing } from "../../src/buffers/send-ring.ts";
import { ringCapacity, SlabPool } from "../../src/buffers/slab-pool.ts";

const CAPACITY = 64;

function gathered(count: number, slices: readonly [Slice, Slice]): number[] {
  return slices.slice(0, count).flatMap(({ bytes, start, end }) => [...bytes.subarray(start, end)]);
}

const action = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), octets: fc.integer({ min: 0, max: 80 }) }),
  fc.record({ kind: fc.constant("drop" as const), octets: fc.integer({ min: 0, max: 80 }) }),
);

describe("the send ring", () => {
  it("is a queue of octets, seen as slices or copies at any offset", () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 60 }),
        fc.infiniteStream(fc.nat(1000)),
        (actions, numbers) => {
          const pool = new SlabPool(1000);
          const ring = new SendRing(50, CAPACITY, pool);
          const model: number[] = [];
          let next = 0;
          for (const { kind, octets } of actions) {
            if (kind === "put") {
              const bytes = Uint8Array.from({ length: octets + 2 }, () => next++ & 0xff);
              const taken = ring.append(bytes, 1, octets + 1);
              expect(taken).toBe(Math.min(octets, 50 - model.length));
              model.push(...bytes.subarray(1, 1 + taken));
            } else {
              const dropped = Math.min(octets, model.length);
              ring.drop(dropped);
              model.splice(0, dropped);
            }
            expect(ring.length).toBe(model.length);
            expect(ring.free).toBe(50 - model.length);
            if (model.length === 0) {
              expect(pool.lent).toBe(0);
              continue;
            }
            const offset = numbers.next().value % model.length;
            const length = 1 + (numbers.next().value % (model.length - offset));
            const slices = [new Slice(), new Slice()] as const;
            const count = ring.aim(offset, length, slices);
            expect(count).toBe(ring.pieces(offset, length));
            expect(gathered(count, slices)).toEqual(model.slice(offset, offset + length));
            const copy = new Uint8Array(length + 2);
            ring.copy(offset, length, copy, 1);
            expect([...copy.subarray(1, 1 + length)]).toEqual(model.slice(offset, offset + length));
            const packet = Packet.allocate(0);
            expect(ring.lift(offset, length, packet, 74)).toBe(true);
            expect(packet.start).toBe(74);
            expect([...packet.toBytes()]).toEqual(model.slice(offset, offset + length));
          }
        },
      ),
    );
  });
});

describe("a packet beside the send ring", () => {
  it("has its headers in memory that is not the ring's", () => {
    const ring = new SendRing(50, CAPACITY, new SlabPool(1000));
    const text = Uint8Array.from({ length: 50 }, (_, i) => i);
    ring.append(text, 0, 50);
    const packet = Packet.allocate(0);
    ring.lift(0, 50, packet, 74);
    packet.bytes.fill(0xff);
    const again = new Uint8Array(50);
    ring.copy(0, 50, again, 0);
    expect(again).toEqual(text);
  });

  it("is refused when it does not fit the margin, and then left as it was", () => {
    const ring = new SendRing(4096, 4096, new SlabPool(10_000));
    ring.append(new Uint8Array(4096), 0, 4096);
    const packet = Packet.allocate(7);
    expect(ring.lift(0, 1460, packet, 74)).toBe(true);
    const { bytes } = packet;
    expect(ring.lift(0, 4096, packet, 74)).toBe(false);
    expect(packet.bytes).toBe(bytes);
  });
});

describe("the receive ring", () => {
  it("puts octets that come in any order to their places", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(lengths, { maxLength: 6 }), fc.boolean(), (batches, backwards) => {
        const pool = new SlabPool(1000);
        const ring = new ReceiveRing(CAPACITY, pool);
        let next = 0;
        for (const batch of batches) {
          const pieces: { offset: number; bytes: Uint8Array }[] = [];
          let total = 0;
          for (const length of batch) {
            if (total + length > CAPACITY) break;
            pieces.push({ offset: total, bytes: Uint8Array.from({ length }, () => next++ & 0xff) });
            total += length;
          }
          const expected = pieces.flatMap(({ bytes }) => [...bytes]);
          if (backwards) pieces.reverse();
          for (const { offset, bytes } of pieces) ring.write(offset, bytes);
          expect(ring.readable).toBe(0);
          ring.advance(total);
          const slices = [new Slice(), new Slice()] as const;
          expect(gathered(ring.aim(slices), slices)).toEqual(expected);
          const half = new Uint8Array(total >> 1);
          expect(ring.copy(half)).toBe(half.length);
          ring.consume(half.length, true);
          const rest = new Uint8Array(total);
          expect(ring.copy(rest)).toBe(total - half.length);
          ring.consume(total - half.length, true);
          expect([...half, ...rest.subarray(0, total - half.length)]).toEqual(expected);
          expect(pool.lent).toBe(0);
        }
      }),
    );
  });

  it("keeps its memory while something waits out of order", () => {
    const pool = new SlabPool(1000);
    const ring = new ReceiveRing(CAPACITY, pool);
    ring.write(3, Uint8Array.of(9));
    ring.write(0, Uint8Array.of(6, 7, 8));
    ring.advance(3);
    ring.consume(3, false);
    expect(pool.lent).toBe(CAPACITY);
    ring.advance(1);
    const octet = new Uint8Array(1);
    ring.copy(octet);
    expect([...octet]).toEqual([9]);
  });
});

describe("ring memory", () => {
  it("is used again, up to the limit", () => {
    const pool = new SlabPool(64);
    const first = pool.take(64);
    const second = pool.take(64);
    pool.give(first);
    pool.give(second);
    expect(pool.lent).toBe(0);
    expect(pool.take(64)).toBe(first);
    expect(pool.take(64)).not.toBe(second);
  });

  it.each([
    [1, 1024],
    [1024, 1024],
    [1025, 2048],
    [1_048_576, 1_048_576],
  ])("for %i octets takes %i", (octets, capacity) => {
    expect(ringCapacity(octets, 1024)).toBe(capacity);
  });
});
