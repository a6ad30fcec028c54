import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MembershipBench } from "./membership-bench.ts";

const GROUPS = ["239.0.0.1", "239.0.0.2", "239.0.0.3", "239.0.0.4"] as const;

type Step =
  | { readonly kind: "join" | "leave" | "heard"; readonly group: string }
  | {
      readonly kind: "ask";
      readonly group: string | null;
      readonly maximumResponse: number;
      readonly sources: number;
    }
  | { readonly kind: "old"; readonly older: 1 | 2; readonly maximumResponse: number }
  | { readonly kind: "announce" }
  | { readonly kind: "wait"; readonly duration: number };

const group = fc.constantFrom(...GROUPS);
const time = fc.oneof(fc.nat(300), fc.nat(20_000));
const wait = fc.record({
  kind: fc.constant("wait" as const),
  duration: fc.oneof(fc.nat(2000), fc.nat(400_000)),
});
const current: fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constantFrom("join" as const, "leave" as const), group }),
  fc.record({ kind: fc.constant("heard" as const), group }),
  fc.record({
    kind: fc.constant("ask" as const),
    group: fc.option<string, null>(group, { nil: null }),
    maximumResponse: time,
    sources: fc.nat(80),
  }),
  fc.constant({ kind: "announce" as const }),
  wait,
];
const old = fc.record({
  kind: fc.constant("old" as const),
  older: fc.constantFrom(1 as const, 2 as const),
  maximumResponse: time,
});

/** Runs the steps; leaves of what is not joined are left out. Returns the groups that are joined at the end. */
function run(bench: MembershipBench, steps: readonly Step[]): Set<string> {
  const joins = new Map<string, number>();
  for (const step of steps) {
    const count = "group" in step && step.group !== null ? (joins.get(step.group) ?? 0) : 0;
    switch (step.kind) {
      case "join":
        bench.join(step.group);
        joins.set(step.group, count + 1);
        break;
      case "leave":
        if (count > 0) bench.leave(step.group);
        joins.set(step.group, Math.max(0, count - 1));
        break;
      case "heard":
        bench.heard(step.group);
        break;
      case "ask":
        bench.ask({
          ...(step.group !== null && { group: step.group }),
          maximumResponse: step.maximumResponse,
          sources: step.group === null ? [] : Array.from({ length: step.sources }, (_, at) => `10.0.0.${at}`),
        });
        break;
      case "old":
        bench.ask({ older: step.older, maximumResponse: step.maximumResponse });
        break;
      case "announce":
        bench.membership.announce(bench.now);
        break;
      case "wait":
        bench.run(step.duration);
    }
  }
  return new Set([...joins].filter(([, count]) => count > 0).map(([name]) => name));
}

describe("whatever applications and queriers do", () => {
  it("the last word about every group is its state, in the present version", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...current), { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const bench = new MembershipBench({}, seed);
        const joined = run(bench, steps);
        bench.run(100_000);
        const words = bench.said();
        for (const name of GROUPS) {
          // Records of sources are about sources; the state is what the others say.
          const about = words.filter((word) => word.includes(name) && !word.startsWith("IsInclude"));
          const last = about.at(-1) ?? `ToInclude ${name}`;
          expect(/^(?:To|Is)Exclude/.test(last)).toBe(joined.has(name));
        }
        expect(bench.membership.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
        expect(bench.membership.size).toBe(joined.size);
      }),
      { numRuns: 300 },
    );
  });

  it("a general query is answered in time with every group that is joined all the while", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...current), { maxLength: 40 }), fc.nat(), (steps, seed) => {
        const bench = new MembershipBench({}, seed);
        const joined = run(bench, steps);
        bench.said();
        bench.ask({ maximumResponse: 5000 });
        bench.run(5000 + 100);
        const words = bench.said();
        for (const name of joined) expect(words).toContain(`IsExclude ${name}`);
        for (const name of GROUPS) {
          if (!joined.has(name)) expect(words).not.toContain(`IsExclude ${name}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("with older queriers too it comes to rest, in the present version, having said little", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(old, ...current), { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const bench = new MembershipBench({}, seed);
        run(bench, steps);
        bench.run(2_000_000);
        // A step makes each group say at most what it repeats, and answer once.
        expect(bench.output.reports.length).toBeLessThanOrEqual(steps.length * GROUPS.length * 3);
        expect(bench.membership.older).toBe(0);
        expect(bench.membership.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 300 },
    );
  });
});
