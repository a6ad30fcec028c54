import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReassemblyRanges } from "../../src/buffers/reassembly-ranges.ts";

/** The obvious implementation: a set of octets. */
class OctetSet {
  readonly octets = new Set<number>();

  insert(from: number, to: number): void {
    for (let at = from; at < to; at++) this.octets.add(at);
  }

  ranges(): [number, number][] {
    const ranges: [number, number][] = [];
    for (const at of [...this.octets].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === at) last[1]++;
      else ranges.push([at, at + 1]);
    }
    return ranges;
  }

  takeFrom(next: number): number {
    let reached = next;
    while (this.octets.has(reached)) reached++;
    for (const at of this.octets) if (at < reached) this.octets.delete(at);
    return reached;
  }
}

const piece = fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 30 }));

describe("reassembly ranges", () => {
  it("hold what a set of octets holds, wherever in sequence space", () => {
    const starts = fc.constantFrom(0, 0x7fffffc0, -0x40, -0x80000000);
    fc.assert(
      fc.property(starts, fc.array(piece, { maxLength: 40 }), (origin, pieces) => {
        const ranges = new ReassemblyRanges(1024);
        const model = new OctetSet();
        for (const [from, length] of pieces) {
          ranges.insert((origin + from) | 0, (origin + from + length) | 0);
          model.insert(from, from + length);
          const relative = ranges.toArray().map((range) => range.map((end) => (end - origin) | 0));
          expect(relative).toEqual(model.ranges());
          expect(ranges.octets).toBe(model.octets.size);
        }
      }),
    );
  });

  it("give up what has become contiguous", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 0, max: 150 }), (pieces, next) => {
        const ranges = new ReassemblyRanges(1024);
        const model = new OctetSet();
        for (const [from, length] of pieces) {
          ranges.insert(from, from + length);
          model.insert(from, from + length);
        }
        // What lies before `next` has been received in order as well.
        model.insert(0, next);
        expect(ranges.takeFrom(next)).toBe(model.takeFrom(0));
        expect(ranges.toArray()).toEqual(model.ranges());
      }),
    );
  });

  it("are bounded: one more is refused, one that touches another is not", () => {
    const ranges = new ReassemblyRanges(3);
    for (const start of [10, 20, 30]) ranges.insert(start, start + 5);
    expect(ranges.accepts(40, 45)).toBe(false);
    expect(ranges.accepts(35, 40)).toBe(true);
    expect(ranges.accepts(12, 13)).toBe(true);
    ranges.insert(15, 20);
    expect(ranges.toArray()).toEqual([
      [10, 25],
      [30, 35],
    ]);
    expect(ranges.accepts(40, 45)).toBe(true);
  });

  it("stay fast in the worst order: every second octet, backwards", () => {
    const ranges = new ReassemblyRanges(1024);
    for (let at = 2046; at >= 0; at -= 2) if (ranges.accepts(at, at + 1)) ranges.insert(at, at + 1);
    expect(ranges.count).toBe(1024);
    ranges.insert(0, 4096);
    expect(ranges.toArray()).toEqual([[0, 4096]]);
  });
});
