import { prefixInformation, redirectedHeader, sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, PEER, ROUTER, ROUTER_B, ROUTER_B_MAC, ROUTER_MAC } from "./bench.ts";

const FAR = "2001:db8:ffff::1";

function withRouter(): Bench {
  const bench = new Bench();
  bench.ra({ options: [sourceLinkAddress(ROUTER_MAC)] });
  bench.events.length = 0;
  return bench;
}

describe("a redirect by the first hop (RFC 4861 8.3; C-S11)", () => {
  it("sends packets to the destination by the better router, whose address it tells", () => {
    const bench = withRouter();
    const { changes } = bench;
    const options = [targetLinkAddress(ROUTER_B_MAC), redirectedHeader(new Uint8Array(80))];
    expect(bench.redirect({ target: ROUTER_B, redirected: FAR, options })).toBe(Verdict.Handled);
    expect(bench.changes).toBeGreaterThan(changes);
    expect([bench.route(FAR), bench.route("2001:db8:ffff::2")]).toEqual([ROUTER_B, ROUTER]);
    expect(bench.neighbors()).toContain(`${ROUTER_B} ${ROUTER_B_MAC} stale router`);
  });

  it("can say that the destination itself is a neighbour, which makes it no router", () => {
    const bench = withRouter();
    const options = [targetLinkAddress("02:00:00:00:00:77")];
    expect(bench.redirect({ target: FAR, redirected: FAR, options })).toBe(Verdict.Handled);
    expect(bench.route(FAR)).toBe(FAR);
    expect(bench.neighbors()).toContain(`${FAR} 02:00:00:00:00:77 stale`);
  });

  it("needs no link-layer address: the better one is resolved", () => {
    const bench = withRouter();
    expect(bench.redirect({ target: ROUTER_B, redirected: FAR })).toBe(Verdict.Handled);
    expect(bench.send(bench.route(FAR)!)).toBe(Verdict.Queued);
  });

  it("can be followed by another one, of the new first hop only", () => {
    const bench = withRouter();
    bench.redirect({ target: ROUTER_B, redirected: FAR });
    expect(bench.redirect({ target: "fe80::c", redirected: FAR })).toBe(Verdict.BadSource);
    expect(bench.redirect({ source: ROUTER_B, target: "fe80::c", redirected: FAR })).toBe(Verdict.Handled);
    expect(bench.route(FAR)).toBe("fe80::c");
  });

  it("is forgotten when the better one does not answer, or has become a host", () => {
    const bench = withRouter();
    bench.redirect({ target: ROUTER_B, redirected: FAR });
    bench.send(ROUTER_B);
    bench.advance(3000);
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.redirect({ target: ROUTER_B, redirected: FAR, options: [targetLinkAddress(ROUTER_B_MAC)] });
    expect(bench.route(FAR)).toBe(ROUTER_B);
    bench.na({ target: ROUTER_B, router: false, override: true, options: [targetLinkAddress(ROUTER_B_MAC)] });
    expect(bench.route(FAR)).toBe(ROUTER);
    expect(bench.nd.statistics()["redirects"]).toBe(0);
  });

  it("is forgotten when its router leaves the list", () => {
    const bench = withRouter();
    bench.ra({ source: ROUTER_B, lifetime: 100 });
    bench.redirect({ target: ROUTER_B, redirected: FAR });
    bench.advance(100_000);
    expect(bench.route(FAR)).toBe(ROUTER);
  });
});

describe("a redirect by anybody else", () => {
  it("changes nothing: a neighbour, another router, or a router for what is on the link", () => {
    const bench = withRouter();
    bench.ra({ source: ROUTER_B });
    bench.ra({
      lifetime: 1800,
      options: [prefixInformation({ prefix: "2001:db8:1::/64", autonomous: false })],
    });
    expect(bench.redirect({ source: PEER, target: PEER, redirected: FAR })).toBe(Verdict.BadSource);
    expect(bench.redirect({ source: ROUTER_B, target: ROUTER_B, redirected: FAR })).toBe(Verdict.BadSource);
    expect(bench.redirect({ target: ROUTER_B, redirected: "2001:db8:1::5" })).toBe(Verdict.BadSource);
    expect(bench.redirect({ target: ROUTER_B, redirected: "fe80::77" })).toBe(Verdict.BadDestination);
    expect(bench.nd.statistics()["redirects"]).toBe(0);
    expect(bench.neighbors().filter((line) => line.startsWith(PEER))).toEqual([]);
  });

  it("who is a neighbour and redirects packets to itself changes nothing: it is the first hop, and no router", () => {
    for (const source of [PEER, ROUTER]) {
      const bench = withRouter();
      const options = [targetLinkAddress(ROUTER_B_MAC)];
      expect(bench.redirect({ source, target: ROUTER_B, redirected: source, options })).toBe(
        Verdict.BadDestination,
      );
      expect(bench.nd.statistics()["redirects"]).toBe(0);
      expect(bench.neighbors().filter((line) => line.startsWith(ROUTER_B))).toEqual([]);
    }
  });

  it("or without any router is refused", () => {
    expect(new Bench().redirect({ target: ROUTER_B, redirected: FAR })).toBe(Verdict.BadSource);
  });

  it("is judged by the routes of the layer above when it says so", () => {
    const bench = new Bench({ firstHop: () => IpAddress.parse("fe80::c") });
    expect(bench.redirect({ source: "fe80::c", target: ROUTER_B, redirected: FAR })).toBe(Verdict.Handled);
    expect(bench.redirect({ source: ROUTER, target: ROUTER_B, redirected: FAR })).toBe(Verdict.BadSource);
  });
});

it("10 000 redirects leave 256, the latest ones, and a live neighbour (C-S14)", () => {
  const bench = withRouter();
  bench.send(PEER);
  bench.na({ solicited: true });
  for (let at = 0; at < 10_000; at++) {
    const target = `fe80::2:${at.toString(16)}`;
    bench.redirect({
      target,
      redirected: `2001:db8:ffff::${at.toString(16)}`,
      options: [targetLinkAddress(ROUTER_B_MAC)],
    });
  }
  expect(bench.nd.statistics()).toMatchObject({ redirects: 256, neighbors: 1024 });
  expect(bench.route("2001:db8:ffff::270f")).toBe("fe80::2:270f");
  expect(bench.route("2001:db8:ffff::1")).toBe(ROUTER);
  expect(bench.send(PEER)).toBe(Verdict.Handled);
});
