import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Delivery } from "../../src/loss/delivery.ts";
import { RecordState, RecordTables } from "../../src/loss/record-table.ts";
import { SentRecords } from "../../src/loss/sent-records.ts";
import { OctetModel } from "../support/octet-model.ts";

/** The records of what was sent against a model that knows each octet by itself. Sequence numbers wrap in all of it. */

type Step =
  | { readonly do: "push"; readonly octets: number; readonly segment: number; readonly later: boolean }
  | { readonly do: "acknowledge" | "sack"; readonly from: number; readonly to: number }
  | { readonly do: "lose" | "loseFirst" | "findLost" | "reneges" }
  | { readonly do: "loseLarger" | "repeat" | "probe"; readonly octets: number };

const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("push" as const),
      octets: fc.integer({ min: 1, max: 40 }),
      segment: fc.constantFrom(1, 5, 8, 8, 8),
      later: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("acknowledge" as const), from: share, to: share }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("sack" as const), from: share, to: share }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("lose" as const, "lose" as const, "loseFirst" as const, "findLost" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reneges" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "repeat" as const,
        "repeat" as const,
        "repeat" as const,
        "probe" as const,
        "loseLarger" as const,
      ),
      octets: fc.integer({ min: 1, max: 12 }),
    }),
  },
);

