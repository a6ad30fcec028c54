import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IpAddress, MacAddress, NeighborRecord, NeighborTable, SeededRandom } from "../src/index.ts";

const MAC = new MacAddress(0x020000, 1);
const v6 = (host: number): IpAddress => new IpAddress(6, 0xfe80_0000, 0, 0, host);

class Bench {
  readonly removed: number[] = [];
  readonly table: NeighborTable<NeighborRecord>;

  constructor(capacity = 4, pendingCapacity = 2) {
    this.table = new NeighborTable(
      { capacity, pendingCapacity },
      new SeededRandom(1),
      (address) => new NeighborRecord(address),
      (neighbor) => this.removed.push(neighbor.address.w3),
    );
  }

  /** A neighbour whose address is being looked for. */
  ask(host: number, deadline = 1000): NeighborRecord {
    const neighbor = this.table.add(v6(host));
    this.table.arm(neighbor, deadline, true);
    return neighbor;
  }

  /** A neighbour whose address is known. */
  learn(host: number, deadline = 1000): NeighborRecord {
    const neighbor = this.table.find(v6(host)) ?? this.table.add(v6(host));
    neighbor.mac = MAC;
    this.table.arm(neighbor, deadline, false);
    return neighbor;
  }

  hosts(): number[] {
    return Array.from(this.table.values(), ({ address }) => address.w3);
  }
}

describe("NeighborTable", () => {
  it("finds neighbours of both families by address", () => {
    const bench = new Bench();
    const six = bench.learn(1);
    const four = bench.table.add(IpAddress.v4(1));
    expect([bench.table.find(v6(1)), bench.table.find(IpAddress.v4(1)), bench.table.find(v6(2))]).toEqual([
      six,
      four,
      null,
    ]);
    expect(bench.table.size).toBe(2);
  });

  it("gives up the one that nothing was sent to, then the one used least recently, then the one asked for longest", () => {
    const bench = new Bench(3, 3);
    for (const host of [1, 2, 3]) bench.learn(host);
    bench.table.use(v6(1));
    bench.table.use(v6(3));
    bench.learn(4);
    expect(bench.removed).toEqual([2]);
    bench.table.use(v6(4));
    bench.table.use(v6(1));
    bench.learn(5);
    expect(bench.removed).toEqual([2, 3]);
    const asked = new Bench(2, 2);
    asked.ask(1);
    asked.ask(2);
    asked.ask(3);
    expect(asked.removed).toEqual([1]);
  });

  it("names the one that has been asked for longest when there is no room for another", () => {
    const bench = new Bench(10, 2);
    const first = bench.ask(1);
    expect(bench.table.overdue()).toBe(null);
    bench.ask(2);
    expect(bench.table.overdue()).toBe(first);
    expect(bench.table.pending).toBe(2);
    bench.learn(1);
    expect([bench.table.overdue(), bench.table.pending]).toEqual([null, 1]);
  });

  it("hands out what is due, once", () => {
    const bench = new Bench();
    const late = bench.learn(1, 2000);
    const soon = bench.learn(2, 1000);
    expect(bench.table.next()).toBe(1000);
    expect(bench.table.popDue(999)).toBe(null);
    expect(bench.table.popDue(1000)).toBe(soon);
    expect(bench.table.popDue(1000)).toBe(null);
    bench.table.arm(late, 3000, false);
    expect(bench.table.popDue(2500)).toBe(null);
    expect(bench.table.popDue(3000)).toBe(late);
  });

  it("keeps static neighbours apart: they never go, and have the same bound of their own", () => {
    const bench = new Bench(2);
    const fixed = bench.table.fix(v6(1));
    fixed.mac = MAC;
    expect(bench.table.fix(v6(1))).toBe(fixed);
    bench.learn(2);
    expect(bench.table.fix(v6(2)).fixed).toBe(true);
    expect(() => bench.table.fix(v6(3))).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
    for (const host of [4, 5, 6]) bench.learn(host);
    expect(bench.hosts()).toEqual([1, 2, 5, 6]);
    expect(bench.table.popDue(Number.MAX_VALUE)?.fixed).toBe(false);
    bench.table.delete(fixed);
    bench.table.delete(fixed);
    expect(bench.removed).toEqual([4, 1]);
    bench.table.fix(v6(3));
  });

  it("stays in bounds and true to itself whatever is done", () => {
    const host = fc.integer({ min: 1, max: 12 });
    const step = fc.tuple(fc.constantFrom("ask", "learn", "use", "delete", "pop"), host);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const bench = new Bench(4, 2);
        const known = new Set<number>();
        for (const [what, at] of steps) {
          const neighbor = bench.table.find(v6(at));
          if (what === "ask" && neighbor === null) {
            const overdue = bench.table.overdue();
            if (overdue !== null) bench.table.delete(overdue);
            bench.ask(at);
            known.add(at);
          } else if (what === "learn") {
            bench.learn(at);
            known.add(at);
          } else if (what === "use") bench.table.use(v6(at));
          else if (what === "delete" && neighbor !== null) bench.table.delete(neighbor);
          else if (what === "pop") {
            const due = bench.table.popDue(Number.MAX_VALUE);
            if (due !== null) bench.table.delete(due);
          }
          for (const gone of bench.removed.splice(0)) known.delete(gone);
          expect(new Set(bench.hosts())).toEqual(known);
          expect(bench.table.size).toBeLessThanOrEqual(4);
          expect(bench.table.pending).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
