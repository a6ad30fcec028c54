import { targetLinkAddress } from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, type BenchOptions, OTHER_MAC, OWN, PEER, PEER_MAC } from "./bench.ts";

const peer = IpAddress.parse(PEER);
const probe = (at: number, mac = PEER_MAC): string => `${at} NS ${PEER} ${OWN} > ${PEER} (${mac}) slla`;
/** The reachable time is exactly its base. */
const exact = { minimumRandomFactor: 1, maximumRandomFactor: 1 };

/** A bench that knows the peer since time 0. */
function knowing(options: BenchOptions = { parameters: exact }): Bench {
  const bench = new Bench(options);
  bench.send(PEER);
  bench.na({ solicited: true });
  bench.log();
  return bench;
}

describe("a neighbour that is used (RFC 4861 7.3.3)", () => {
  it("is stale after the reachable time, delays probing for five seconds, then is probed three times", () => {
    const bench = knowing();
    bench.advance(29_999);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
    bench.advance(1);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
    bench.send(PEER);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} delay`]);
    bench.advance(4999);
    bench.log();
    bench.advance(1);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} probe`]);
    bench.advance(2999);
    expect(bench.log()).toEqual([probe(35_000), probe(36_000), probe(37_000)]);
    expect(bench.send(PEER)).toBe(Verdict.Handled);
    bench.advance(1);
    expect(bench.neighbors()).toEqual([]);
  });

  it("is looked for again after it was silent, and traffic goes on when it is back (acceptance test 2)", () => {
    const bench = knowing();
    bench.advance(30_000);
    bench.send(PEER);
    bench.advance(8000);
    bench.log();
    expect(bench.send(PEER, "aa")).toBe(Verdict.Queued);
    bench.na({ solicited: true, options: [targetLinkAddress(OTHER_MAC)] });
    expect(bench.lines()).toEqual([
      `NS ${PEER} ${OWN} > ff02::1:ff00:2 (33:33:ff:00:00:02) slla`,
      `ip aa to ${OTHER_MAC}`,
    ]);
  });

  it("is not probed when it answers, nor while it is not used", () => {
    const bench = knowing();
    bench.advance(35_000);
    expect(bench.log()).toEqual([]);
    bench.send(PEER);
    bench.advance(5000);
    bench.na({ solicited: true });
    bench.advance(600_000);
    expect(bench.log().slice(1)).toEqual([probe(40_000)]);
  });

  it("is forgotten after ten minutes without use", () => {
    const bench = knowing();
    bench.advance(30_000 + 599_999);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
    bench.advance(1);
    expect(bench.neighbors()).toEqual([]);
    expect(bench.log()).toEqual([]);
  });
});

describe("upper layers (RFC 4861 7.3.1, RFC 9293 MUST-20)", () => {
  it("keep a neighbour from ever being probed by confirming it", () => {
    const bench = knowing();
    for (let round = 0; round < 100; round++) {
      bench.advance(29_000);
      bench.nd.resolver!.confirm(peer, bench.now);
      bench.send(PEER);
    }
    expect(bench.lines().filter((line) => line.startsWith("NS"))).toEqual([]);
  });

  it("confirm within the delay, which ends it without a probe", () => {
    const bench = knowing();
    bench.advance(30_000);
    bench.send(PEER);
    bench.advance(4000);
    bench.nd.resolver!.confirm(peer, bench.now);
    bench.advance(29_000);
    expect(bench.lines()).toEqual([`ip 60 to ${PEER_MAC}`]);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} reachable`]);
  });

  it("make a probe go out at once by doubting, one a second at most however often they do", () => {
    const bench = knowing();
    bench.advance(2000);
    for (let at = 0; at < 20; at++) {
      bench.nd.resolver!.doubt(peer, bench.now);
      bench.advance(50);
      bench.na({ solicited: true });
      bench.advance(50);
    }
    expect(bench.log()).toEqual([probe(2000), probe(3000)]);
  });

  it("mean nothing for a neighbour that is not known", () => {
    const bench = new Bench();
    bench.nd.resolver!.doubt(peer, bench.now);
    bench.nd.resolver!.confirm(peer, bench.now);
    bench.nd.resolver!.addStatic(IpAddress.parse("fe80::9"), bench.link.mac!);
    bench.nd.resolver!.doubt(IpAddress.parse("fe80::9"), bench.now);
    expect(bench.log()).toEqual([]);
    expect(bench.neighbors()).toEqual(["fe80::9 02:00:00:00:00:01 static"]);
  });
});

describe("the reachable time (RFC 4861 6.3.2, 6.3.4)", () => {
  /** How long the peer stays reachable, in milliseconds. */
  function reachableFor(bench: Bench): number {
    bench.nd.resolver!.confirm(peer, bench.now);
    const from = bench.now;
    while (bench.neighbors()[0]!.includes("reachable")) bench.step();
    return bench.now - from;
  }

  it("is a random time between a half and one and a half of the base", () => {
    const times = Array.from({ length: 200 }, (_, seed) => reachableFor(knowing({ seed })));
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(15_000);
      expect(time).toBeLessThanOrEqual(45_000);
    }
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    expect(mean).toBeGreaterThan(28_000);
    expect(mean).toBeLessThan(32_000);
    expect(Math.min(...times)).toBeLessThan(16_000);
    expect(Math.max(...times)).toBeGreaterThan(44_000);
  });

  it("stays as it was drawn for two hours, then is drawn anew", () => {
    const bench = knowing({});
    const first = reachableFor(bench);
    expect(Math.round(reachableFor(bench))).toBe(Math.round(first));
    bench.nd.resolver!.confirm(peer, bench.now);
    bench.ns();
    bench.advance(599_000);
    for (let hour = 0; hour < 12; hour++) {
      bench.send(PEER);
      bench.na({ solicited: true });
      bench.advance(599_000);
    }
    expect(Math.round(reachableFor(bench))).not.toBe(Math.round(first));
  });

  it("follows a router, at once when the base changes, within bounds", () => {
    const bench = knowing();
    for (const [advertised, time] of [
      [10_000, 10_000],
      [0, 10_000],
      [1, 1000],
      [60_000, 60_000],
      [0xffff_ffff, 3_600_000],
    ] as const) {
      bench.ra({ lifetime: 0, reachableTime: advertised });
      expect(reachableFor(bench)).toBe(time);
    }
  });
});

describe("the retransmission timer", () => {
  it("is taken from a router within bounds (a millisecond would make us a flood)", () => {
    const bench = new Bench();
    for (const [advertised, time] of [
      [500, 500],
      [0, 500],
      [1, 100],
      [0xffff_ffff, 60_000],
    ] as const) {
      bench.ra({ lifetime: 0, retransTimer: advertised });
      expect(bench.nd.parametersOfLink.retransTimer).toBe(time);
    }
  });
});

it("does not catch up after a time without service", () => {
  const bench = knowing();
  bench.advance(30_000);
  bench.send(PEER);
  bench.log();
  bench.now += 100_000;
  bench.nd.onDeadline(bench.now);
  expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} probe`]);
  expect(bench.log()).toEqual([probe(130_000)]);
});