describe("records of what was sent", () => {
  it("know of each octet what the model knows", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 120 }), (start, steps) => {
        const bench = new Bench(start | 0, 1024);
        for (const one of steps) {
          bench.take(one);
          bench.compare();
        }
      }),
      { numRuns: 800 },
    );
  });

  it("stay within their bounds, and every octet in one record, however few records there may be", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 200 }), (start, steps) => {
        const bench = new Bench(start | 0, 2, 32);
        for (const one of steps) {
          bench.take(one);
          bench.check();
          expect(bench.records.count).toBeLessThanOrEqual(32);
          expect(bench.records.ranges).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

class Bench {
  readonly records: SentRecords;
  readonly #model: OctetModel;
  readonly #delivery = new Delivery();
  readonly #start: number;
  /** There is room for everything: records and model agree in all. */
  readonly #exact: boolean;
  #now = 0;

  constructor(start: number, mostRanges: number, mostRecords?: number) {
    this.#start = start;
    this.#exact = mostRecords === undefined;
    this.records = new SentRecords(new RecordTables(), mostRanges, mostRecords);
    this.#model = new OctetModel();
  }

  take(step: Step): void {
    const { records } = this;
    const model = this.#model;
    this.#delivery.begin(this.#start, this.#start, { minimum: 0 }, this.#now);
    switch (step.do) {
      case "push": {
        if (records.full) return;
        if (step.later) this.#now++;
        const from = model.end;
        model.push(step.octets, step.segment, this.#now);
        records.push(this.#at(from), this.#at(model.end), step.segment, this.#now);
        return;
      }
      case "acknowledge": {
        const una = model.begin + Math.floor(step.to * step.to * model.outstanding);
        const news = model.acknowledge(una);
        records.acknowledge(this.#at(una), this.#delivery);
        if (this.#exact) expect(this.#delivery.octets).toBe(news);
        return;
      }
      case "sack": {
        const [low, high] = [Math.min(step.from, step.to), Math.max(step.from, step.to)];
        const from = model.begin + Math.floor(low * model.outstanding);
        const to = model.begin + Math.ceil(high * model.outstanding);
        if (to <= from) return;
        records.sack(this.#at(from), this.#at(to), this.#delivery);
        const news = model.sack(from, to);
        if (this.#exact) expect(this.#delivery.octets).toBe(news);
        return;
      }
      case "lose": {
        const slot = records.sent.oldest;
        if (slot < 0) return;
        const { table } = records;
        model.lose((table.start[slot]! - this.#start) | 0, (table.end[slot]! - this.#start) | 0);
        records.lose(slot);
        return;
      }
      case "loseFirst":
        records.loseFirst();
        model.loseFirst();
        return;
      case "findLost":
        records.findLost();
        model.findLost();
        return;
      case "reneges":
        records.forgetSacked(8);
        model.forgetSacked(8);
        return;
      case "loseLarger":
        this.#loseLarger(step.octets);
        return;
      case "repeat":
        this.#repeat(step.octets);
        return;
      case "probe":
        this.#probe();
    }
  }

  #repeat(most: number): void {
    const { records } = this;
    const model = this.#model;
    const octets = records.lostRun(most);
    expect(octets > 0).toBe(records.missing > 0);
    if (octets === 0) return;
    const from = (records.lostFrom - this.#start) | 0;
    if (this.#exact) expect([from, octets]).toEqual(model.lostRun(most));
    records.resentLost(octets, 12, this.#now);
    model.repeat(from, octets, this.#now);
  }

  #probe(): void {
    const { records } = this;
    const octets = records.tailSegment(0);
    if (octets === 0) return;
    const from = this.#model.end - octets;
    records.resentTail(octets, Math.max(12, octets), this.#now);
    this.#model.repeat(from, octets, this.#now);
  }

  #loseLarger(segment: number): void {
    const { records } = this;
    const before = this.#states();
    records.loseLarger(segment);
    const after = this.#states();
    // Only what flew has changed, and only to lost.
    for (let i = 0; i < after.length; i++) {
      if (after[i] === before[i]) continue;
      expect([before[i], after[i]]).toEqual([RecordState.Flying, RecordState.Lost]);
      this.#model.lose(this.#model.begin + i, this.#model.begin + i + 1);
    }
  }

  /** Octet by octet: the states as the records have them. */
  #states(): number[] {
    const { records } = this;
    const states: number[] = [];
    for (let place = 0; place < records.count; place++) {
      const slot = records.at(place);
      for (let i = 0; i < records.table.length(slot); i++) states.push(records.table.state[slot]!);
    }
    return states;
  }

  /** Everything the model knows. */
  compare(): void {
    this.check();
    const { records } = this;
    const model = this.#model;
    expect(this.#states()).toEqual(model.octets.map(({ state }) => state));
    const times: number[] = [];
    const again: boolean[] = [];
    for (let place = 0; place < records.count; place++) {
      const slot = records.at(place);
      for (let i = 0; i < records.table.length(slot); i++) {
        times.push(records.table.sentAt[slot]!);
        again.push(records.table.again[slot] === 1);
      }
    }
    const flying = model.octets.map(({ state }) => state === RecordState.Flying);
    expect(times.filter((_, i) => flying[i])).toEqual(
      model.octets.filter((_, i) => flying[i]).map(({ sentAt }) => sentAt),
    );
    expect(again.filter((_, i) => flying[i])).toEqual(
      model.octets.filter((_, i) => flying[i]).map((octet) => octet.again),
    );
  }

  /** What has to hold of any records. */
  check(): void {
    const { records } = this;
    let end = this.#at(this.#model.begin);
    const octets = [0, 0, 0];
    const flying = new Set<number>();
    const lost = new Set<number>();
    let resent = 0;
    let ranges = 0;
    let before = -1;
    for (let place = 0; place < records.count; place++) {
      const slot = records.at(place);
      const { table } = records;
      expect(table.start[slot]).toBe(end);
      end = table.end[slot]!;
      const length = table.length(slot);
      expect(length).toBeGreaterThan(0);
      const state = table.state[slot]!;
      octets[state]! += length;
      if (state === RecordState.Flying) flying.add(slot);
      if (state === RecordState.Flying && table.again[slot] === 1) resent += length;
      if (state === RecordState.Lost) lost.add(slot);
      if (state === RecordState.Sacked) {
        ranges++;
        expect(before).not.toBe(RecordState.Sacked);
      }
      before = state;
    }
    expect(end).toBe(this.#at(this.#model.end));
    expect([records.flying, records.sacked, records.missing]).toEqual(octets);
    expect([records.resent, records.ranges]).toEqual([resent, ranges]);
    expect(records.lost.size).toBe(lost.size);
    for (let slot = records.sent.oldest; slot >= 0; slot = records.table.newer[slot]!) {
      expect(flying.delete(slot)).toBe(true);
    }
    expect(flying.size).toBe(0);
    if (lost.size > 0) {
      const first = Math.min(
        ...[...lost].map((slot) => (records.table.start[slot]! - this.#at(this.#model.begin)) | 0),
      );
      expect((records.lostFrom - this.#at(this.#model.begin)) | 0).toBe(first);
    }
  }

  #at(offset: number): number {
    return (this.#start + offset) | 0;
  }
}
