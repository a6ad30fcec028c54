import { describe, expect, it } from "vitest";
import { comparisons, musts, rows } from "../src/catalog.ts";
import { evaluate, type Measured } from "../src/results.ts";
import { subjects } from "../src/subjects/index.ts";

/** Rounds with these figures, each taking two seconds and one of processor time. */
function rounds(...figures: Record<string, number>[]): Measured {
  return figures.map((entry) => ({ figures: entry, cpuSeconds: 1, seconds: 2 }));
}

const both = (to: number, from: number): Record<string, number> => ({
  "to the kernel MB/s": to,
  "from the kernel MB/s": from,
  "p50 us": 30,
  "p99 us": 60,
});

describe("the catalog", () => {
  it("names subjects and rows that exist, each row once", () => {
    for (const row of rows) expect(Object.keys(subjects)).toContain(row.subject);
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { row, reference = row } of [...musts, ...comparisons]) {
      expect(ids).toContain(row);
      expect(ids).toContain(reference);
    }
  });

  it("fails at no more than is wanted", () => {
    for (const { atLeast, atMost, failsAt } of musts) {
      if (atLeast !== undefined) expect(failsAt).toBeLessThanOrEqual(atLeast);
      else expect(failsAt).toBeGreaterThanOrEqual(atMost!);
    }
  });
});

describe("evaluation", () => {
  it("makes a row of each figure, with the processor time of its subject", () => {
    const { rows: result } = evaluate(
      new Map([
        [
          "memory bulk",
          rounds({ "MB/s": 300, "MB/s per CPU second": 600 }, { "MB/s": 100, "MB/s per CPU second": 500 }),
        ],
      ]),
    );
    expect(result).toMatchObject([
      {
        id: "memory",
        values: [300, 100],
        spread: { median: 200, min: 100, max: 300 },
        perCpuSecond: 550,
        cpu: 0.5,
      },
    ]);
  });

  it("divides round by round", () => {
    const measured = new Map([
      ["tap", rounds(both(100, 50), both(10, 5))],
      ["veth without offloads", rounds({ "MB/s": 200 }, { "MB/s": 20 })],
    ]);
    const { ratios } = evaluate(measured);
    expect(ratios).toEqual([
      { row: "tap-to", reference: "veth-off", spread: { median: 0.5, min: 0.5, max: 0.5 } },
      { row: "tap-from", reference: "veth-off", spread: { median: 0.25, min: 0.25, max: 0.25 } },
    ]);
  });

  it("tells a must that is met, one that is missed, and one that failed", () => {
    const judged = (rate: number): unknown => {
      const [result] = evaluate(new Map([["memory bulk", rounds({ "MB/s": rate })]])).musts;
      return { met: result!.met, failed: result!.failed };
    };
    expect(judged(100)).toEqual({ met: true, failed: false });
    expect(judged(99)).toEqual({ met: false, failed: false });
    expect(judged(49)).toEqual({ met: false, failed: true });
    const [growth] = evaluate(new Map([["growth", rounds({ "octets/frame": 64 })]])).musts;
    expect(growth).toMatchObject({ met: false, failed: false });
  });

  it("leaves out what was not measured, and says why", () => {
    const measured = new Map<string, Measured>([
      ["tap", { skipped: "no rights" }],
      ["memory bulk", rounds({ "MB/s": 300 })],
    ]);
    const { rows: result, ratios, musts: judged, skipped } = evaluate(measured);
    expect(result.map(({ id }) => id)).toEqual(["memory"]);
    expect(ratios).toEqual([]);
    expect(judged.map(({ must }) => must.id)).toEqual(["in-memory bulk"]);
    expect(skipped).toEqual({ tap: "no rights" });
  });
});
