import { describe, expect, it } from "vitest";
import { floatingCode, IpAddress, MembershipQuery, NetError, Verdict } from "../src/index.ts";
import { MembershipBench } from "./membership-bench.ts";

const A = "224.0.0.251";
const B = "239.1.2.3";
const HOUR = 3_600_000;

describe("changes (RFC 9776 5.1)", () => {
  it("are said at once, and again within a second as the robustness variable has it", () => {
    const bench = new MembershipBench();
    bench.join(A);
    expect(bench.said()).toEqual([`ToExclude ${A}`]);
    bench.run(1000);
    expect(bench.said()).toEqual([`ToExclude ${A}`]);
    bench.run(HOUR);
    bench.leave(A);
    expect(bench.said()).toEqual([`ToInclude ${A}`]);
    bench.run(1000);
    expect(bench.said()).toEqual([`ToInclude ${A}`]);
    bench.run(HOUR);
    expect(bench.said()).toEqual([]);
    expect(bench.membership.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("of several groups are repeated in one report", () => {
    const bench = new MembershipBench();
    bench.join(A, B);
    expect(bench.output.reports.splice(0)).toHaveLength(2);
    bench.run(2000);
    expect(bench.output.reports.splice(0).map(({ records }) => records)).toEqual([
      [`ToExclude ${A}`, `ToExclude ${B}`],
    ]);
  });

  it("take the place of what the group said before", () => {
    const bench = new MembershipBench({ multicastRobustness: 4 });
    bench.join(A);
    bench.run(100);
    bench.leave(A);
    bench.said();
    bench.run(10_000);
    expect(bench.said()).toEqual([`ToInclude ${A}`, `ToInclude ${A}`, `ToInclude ${A}`]);
    bench.join(A);
    bench.leave(A);
    bench.join(A);
    expect(bench.said()).toEqual([`ToExclude ${A}`, `ToInclude ${A}`, `ToExclude ${A}`]);
    bench.run(10_000);
    expect(bench.said()).toEqual(Array(3).fill(`ToExclude ${A}`));
  });

  it("are counted: only the first join and the last leave say something", () => {
    const bench = new MembershipBench({ multicastRobustness: 1 });
    bench.join(A, A);
    bench.leave(A);
    expect(bench.membership.has(IpAddress.parse(A))).toBe(true);
    bench.leave(A);
    expect(bench.membership.has(IpAddress.parse(A))).toBe(false);
    expect(bench.link).toEqual(["+01:00:5e:00:00:fb", "-01:00:5e:00:00:fb"]);
    expect(bench.said()).toEqual([`ToExclude ${A}`, `ToInclude ${A}`]);
    expect(() => bench.leave(A)).toThrow(RangeError);
    expect(bench.membership.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("come at random times, all within the interval", () => {
    const times = Array.from({ length: 50 }, (_, seed) => {
      const bench = new MembershipBench({}, seed);
      bench.join(A);
      bench.run(HOUR);
      return bench.times()[1]!;
    });
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.min(...times)).toBeLessThan(200);
    expect(Math.max(...times)).toBeLessThanOrEqual(1000);
    expect(Math.max(...times)).toBeGreaterThan(800);
  });

  it("of groups that nobody reports say nothing", () => {
    const bench = new MembershipBench();
    bench.join("224.0.0.1");
    bench.leave("224.0.0.1");
    bench.join("224.0.0.1");
    expect(bench.membership.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    bench.ask();
    expect(bench.ask({ group: "224.0.0.1" })).toBe(Verdict.Ignored);
    bench.run(HOUR);
    expect(bench.said()).toEqual([]);
  });

  it("are all said again when the link comes up", () => {
    const bench = new MembershipBench();
    bench.join(A, B);
    bench.run(HOUR);
    bench.leave(B);
    bench.run(HOUR);
    bench.said();
    bench.membership.announce(bench.now);
    expect(bench.said()).toEqual([`ToExclude ${A}`]);
    bench.run(1000);
    expect(bench.said()).toEqual([`ToExclude ${A}`]);
    bench.run(HOUR);
    expect(bench.said()).toEqual([]);
  });
});

describe("a general query (RFC 9776 5.2)", () => {
  it("is answered once with the state of every group, within the time it gives", () => {
    const bench = new MembershipBench();
    bench.join(A, B, "224.0.0.1");
    bench.run(HOUR);
    bench.said();
    expect(bench.ask()).toBe(Verdict.Handled);
    const asked = bench.now;
    bench.run(HOUR);
    expect(bench.output.reports).toHaveLength(1);
    const [{ at, records }] = bench.output.reports.splice(0) as [{ at: number; records: string[] }];
    expect(records).toEqual([`IsExclude ${A}`, `IsExclude ${B}`]);
    expect(at - asked).toBeGreaterThan(0);
    expect(at - asked).toBeLessThanOrEqual(10_000);
  });

  it("that comes while an answer is pending leaves the earlier of the two times", () => {
    const bench = new MembershipBench();
    bench.join(A);
    bench.run(HOUR);
    bench.said();
    for (let count = 0; count < 20; count++) bench.ask();
    bench.run(HOUR);
    expect(bench.said()).toEqual([`IsExclude ${A}`]);
  });

  it("without delay makes no storm", () => {
    const bench = new MembershipBench();
    bench.join(A);
    bench.run(HOUR);
    bench.said();
    for (let count = 0; count < 1000; count++) {
      bench.ask({ maximumResponse: 0 });
      bench.run(1);
    }
    expect(bench.said().length).toBeLessThanOrEqual(11);
  });

  it("is not answered by a host without groups", () => {
    const bench = new MembershipBench();
    bench.ask();
    bench.run(HOUR);
    expect(bench.said()).toEqual([]);
  });

  it("fills as many reports as the groups need", () => {
    const bench = new MembershipBench();
    bench.output.largest = 8 + 3 * 8;
    const groups = Array.from({ length: 7 }, (_, at) => `239.0.0.${at}`);
    bench.join(...groups);
    bench.run(HOUR);
    bench.said();
    bench.ask();
    bench.run(HOUR);
    const reports = bench.output.reports.splice(0);
    expect(reports.map(({ records }) => records.length)).toEqual([3, 3, 1]);
    expect(reports.flatMap(({ records }) => records)).toEqual(groups.map((group) => `IsExclude ${group}`));
  });
});

describe("a query for a group (RFC 9776 5.2)", () => {
  function joined(parameters = {}): MembershipBench {
    const bench = new MembershipBench(parameters);
    bench.join(A, B);
    bench.run(HOUR);
    bench.said();
    return bench;
  }

  it("is answered with its state", () => {
    const bench = joined();
    expect(bench.ask({ group: A, maximumResponse: 1000 })).toBe(Verdict.Handled);
    bench.run(1000);
    expect(bench.said()).toEqual([`IsExclude ${A}`]);
  });

  it("that is none of ours is not answered, nor is one that was left", () => {
    const bench = joined();
    expect(bench.ask({ group: "239.9.9.9" })).toBe(Verdict.Ignored);
    bench.leave(A);
    expect(bench.ask({ group: A })).toBe(Verdict.Ignored);
    bench.said();
    bench.run(HOUR);
    expect(bench.said()).toEqual([`ToInclude ${A}`]);
  });

  it("is not answered any more by a group that is left meanwhile", () => {
    const bench = joined({ multicastRobustness: 1 });
    bench.ask({ group: A, robustness: 1 });
    bench.leave(A);
    bench.said();
    bench.run(HOUR);
    expect(bench.said()).toEqual([]);
  });

  it("and sources is answered with those sources, all of which are received", () => {
    const bench = joined();
    bench.ask({ group: A, sources: ["10.0.0.1", "10.0.0.2"] });
    bench.ask({ group: A, sources: ["10.0.0.2", "10.0.0.3"] });
    bench.run(HOUR);
    expect(bench.said()).toEqual([`IsInclude ${A} {10.0.0.1 10.0.0.2 10.0.0.3}`]);
  });

  it.each([
    ["sources, then none", [{ sources: ["10.0.0.1"] }, {}]],
    ["none, then sources", [{}, { sources: ["10.0.0.1"] }]],
  ])("%s: the answer is about the group", (_name, queries) => {
    const bench = joined();
    for (const query of queries) bench.ask({ group: A, ...query });
    bench.run(HOUR);
    expect(bench.said()).toEqual([`IsExclude ${A}`]);
  });

  it("and more sources than are remembered is answered with the group's state", () => {
    const bench = joined({ multicastSources: 3 });
    const sources = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];
    bench.ask({ group: A, sources });
    bench.ask({ group: B, sources: sources.slice(0, 2) });
    bench.ask({ group: B, sources: sources.slice(2) });
    bench.run(HOUR);
    expect(bench.said().sort()).toEqual([`IsExclude ${A}`, `IsExclude ${B}`]);
  });

  it("and sources that do not fit into one report is answered in several records", () => {
    const bench = joined();
    bench.output.largest = 8 + 8 + 2 * 4;
    bench.ask({ group: A, sources: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] });
    bench.run(HOUR);
    expect(bench.said()).toEqual([`IsInclude ${A} {10.0.0.1 10.0.0.2}`, `IsInclude ${A} {10.0.0.3}`]);
  });

  it("says nothing that the pending answer to a general query will not say sooner (rule 1)", () => {
    const bench = joined();
    bench.ask({ maximumResponse: 1 });
    bench.ask({ group: A, maximumResponse: 100_000 });
    bench.run(HOUR);
    expect(bench.said()).toEqual([`IsExclude ${A}`, `IsExclude ${B}`]);
  });

  it("does not wait for a general answer that is due later", () => {
    const bench = joined();
    bench.ask({ maximumResponse: HOUR });
    bench.ask({ group: A, maximumResponse: 1 });
    bench.run(1);
    expect(bench.said()).toEqual([`IsExclude ${A}`]);
  });

  it("without delay makes no storm", () => {
    const bench = joined();
    for (let count = 0; count < 1000; count++) {
      bench.ask({ group: A, maximumResponse: 0 });
      bench.run(1);
    }
    expect(bench.said().length).toBeLessThanOrEqual(11);
  });
});

describe("the querier's variables", () => {
  it("are taken from its queries, and defaults stand for what it does not say", () => {
    const bench = new MembershipBench();
    bench.ask({ robustness: 5 });
    bench.run(HOUR);
    bench.join(A);
    bench.run(HOUR);
    expect(bench.said()).toHaveLength(5);
    bench.ask({ robustness: 0 });
    bench.run(HOUR);
    bench.said();
    bench.join(B);
    bench.run(HOUR);
    expect(bench.said()).toHaveLength(2);
  });

  it.each([
    [0, 4, 0],
    [127, 4, 127],
    [128, 4, 128],
    [0x8f, 4, 248],
    [0xff, 4, 31744],
    [32767, 12, 32767],
    [32768, 12, 32768],
    [0xffff, 12, 8387584],
  ])("code %i with %i bits of mantissa is %i (RFC 9776 4.1.1, RFC 9777 5.1.3)", (code, bits, value) => {
    expect(floatingCode(code, bits)).toBe(value);
  });

  it("are not read from a query that is cut off", () => {
    const query = new MembershipQuery();
    const tail = new DataView(Uint8Array.of(2, 125, 0, 2, 10, 0, 0, 1, 10, 0, 0, 2, 9).buffer);
    for (let end = 0; end < 12; end++) expect(query.readTail(tail, 0, end, 4)).toBe(false);
    expect(query.readTail(tail, 0, 12, 4)).toBe(true);
    expect(query.readTail(tail, 0, 13, 4)).toBe(true);
    expect(query.source(1).toString()).toBe("10.0.0.2");
  });
});

describe("an older querier (RFC 9776 7.2, RFC 9777 8.2)", () => {
  function under(older: 1 | 2): MembershipBench {
    const bench = new MembershipBench();
    bench.ask({ older });
    return bench;
  }

  it("is answered in its version: a report for each group, at a time of its own", () => {
    const bench = new MembershipBench();
    bench.join(A, B);
    bench.run(HOUR);
    bench.said();
    bench.ask({ older: 1 });
    expect(bench.membership.older).toBe(1);
    bench.run(10_000);
    expect(new Set(bench.output.reports.map(({ at }) => at)).size).toBe(2);
    expect(bench.said().sort()).toEqual([`report -1 ${A}`, `report -1 ${B}`]);
  });

  it("is told of joining at once and again, and of leaving once", () => {
    const bench = under(1);
    bench.join(A);
    expect(bench.said()).toEqual([`report -1 ${A}`]);
    bench.run(10_000);
    expect(bench.said()).toEqual([`report -1 ${A}`]);
    bench.leave(A);
    bench.run(10_000);
    expect(bench.said()).toEqual([`leave -1 ${A}`]);
  });

  it("of the first version is the one that counts, whoever else asks", () => {
    const bench = under(2);
    bench.ask({ older: 1 });
    bench.ask();
    bench.join(A);
    expect(bench.membership.older).toBe(2);
    expect(bench.said()).toEqual([`report -2 ${A}`]);
  });

  it("of the first version has gone after its interval, then that of the second", () => {
    const bench = under(2);
    bench.run(100_000);
    bench.ask({ older: 1 });
    // 2 * 125 s and the 10 s of the query.
    bench.run(160_000 - 1);
    expect(bench.membership.older).toBe(2);
    bench.run(1);
    expect(bench.membership.older).toBe(1);
    bench.run(100_000 - 1);
    expect(bench.membership.older).toBe(1);
    bench.run(1);
    expect(bench.membership.older).toBe(0);
    expect(bench.membership.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    bench.join(A);
    expect(bench.said()).toEqual([`ToExclude ${A}`]);
  });

  it("ends all that was pending when it appears and when it goes (7.2.1)", () => {
    const bench = new MembershipBench();
    bench.join(A, B);
    bench.leave(B);
    bench.ask();
    bench.said();
    bench.ask({ older: 1, group: "239.9.9.9" });
    bench.run(259_000);
    expect(bench.said()).toEqual([]);
    bench.ask({ older: 1, group: A, maximumResponse: 0 });
    bench.run(1);
    expect(bench.said()).toEqual([`report -1 ${A}`]);
  });

  it("needs no report of what somebody else has just reported", () => {
    const bench = under(1);
    bench.join(A);
    bench.said();
    bench.ask({ older: 1 });
    expect(bench.heard(A)).toBe(Verdict.Handled);
    expect(bench.heard("239.9.9.9")).toBe(Verdict.Ignored);
    bench.run(60_000);
    expect(bench.said()).toEqual([]);
  });

  it("is the only one for whom reports of others count", () => {
    const bench = new MembershipBench();
    bench.join(A);
    bench.said();
    bench.ask();
    expect(bench.heard(A)).toBe(Verdict.Ignored);
    bench.run(60_000);
    expect(bench.said()).toEqual([`ToExclude ${A}`, `IsExclude ${A}`]);
  });

  it("hears all groups again when the link comes up", () => {
    const bench = under(1);
    bench.join(A);
    bench.run(60_000);
    bench.said();
    bench.membership.announce(bench.now);
    bench.run(60_000);
    expect(bench.said()).toEqual([`report -1 ${A}`, `report -1 ${A}`]);
  });
});

describe("bounds", () => {
  it("refuse one group too many with ENOBUFS, and take it when another is left", () => {
    const bench = new MembershipBench({ multicastGroups: 2 });
    bench.join(A, B);
    bench.join(A);
    const attempt = (): void => bench.join("239.0.0.1");
    expect(attempt).toThrow(NetError);
    expect(attempt).toThrow(expect.objectContaining({ code: "ENOBUFS", syscall: "joinGroup" }));
    bench.leave(B);
    expect(attempt).not.toThrow();
    expect(bench.membership.size).toBe(2);
  });

  it("keep places for the groups that addresses need", () => {
    const bench = new MembershipBench({ multicastGroups: 1 });
    bench.join(A);
    for (let group = 0; group < 100; group++) bench.joinNeeded(`239.255.0.${group}`);
    expect(() => bench.join("239.255.1.1")).toThrow(NetError);
  });

  it("are the link's too: what it refuses is not joined", () => {
    const bench = new MembershipBench();
    bench.link.push = () => {
      throw new NetError("ENOBUFS", { syscall: "joinGroup" });
    };
    expect(() => bench.join(A)).toThrow(NetError);
    expect(bench.membership.has(IpAddress.parse(A))).toBe(false);
    expect(bench.said()).toEqual([]);
  });

  it("hold when groups come and go without end", () => {
    const bench = new MembershipBench({ multicastGroups: 4 });
    for (let group = 0; group < 1000; group++) {
      bench.join(`239.0.${group >> 8}.${group & 255}`);
      bench.leave(`239.0.${group >> 8}.${group & 255}`);
    }
    bench.said();
    bench.run(HOUR);
    // What is still repeated: no more than the groups that there may be.
    expect(bench.said().length).toBeLessThanOrEqual(5);
  });

  it("are for groups alone", () => {
    expect(() => new MembershipBench().join("10.0.0.1")).toThrow(RangeError);
  });
});
