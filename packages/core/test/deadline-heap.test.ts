import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeadlineHeap, type HeapItem } from "../src/index.ts";

interface Timer extends HeapItem {
  readonly name: string;
  deadline: number;
}

const timer = (name: string, deadline: number): Timer => ({
  name,
  deadline,
  heapIndex: -1,
  heapDeadline: 0,
});
const heap = (): DeadlineHeap<Timer> => new DeadlineHeap((item) => item.deadline);

function due(timers: DeadlineHeap<Timer>, now: number): string[] {
  const names: string[] = [];
  for (let item = timers.popDue(now); item !== null; item = timers.popDue(now)) names.push(item.name);
  return names;
}

describe("DeadlineHeap", () => {
  it("gives items in the order of their deadlines, and none before its time", () => {
    const timers = heap();
    for (const [name, deadline] of [["c", 30] as const, ["a", 10] as const, ["b", 20] as const]) {
      timers.arm(timer(name, deadline));
    }
    expect(timers.next()).toBe(10);
    expect(due(timers, 9.5)).toEqual([]);
    expect(due(timers, 20)).toEqual(["a", "b"]);
    expect(timers.next()).toBe(30);
    expect(timers.size).toBe(1);
  });

  it("is empty at Infinity, and never takes an item that has no deadline", () => {
    const timers = heap();
    timers.arm(timer("never", Number.POSITIVE_INFINITY));
    expect(timers.size).toBe(0);
    expect(timers.next()).toBe(Number.POSITIVE_INFINITY);
    expect(timers.popDue(1e9)).toBe(null);
  });

  it("brings an item up early when its deadline moves earlier", () => {
    const timers = heap();
    const late = timer("late", 50);
    timers.arm(timer("first", 10));
    timers.arm(late);
    late.deadline = 5;
    timers.arm(late);
    expect(timers.next()).toBe(5);
    expect(due(timers, 10)).toEqual(["late", "first"]);
  });

  it("leaves an item where it is when its deadline moves later, and sorts it anew when it comes up", () => {
    const timers = heap();
    const lazy = timer("lazy", 10);
    timers.arm(lazy);
    lazy.deadline = 100;
    timers.arm(lazy);
    expect(timers.next()).toBe(10);
    expect(due(timers, 10)).toEqual([]);
    expect(timers.next()).toBe(100);
    expect(due(timers, 100)).toEqual(["lazy"]);
  });

  it("knows the earliest true deadline without waking anybody for an old one", () => {
    const timers = heap();
    const lazy = timer("lazy", 10);
    const gone = timer("gone", 20);
    timers.arm(lazy);
    timers.arm(gone);
    lazy.deadline = 100;
    gone.deadline = Number.POSITIVE_INFINITY;
    timers.arm(lazy);
    timers.arm(gone);
    expect(timers.earliest()).toBe(100);
    expect(timers.next()).toBe(100);
    expect(timers.size).toBe(1);
    expect(due(timers, 99)).toEqual([]);
    expect(due(timers, 100)).toEqual(["lazy"]);
    expect(timers.earliest()).toBe(Number.POSITIVE_INFINITY);
  });

  it("lets an item go when it comes up and has no deadline any more", () => {
    const timers = heap();
    const gone = timer("gone", 10);
    timers.arm(gone);
    gone.deadline = Number.POSITIVE_INFINITY;
    timers.arm(gone);
    expect(due(timers, 10)).toEqual([]);
    expect(timers.size).toBe(0);
    expect(gone.heapIndex).toBe(-1);
  });

  it("takes an item back after it came up, and removes one that is not there without harm", () => {
    const timers = heap();
    const again = timer("again", 1);
    timers.remove(again);
    timers.arm(again);
    expect(due(timers, 1)).toEqual(["again"]);
    again.deadline = 2;
    timers.arm(again);
    timers.remove(again);
    timers.remove(again);
    expect(due(timers, 9)).toEqual([]);
  });
});

describe("DeadlineHeap against a list", () => {
  type Step =
    | { do: "arm"; which: number; at: number }
    | { do: "remove"; which: number }
    | { do: "advance"; by: number }
    | { do: "ask" };
  const which = fc.nat(9);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.constant({ do: "ask" as const }),
    fc.record({
      do: fc.constant("arm" as const),
      which,
      at: fc.oneof(fc.nat(50), fc.constant(Number.POSITIVE_INFINITY)),
    }),
    fc.record({ do: fc.constant("remove" as const), which }),
    fc.record({ do: fc.constant("advance" as const), by: fc.nat(20) }),
  );

  it("pops exactly what is due, whatever was armed, moved and removed before", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const timers = heap();
        const items = Array.from({ length: 10 }, (_, index) => timer(`${index}`, Number.POSITIVE_INFINITY));
        let now = 0;
        for (const each of steps) {
          if (each.do === "arm") {
            const item = items[each.which]!;
            item.deadline = now + each.at;
            timers.arm(item);
          } else if (each.do === "remove") {
            const item = items[each.which]!;
            timers.remove(item);
            item.deadline = Number.POSITIVE_INFINITY;
          } else if (each.do === "ask") {
            expect(timers.earliest()).toBe(Math.min(...items.map((item) => item.deadline)));
          } else {
            now += each.by;
            const expected = items.filter((item) => item.deadline <= now).map((item) => item.name);
            const popped = due(timers, now);
            expect([...popped].sort()).toEqual(expected.sort());
            for (const name of popped) items[Number(name)]!.deadline = Number.POSITIVE_INFINITY;
          }
          const earliest = Math.min(...items.map((item) => item.deadline));
          expect(timers.next()).toBeLessThanOrEqual(earliest);
          expect(timers.size).toBe(items.filter((item) => item.heapIndex >= 0).length);
        }
      }),
    );
  });
});
