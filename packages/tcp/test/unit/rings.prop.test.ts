import { Packet, Slice } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReceiveRing } from "../../src/buffers/receive-ring.ts";
import { SendRing } from "../../src/buffers/send-ring.ts";
import { type MemoryLimits, ringCapacity, SlabPool } from "../../src/buffers/slab-pool.ts";

/** The smallest ring here, so that short lists of actions let it wrap and grow. */
const LEAST = 16;
const plenty: MemoryLimits = { low: 1e6, pressure: 2e6, limit: 3e6, outOfOrder: 1e6 };

function gathered(count: number, slices: readonly [Slice, Slice]): number[] {
  return slices.slice(0, count).flatMap(({ bytes, start, end }) => [...bytes.subarray(start, end)]);
}

const action = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), octets: fc.integer({ min: 0, max: 80 }) }),
  fc.record({ kind: fc.constant("drop" as const), octets: fc.integer({ min: 0, max: 80 }) }),
  fc.record({ kind: fc.constant("shrink" as const), octets: fc.constant(0) }),
);

describe("the send ring", () => {
  it("is a queue of octets, seen as slices or copies at any offset, in memory that grows and shrinks with it", () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 60 }),
        fc.infiniteStream(fc.nat(1000)),
        (actions, numbers) => {
          const pool = new SlabPool(1000, plenty);
          const ring = new SendRing(150, pool, LEAST);
          const model: number[] = [];
          let next = 0;
          for (const { kind, octets } of actions) {
            if (kind === "put") {
              const bytes = Uint8Array.from({ length: octets + 2 }, () => next++ & 0xff);
              const taken = ring.append(bytes, 1, octets + 1);
              expect(taken).toBe(Math.min(octets, 150 - model.length));
              model.push(...bytes.subarray(1, 1 + taken));
            } else if (kind === "drop") {
              const dropped = Math.min(octets, model.length);
              ring.drop(dropped);
              model.splice(0, dropped);
            } else {
              ring.shrink();
              if (model.length > 0) expect(ring.capacity).toBe(ringCapacity(model.length, LEAST));
            }
            expect(ring.length).toBe(model.length);
            expect(ring.free).toBe(150 - model.length);
            expect(pool.lent).toBe(ring.capacity);
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
    const ring = new SendRing(50, new SlabPool(1000, plenty), 64);
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
    const ring = new SendRing(4096, new SlabPool(10_000, plenty));
    ring.append(new Uint8Array(4096), 0, 4096);
    const packet = Packet.allocate(7);
    expect(ring.lift(0, 1460, packet, 74)).toBe(true);
    const { bytes } = packet;
    expect(ring.lift(0, 4096, packet, 74)).toBe(false);
    expect(packet.bytes).toBe(bytes);
  });
});

/** A piece arrives at some place behind RCV.NXT, the application reads, or memory is given up. */
const arrival = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constant("arrive" as const), fc.nat(120), fc.integer({ min: 1, max: 40 })),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant("read" as const), fc.nat(60), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("forget" as const), fc.nat(0), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("shrink" as const), fc.nat(0), fc.boolean()) },
);

describe("the receive ring", () => {
  it("puts octets that come in any order to their places, against a map of what came", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 50 }), (actions) => {
        const pool = new SlabPool(1000, plenty);
        const ring = new ReceiveRing(pool, LEAST);
        // Octet at position p of the stream is p & 0xff; `came` holds the positions beyond `next`.
        const came = new Set<number>();
        let read = 0;
        let next = 0;
        let view: { slices: readonly [Slice, Slice]; count: number; shows: number[] } | null = null;
        const stream = (from: number, to: number): number[] =>
          Array.from({ length: to - from }, (_, i) => (from + i) & 0xff);
        for (const step of actions) {
          if (step[0] === "arrive") {
            const [, offset, length] = step;
            if (next + offset + length - read > 200) continue;
            const bytes = Uint8Array.from(stream(next + offset, next + offset + length));
            expect(ring.write(offset, bytes)).toBe(true);
            for (let i = 0; i < length; i++) came.add(next + offset + i);
            let gained = 0;
            while (came.delete(next + gained)) gained++;
            ring.advance(gained);
            next += gained;
          } else if (step[0] === "read") {
            const [, octets, looks] = step;
            const length = Math.min(octets, next - read);
            const into = new Uint8Array(length);
            expect(ring.copy(into)).toBe(length);
            expect([...into]).toEqual(stream(read, read + length));
            ring.consume(length, came.size === 0);
            read += length;
            view = null;
            if (looks) {
              const slices = [new Slice(), new Slice()] as const;
              view = { slices, count: ring.aim(slices), shows: stream(read, next) };
            }
          } else if (step[0] === "forget") {
            came.clear();
            ring.forget();
          } else {
            ring.shrink();
          }
          expect(ring.readable).toBe(next - read);
          expect(pool.outOfOrder).toBeGreaterThanOrEqual(came.size === 0 ? 0 : Math.max(...came) + 1 - next);
          if (came.size === 0 && next === read && step[0] !== "shrink") {
            if (step[0] !== "arrive") expect(pool.lent).toBe(0);
          }
          // What the application looks at stays what it is, whatever arrives meanwhile.
          if (view !== null) expect(gathered(view.count, view.slices)).toEqual(view.shows);
        }
      }),
    );
  });

  it("keeps its memory while something waits out of order", () => {
    const pool = new SlabPool(1000, plenty);
    const ring = new ReceiveRing(pool, 64);
    ring.write(3, Uint8Array.of(9));
    expect(pool.outOfOrder).toBe(4);
    ring.write(0, Uint8Array.of(6, 7, 8));
    ring.advance(3);
    expect(pool.outOfOrder).toBe(1);
    ring.consume(3, false);
    expect(pool.lent).toBe(64);
    ring.advance(1);
    const octet = new Uint8Array(1);
    ring.copy(octet);
    expect([...octet]).toEqual([9]);
  });
});

