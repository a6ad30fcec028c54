import { describe, expect, it } from "vitest";
import { Bench, OWN } from "./bench.ts";

/** When each solicitation left, in milliseconds from the first, until `end`. */
function times(bench: Bench, end: number): number[] {
  bench.advance(end);
  const at = bench
    .log()
    .filter((line) => line.includes(" RS "))
    .map((line) => Number.parseInt(line, 10));
  return at.map((time) => time - at[0]!);
}

describe("solicitations of routers (RFC 4861 6.3.7, RFC 7559)", () => {
  it("begin after a random time up to a second, are three at four seconds, then back off to an hour, for ever", () => {
    const bench = new Bench({ unstarted: true, solicitations: true });
    bench.nd.start(0);
    const all = times(bench, 86_400_000);
    expect(all.slice(0, 3)).toEqual([0, 4000, 8000]);
    const gaps = all.slice(1).map((time, at) => time - all[at]!);
    for (let at = 2; at < gaps.length; at++) {
      const before = gaps[at - 1]!;
      if (2.2 * before < 3_600_000) {
        expect(gaps[at]! / before).toBeGreaterThan(1.89);
        expect(gaps[at]! / before).toBeLessThan(2.11);
      } else {
        expect(gaps[at]!).toBeGreaterThan(0.85 * 3_600_000);
        expect(gaps[at]!).toBeLessThan(1.11 * 3_600_000);
      }
    }
    expect(all.length).toBeGreaterThan(30);
    expect(all.length).toBeLessThan(40);
  });

  it("come from :: without a link-layer address while no address is assigned, then from the link-local one", () => {
    const bench = new Bench({ unstarted: true, solicitations: true });
    bench.nd.start(0);
    bench.advance(6000);
    expect(bench.lines().filter((line) => line.startsWith("RS"))).toEqual([
      "RS :: > ff02::2 (33:33:00:00:00:02)",
      `RS ${OWN} > ff02::2 (33:33:00:00:00:02) slla`,
    ]);
  });

  it("end with the answer of a default router, not with that of another", () => {
    const bench = new Bench({ solicitations: true });
    bench.ra({ lifetime: 0 });
    expect(times(bench, 10_000).length).toBeGreaterThan(0);
    bench.ra();
    expect(times(bench, 86_400_000)).toEqual([]);
  });

  it("are not sent at all when a router was faster", () => {
    const bench = new Bench({ unstarted: true, solicitations: true });
    bench.nd.start(0);
    bench.ra();
    expect(times(bench, 86_400_000)).toEqual([]);
  });
});
