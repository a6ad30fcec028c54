import { describe, expect, it } from "vitest";
import { Bench, OWN, PEER, PEER_MAC } from "./bench.ts";

describe("a link that goes and comes back", () => {
  it("keeps addresses in use, shows them to the link, and asks for routers again", () => {
    const bench = new Bench({ solicitations: true });
    bench.ra();
    bench.advance(100_000);
    expect(bench.log()).toEqual([]);
    bench.nd.linkChanged(false, bench.now);
    bench.advance(10_000);
    bench.nd.linkChanged(true, bench.now);
    bench.advance(1000);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
    expect(bench.lines()).toEqual([
      `NA ${OWN} ${OWN} > ff02::1 (33:33:00:00:00:01) - tlla`,
      `RS ${OWN} > ff02::2 (33:33:00:00:00:02) slla`,
    ]);
  });

  it("does not take what is tentative for unique while nobody can hear a probe", () => {
    const bench = new Bench({ unstarted: true });
    bench.nd.start(0);
    bench.nd.linkChanged(false, 0);
    bench.advance(60_000);
    expect(bench.addresses()).toEqual([`${OWN}/64 tentative`]);
    expect(bench.log()).toEqual([]);
    bench.nd.linkChanged(true, bench.now);
    bench.advance(2000);
    expect(bench.addresses()).toEqual([`${OWN}/64 preferred`]);
  });

  it("gives a duplicate address another chance: it may be another link", () => {
    const bench = new Bench();
    bench.addAddress("2001:db8::1/64");
    bench.na({ target: "2001:db8::1", destination: "ff02::1" });
    expect(bench.addresses()[1]).toBe("2001:db8::1/64 duplicate");
    bench.nd.linkChanged(false, bench.now);
    bench.nd.linkChanged(true, bench.now);
    bench.advance(2000);
    expect(bench.addresses()[1]).toBe("2001:db8::1/64 preferred");
  });

  it("takes no neighbour for lately confirmed any more", () => {
    const bench = new Bench();
    bench.send(PEER);
    bench.na({ solicited: true });
    bench.nd.linkChanged(false, bench.now);
    bench.nd.linkChanged(true, bench.now);
    expect(bench.neighbors()).toEqual([`${PEER} ${PEER_MAC} stale`]);
  });
});

describe("a link without link-layer addresses", () => {
  it("has addresses, assigned at once, and nothing else", () => {
    const bench = new Bench({ mac: null, unstarted: true });
    bench.addAddress("2001:db8::1/64");
    bench.nd.start(0);
    bench.nd.linkChanged(false, 0);
    bench.nd.linkChanged(true, 0);
    expect(bench.addresses()).toEqual(["2001:db8::1/64 preferred"]);
    expect(bench.nd.resolver).toBe(null);
    bench.ra();
    bench.advance(86_400_000);
    expect(bench.log()).toEqual([]);
    expect(bench.nd.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(bench.nd.counters.snapshot()).toEqual({ Ignored: 1 });
  });
});