describe("the memory of a ring", () => {
  it("is what its octets need: one octet holds the smallest ring, none holds nothing", () => {
    const pool = new SlabPool(0, plenty);
    const ring = new SendRing(1 << 20, pool);
    ring.append(new Uint8Array(1), 0, 1);
    expect(pool.lent).toBe(4096);
    ring.append(new Uint8Array(200_000), 0, 200_000);
    expect(pool.lent).toBe(262_144);
    ring.drop(200_001);
    expect(pool.lent).toBe(0);
  });

  it("begins with what the last filling reached, but not with much", () => {
    const pool = new SlabPool(0, plenty);
    const ring = new SendRing(1 << 20, pool);
    const octets = new Uint8Array(1 << 20);
    const filled = [60_000, 1, 1, 1_000_000, 1, 1].map((length) => {
      ring.append(octets, 0, length);
      const held = pool.lent;
      ring.drop(length);
      return held;
    });
    expect(filled).toEqual([65_536, 65_536, 4096, 1 << 20, 131_072, 4096]);
  });

  it("grows by copying each octet about once: filling a megabyte moves less than one", () => {
    const pool = new SlabPool(0, plenty);
    let copied = 0;
    const take = pool.take.bind(pool);
    const ring = new SendRing(1 << 20, pool);
    pool.take = (size) => {
      copied += ring.length;
      return take(size);
    };
    const octets = new Uint8Array(1000);
    for (let i = 0; i < 1000; i++) ring.append(octets, 0, 1000);
    expect(copied).toBeLessThan(1 << 20);
  });

  it("is used again, up to the limit", () => {
    const pool = new SlabPool(64, plenty);
    const first = pool.take(64);
    const second = pool.take(64);
    pool.give(first);
    pool.give(second);
    expect(pool.lent).toBe(0);
    expect(pool.take(64)).toBe(first);
    expect(pool.take(64)).not.toBe(second);
  });

  it("that is looked at while the ring grows is not used again", () => {
    const pool = new SlabPool(1e6, plenty);
    const ring = new ReceiveRing(pool);
    ring.write(0, new Uint8Array(4096).fill(1));
    ring.advance(4096);
    const slices = [new Slice(), new Slice()] as const;
    ring.aim(slices);
    ring.write(0, new Uint8Array(4096).fill(2));
    expect(pool.lent).toBe(8192);
    expect(pool.take(4096).bytes).not.toBe(slices[0].bytes);
  });
});

describe("the layer's account", () => {
  const limits: MemoryLimits = { low: 16_384, pressure: 32_768, limit: 65_536, outOfOrder: 20_000 };
  const octets = new Uint8Array(100_000);

  it("is under pressure above its mark, until it is low again", () => {
    const pool = new SlabPool(0, limits);
    const rings = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(() => new SendRing(50_000, pool));
    for (const ring of rings) ring.append(octets, 0, 4096);
    expect([pool.lent, pool.pressed]).toEqual([36_864, true]);
    for (const ring of rings.slice(0, 4)) ring.clear();
    expect([pool.lent, pool.pressed]).toEqual([20_480, true]);
    rings[4]!.clear();
    expect([pool.lent, pool.pressed]).toEqual([16_384, false]);
  });

  it("under pressure send rings grow to 16 KiB, and what is held may be filled", () => {
    const pool = new SlabPool(0, limits);
    const large = new SendRing(50_000, pool);
    large.append(octets, 0, 40_000);
    expect(pool.pressed).toBe(true);
    expect(large.append(octets, 0, 50_000)).toBe(10_000);
    const late = new SendRing(50_000, pool);
    expect(late.free).toBe(16_384);
  });

  it("at the limit a ring gets the smallest memory, and somebody has to look for more", () => {
    const pool = new SlabPool(0, limits);
    new SendRing(65_536, pool).append(octets, 0, 65_536);
    expect([pool.exhausted, pool.starved]).toEqual([true, false]);
    expect(new SendRing(50_000, pool).append(octets, 0, 50_000)).toBe(4096);
    expect(pool.starved).toBe(true);
    expect(new ReceiveRing(pool).write(0, octets.subarray(0, 5000))).toBe(false);
    expect(new ReceiveRing(pool).write(0, octets.subarray(0, 4000))).toBe(true);
  });

  it("text out of order has a share of its own, gaps included", () => {
    const pool = new SlabPool(0, limits);
    const first = new ReceiveRing(pool);
    expect(first.write(15_000, Uint8Array.of(1))).toBe(true);
    const second = new ReceiveRing(pool);
    expect(second.write(5000, Uint8Array.of(1))).toBe(false);
    expect(second.write(4998, Uint8Array.of(1))).toBe(true);
    first.forget();
    expect([pool.outOfOrder, pool.lent]).toEqual([4999, 8192]);
  });

  it("what the application has left to read of a connection that is gone is not the layer's", () => {
    const pool = new SlabPool(1e6, plenty);
    const ring = new ReceiveRing(pool);
    ring.write(0, octets.subarray(0, 100));
    ring.advance(100);
    ring.disown();
    expect(pool.lent).toBe(0);
    expect(ring.copy(new Uint8Array(200))).toBe(100);
    ring.consume(100, true);
    expect(pool.lent).toBe(0);
  });
});
