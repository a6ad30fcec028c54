import { routeInformation, sourceLinkAddress, targetLinkAddress } from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, type BenchOptions, PEER_MAC, ROUTER, ROUTER_B, ROUTER_B_MAC, ROUTER_MAC } from "./bench.ts";

const FAR = "2001:db8:ffff::1";
const macs: Record<string, string> = { [ROUTER]: ROUTER_MAC, [ROUTER_B]: ROUTER_B_MAC };
/** The routers of {@link Bench.ra} with their link-layer addresses. */
const linkAddress = (router: string): Uint8Array[] => [sourceLinkAddress(macs[router]!)];

function withRouters(options: BenchOptions = {}): Bench {
  const bench = new Bench(options);
  bench.ra({ source: ROUTER, options: linkAddress(ROUTER) });
  bench.ra({ source: ROUTER_B, options: linkAddress(ROUTER_B) });
  bench.events.length = 0;
  return bench;
}

/** Lets a router that is used be silent until it has failed. */
function fail(bench: Bench, router: string): void {
  bench.send(router);
  bench.nd.resolver!.doubt(IpAddress.parse(router), bench.now);
  bench.advance(4000);
}

describe("the list of default routers (RFC 4861 6.3.4, 6.3.5; C-S11)", () => {
  it("is empty at first, and then there is no way to anything that is not on the link (RFC 4943)", () => {
    const bench = new Bench();
    expect(bench.route(FAR)).toBe(null);
    expect(bench.nd.routerList()).toEqual([]);
  });

  it("takes a router for its lifetime, which every advertisement renews", () => {
    const bench = new Bench();
    expect(bench.ra({ lifetime: 600 })).toBe(Verdict.Handled);
    bench.advance(599_000);
    bench.ra({ lifetime: 600 });
    bench.advance(599_999);
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.advance(1);
    expect(bench.route(FAR)).toBe(null);
    expect(bench.events).toEqual([
      `0 router added ${ROUTER} medium unreachable`,
      `1199000 router removed ${ROUTER} medium unreachable`,
    ]);
  });

  it("drops a router at once that says it is none any more", () => {
    const bench = withRouters();
    bench.ra({ lifetime: 0 });
    expect(bench.route(FAR)).toBe(ROUTER_B);
    bench.ra({ source: ROUTER_B, lifetime: 0 });
    expect(bench.route(FAR)).toBe(null);
    bench.ra({ source: ROUTER_B, lifetime: 0 });
    expect(bench.events).toHaveLength(2);
  });

  it("drops a router that advertises itself as a host (7.2.5)", () => {
    const bench = withRouters();
    bench.na({ target: ROUTER, router: false, override: true, options: [targetLinkAddress(ROUTER_MAC)] });
    expect(bench.nd.routerList().map(({ address }) => `${address}`)).toEqual([ROUTER_B]);
    expect(bench.events).toEqual([`0 router removed ${ROUTER} medium`]);
  });

  it("drops one that was new to the cache when it said so: the list remembers that it was a router", () => {
    const bench = new Bench();
    bench.ra({ source: ROUTER });
    expect(bench.neighbors()).toEqual([]);
    bench.send(ROUTER);
    bench.na({ target: ROUTER, router: false, solicited: true, options: [targetLinkAddress(ROUTER_MAC)] });
    expect(bench.nd.routerList()).toEqual([]);
    expect(bench.route(FAR)).toBe(null);
  });

  it("keeps a redirect to a neighbour that was never a router", () => {
    const bench = withRouters();
    bench.redirect({ source: bench.route(FAR)!, target: FAR, redirected: FAR });
    bench.send(FAR);
    bench.na({ target: FAR, router: false, solicited: true, options: [targetLinkAddress(PEER_MAC)] });
    expect(bench.route(FAR)).toBe(FAR);
  });

  it("keeps one that advertises itself as a router, and one whose advertisement is not believed", () => {
    const bench = withRouters();
    bench.na({ target: ROUTER, router: true, override: true, options: [targetLinkAddress(ROUTER_MAC)] });
    bench.na({ target: ROUTER, router: false, options: [targetLinkAddress("02:00:00:00:00:99")] });
    expect(bench.nd.routerList()).toHaveLength(2);
  });

  it("shows what is known of each", () => {
    const bench = new Bench();
    bench.ra({ lifetime: 600, preference: "high", options: linkAddress(ROUTER) });
    bench.ra({ source: ROUTER_B, lifetime: 9000, preference: "low" });
    const from = bench.started;
    expect(bench.nd.routerList()).toEqual([
      { address: IpAddress.parse(ROUTER), preference: "high", validUntil: from + 600_000, reachable: true },
      {
        address: IpAddress.parse(ROUTER_B),
        preference: "low",
        validUntil: from + 9_000_000,
        reachable: false,
      },
    ]);
  });

  it("has sixteen at most: one that failed or is preferred less makes room, else the new one is refused (C-S14)", () => {
    const bench = new Bench();
    const name = (at: number): string => `${IpAddress.parse(`fe80::${(0x100 + at).toString(16)}`)}`;
    const list = (): string[] => bench.nd.routerList().map(({ address }) => `${address}`);
    for (let at = 0; at < 100; at++) bench.ra({ source: name(at) });
    expect(list()).toEqual(Array.from({ length: 16 }, (_, at) => name(at)));
    bench.ra({ source: name(200), preference: "high" });
    expect(list()).toEqual([name(200), ...Array.from({ length: 15 }, (_, at) => name(at + 1))]);
    bench.send(name(5));
    bench.advance(3000);
    bench.ra({ source: name(201) });
    expect(list()).not.toContain(name(5));
    expect(list()).toContain(name(201));
    expect(list()).toHaveLength(16);
  });

  it("is not filled, and no router solicited, when advertisements are not to be listened to", () => {
    const bench = new Bench({ acceptRouterAdvertisement: false, solicitations: true, unstarted: true });
    bench.nd.start(0);
    bench.advance(100_000);
    expect(bench.lines().filter((line) => line.startsWith("RS"))).toEqual([]);
    expect(bench.ra({ options: linkAddress(ROUTER) })).toBe(Verdict.Ignored);
    expect(bench.nd.statistics()).toMatchObject({ routers: 0, neighbors: 0 });
  });
});

describe("which router is taken (RFC 4861 6.3.6, RFC 4191)", () => {
  it("is one that is reachable, before one that is preferred", () => {
    const bench = new Bench();
    bench.ra({ source: ROUTER, preference: "high" });
    bench.ra({ source: ROUTER_B, preference: "low", options: linkAddress(ROUTER_B) });
    expect(bench.route(FAR)).toBe(ROUTER_B);
  });

  it("is the preferred one of those that are reachable; the reserved preference is medium", () => {
    const bench = withRouters();
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.ra({ source: ROUTER_B, preference: "high" });
    expect(bench.route(FAR)).toBe(ROUTER_B);
    bench.ra({ source: ROUTER_B, preference: "low" });
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.ra({ source: ROUTER_B, preference: "reserved" });
    bench.ra({ source: ROUTER, preference: "low" });
    expect(bench.route(FAR)).toBe(ROUTER_B);
  });

  it("is another one when it fails (7.3.3), and routes are decided anew", () => {
    const bench = withRouters();
    expect(bench.route(FAR)).toBe(ROUTER);
    const { changes } = bench;
    fail(bench, ROUTER);
    expect(bench.changes).toBeGreaterThan(changes);
    expect(bench.route(FAR)).toBe(ROUTER_B);
    expect(bench.events).toEqual([`3000 router changed ${ROUTER} medium unreachable`]);
  });

  it("is the failed one again once it answers or advertises itself", () => {
    const bench = withRouters();
    bench.ra({ source: ROUTER, preference: "high" });
    fail(bench, ROUTER);
    expect(bench.route(FAR)).toBe(ROUTER_B);
    bench.ra({ source: ROUTER, preference: "high", options: linkAddress(ROUTER) });
    expect(bench.route(FAR)).toBe(ROUTER);
  });

  it("is not another one only because others are being looked for, so many that it has to wait", () => {
    const bench = new Bench({ parameters: { neighborPendingCapacity: 1 } });
    bench.ra({ source: ROUTER });
    bench.ra({ source: ROUTER_B });
    bench.send(ROUTER);
    bench.send("fe80::77");
    bench.events.length = 0;
    bench.advance(2000);
    expect(bench.events).toEqual([]);
    expect(bench.route(FAR)).toBe(ROUTER);
  });

  it("is each in turn when none is reachable", () => {
    const bench = new Bench();
    const routers = ["fe80::a", "fe80::b", "fe80::c"];
    for (const source of routers) bench.ra({ source });
    const taken: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const router = bench.route(FAR)!;
      taken.push(router);
      bench.send(router);
      bench.advance(3000);
    }
    expect(taken).toEqual([...routers, ...routers]);
  });

  it("is the first of the list, which has the others in the order in which they would follow", () => {
    const bench = new Bench();
    const mac = (at: string): Uint8Array[] => [sourceLinkAddress(`02:00:00:00:00:0${at}`)];
    bench.ra({ source: "fe80::1a", preference: "high" });
    bench.ra({ source: "fe80::1b", preference: "low", options: mac("b") });
    bench.ra({ source: "fe80::1c", options: mac("c") });
    bench.ra({ source: "fe80::1d", preference: "high", options: mac("d") });
    bench.ra({ source: "fe80::1e", options: mac("e") });
    const order = (): string => {
      const list = bench.nd.routerList().map(({ address }) => `${address}`);
      expect(list[0]).toBe(bench.route(FAR));
      return list.map((address) => address.at(-1)).join(" ");
    };
    expect(order()).toBe("d c e b a");
    fail(bench, "fe80::1d");
    expect(order()).toBe("c e b a d");
    fail(bench, "fe80::1a");
    expect(order()).toBe("c e b d a");
    bench.nd.setGateway(IpAddress.parse("fe80::1f"), bench.now);
    expect(order()).toBe("f c e b d a");
    fail(bench, "fe80::1f");
    expect(order()).toBe("c e b d a f");
    for (const source of ["fe80::1c", "fe80::1e", "fe80::1b"]) bench.ra({ source, lifetime: 0 });
    expect(order()).toBe("d a f");
  });

  it("is resolved before the first packets go, which wait for it by next hop, in order", () => {
    const bench = new Bench();
    bench.ra({ source: ROUTER });
    bench.ra({ source: ROUTER_B });
    bench.send(bench.route(FAR)!, "a1");
    bench.send(bench.route(FAR)!, "a2");
    bench.na({ target: ROUTER, router: true, solicited: true, options: [targetLinkAddress(ROUTER_MAC)] });
    expect(bench.lines().slice(1)).toEqual([`ip a1 to ${ROUTER_MAC}`, `ip a2 to ${ROUTER_MAC}`]);
    expect(bench.nd.statistics()["heldOctets"]).toBe(0);
  });
});

describe("a router that would be better if it answered (RFC 4191 3.5)", () => {
  function standingIn(): Bench {
    const bench = withRouters();
    bench.ra({ source: ROUTER, preference: "high" });
    fail(bench, ROUTER);
    expect(bench.route(FAR)).toBe(ROUTER_B);
    bench.log();
    return bench;
  }
  const probes = (bench: Bench): number =>
    bench.lines().filter((line) => line.startsWith(`NS ${ROUTER} `)).length;

  it("is probed by a single solicitation once a minute, while packets go by the other one", () => {
    const bench = standingIn();
    for (let second = 0; second < 180; second++) {
      bench.send(ROUTER_B);
      bench.nd.resolver!.confirm(IpAddress.parse(ROUTER_B), bench.now);
      bench.advance(1000);
    }
    expect(probes(bench)).toBe(3);
  });

  it("is asked for three times all the same when a packet is for it", () => {
    const bench = standingIn();
    bench.send(ROUTER_B);
    bench.send(ROUTER);
    bench.advance(2999);
    expect(probes(bench)).toBe(3);
    expect(bench.unreachable).toEqual([]);
    bench.advance(1);
    expect(bench.unreachable).toHaveLength(1);
  });

  it("is not probed while no packets do", () => {
    const bench = standingIn();
    bench.advance(3_000_000);
    expect(probes(bench)).toBe(0);
  });

  it("is taken again as soon as it answers", () => {
    const bench = standingIn();
    bench.send(ROUTER_B);
    bench.na({ target: ROUTER, router: true, solicited: true, options: [targetLinkAddress(ROUTER_MAC)] });
    expect(bench.route(FAR)).toBe(ROUTER);
    expect(bench.events.at(-1)).toBe(`4000 router changed ${ROUTER} high`);
  });
});

describe("more-specific routes (RFC 4191 2.3, 3.2)", () => {
  const NET = "2001:db8:5::/48";
  const INSIDE = "2001:db8:5::1";

  it("lead to their router, the longest prefix first, for their lifetime", () => {
    const bench = withRouters();
    bench.ra({ source: ROUTER_B, options: [routeInformation({ prefix: NET, lifetime: 100 })] });
    expect([bench.route(INSIDE), bench.route(FAR)]).toEqual([ROUTER_B, ROUTER]);
    expect(bench.nd.routerFor(IpAddress.parse(INSIDE))?.prefixLength).toBe(48);
    bench.ra({
      source: ROUTER,
      options: [routeInformation({ prefix: "2001:db8:5:1::/64", preference: "low" })],
    });
    expect([bench.route(INSIDE), bench.route("2001:db8:5:1::1")]).toEqual([ROUTER_B, ROUTER]);
    bench.advance(100_000);
    expect(bench.route(INSIDE)).toBe(ROUTER);
  });

  it("of one length are taken by preference", () => {
    const bench = withRouters();
    bench.ra({ source: ROUTER, options: [routeInformation({ prefix: NET })] });
    bench.ra({ source: ROUTER_B, options: [routeInformation({ prefix: NET, preference: "high" })] });
    expect(bench.route(INSIDE)).toBe(ROUTER_B);
    bench.ra({ source: ROUTER_B, options: [routeInformation({ prefix: NET, preference: "low" })] });
    expect(bench.route(INSIDE)).toBe(ROUTER);
  });

  it("may be by a router that is no default router", () => {
    const bench = withRouters();
    bench.ra({
      source: "fe80::c",
      lifetime: 0,
      options: [routeInformation({ prefix: NET }), sourceLinkAddress("02:00:00:00:00:0c")],
    });
    expect([bench.route(INSIDE), bench.route(FAR)]).toEqual(["fe80::c", ROUTER]);
    expect(bench.nd.routerList()).toHaveLength(2);
    bench.ra({ source: "fe80::c", lifetime: 0, options: [routeInformation({ prefix: NET, lifetime: 0 })] });
    expect(bench.route(INSIDE)).toBe(ROUTER);
    expect(bench.nd.statistics()["routers"]).toBe(2);
  });

  it("give way when their router is not reachable", () => {
    const bench = withRouters();
    bench.ra({ source: ROUTER_B, options: [routeInformation({ prefix: NET })] });
    fail(bench, ROUTER_B);
    expect(bench.route(INSIDE)).toBe(ROUTER);
  });

  it("of length 0 speak for the default router, in place of the header (3.1)", () => {
    const bench = withRouters();
    for (let times = 0; times < 3; times++) {
      bench.ra({
        source: ROUTER_B,
        options: [routeInformation({ prefix: "::/0", preference: "high", lifetime: 50 })],
      });
    }
    expect(bench.route(FAR)).toBe(ROUTER_B);
    expect(bench.events).toHaveLength(1);
    bench.advance(50_000);
    expect(bench.route(FAR)).toBe(ROUTER);
  });

  it("are ignored when they are malformed", () => {
    const bench = withRouters();
    for (const option of [
      routeInformation({ prefix: NET, preference: "reserved" }),
      routeInformation({ prefix: NET, octets: 8 }),
      routeInformation({ prefix: "2001:db8:5:0:8000::/65", octets: 16 }),
      routeInformation({ prefix: "fe80::/64" }),
      routeInformation({ prefix: "ff00::/8" }),
      routeInformation({ prefix: NET }).with(2, 129),
    ]) {
      bench.ra({ options: [option] });
    }
    expect(bench.nd.statistics()["routers"]).toBe(2);
  });

  it("are sixteen at most (C-S14)", () => {
    const bench = withRouters();
    const options = Array.from({ length: 40 }, (_, at) =>
      routeInformation({ prefix: `2001:db8:${(at + 16).toString(16)}::/48` }),
    );
    bench.ra({ options });
    expect(bench.nd.statistics()["routers"]).toBe(2 + 16);
    bench.advance(1_800_000);
    expect(bench.nd.routerList()).toEqual([]);
    expect(bench.route("2001:db8:10::1")).toBe(ROUTER);
  });
});

describe("a gateway set by hand", () => {
  it("goes before all others, for ever, whatever it advertises", () => {
    const bench = withRouters();
    bench.nd.setGateway(IpAddress.parse(ROUTER_B), bench.now);
    bench.ra({ source: ROUTER, preference: "high" });
    expect(bench.route(FAR)).toBe(ROUTER_B);
    bench.ra({ source: ROUTER_B, lifetime: 0 });
    bench.na({ target: ROUTER_B, router: false, override: true, options: [targetLinkAddress(ROUTER_B_MAC)] });
    bench.advance(86_400_000);
    expect(bench.route(FAR)).toBe(ROUTER_B);
    expect(bench.nd.routerList()).toEqual([
      {
        address: IpAddress.parse(ROUTER_B),
        preference: "high",
        validUntil: Number.POSITIVE_INFINITY,
        reachable: expect.any(Boolean),
      },
    ]);
  });

  it("gives way to a learned one while it does not answer", () => {
    const bench = withRouters();
    bench.nd.setGateway(IpAddress.parse("fe80::c"), bench.now);
    bench.send("fe80::c");
    bench.advance(3000);
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.ns({ source: "fe80::c" });
    expect(bench.route(FAR)).toBe("fe80::c");
  });

  it("has the first packet already, though a learned router is known and it was never asked for", () => {
    const bench = withRouters();
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.nd.setGateway(IpAddress.parse("fe80::c"), bench.now);
    expect(bench.neighbors().some((line) => line.startsWith("fe80::c"))).toBe(false);
    expect(bench.route(FAR)).toBe("fe80::c");
    bench.ra({ source: ROUTER, preference: "high" });
    expect(bench.route(FAR)).toBe("fe80::c");
  });

  it("leaves a more specific route of a router that answers alone: the longest prefix counts", () => {
    const bench = withRouters();
    const options = [routeInformation({ prefix: "2001:db8:ffff::/48" })];
    bench.ra({ source: ROUTER_B, options });
    bench.nd.setGateway(IpAddress.parse("fe80::c"), bench.now);
    expect(bench.route("2001:db8:ffff::1")).toBe(ROUTER_B);
    expect(bench.route("3fff::1")).toBe("fe80::c");
  });

  it("may have a global address, be replaced, and be taken away", () => {
    const bench = new Bench();
    bench.nd.setGateway(IpAddress.parse("2001:db8::fe"), bench.now);
    expect(bench.route(FAR)).toBe("2001:db8::fe");
    bench.nd.setGateway(IpAddress.parse(ROUTER), bench.now);
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.nd.setGateway(null, bench.now);
    expect(bench.route(FAR)).toBe(null);
    expect(bench.events).toEqual([
      "0 router added 2001:db8::fe high unreachable",
      "0 router removed 2001:db8::fe high unreachable",
      `0 router added ${ROUTER} high unreachable`,
      `0 router removed ${ROUTER} high unreachable`,
    ]);
  });

  it("must be a neighbour", () => {
    const bench = new Bench();
    for (const address of ["ff02::2", "::", "::1", "10.0.0.1", `${bench.nd.addresses.linkLocal}`]) {
      expect(() => bench.nd.setGateway(IpAddress.parse(address), 0)).toThrow(RangeError);
    }
  });

  it("is not displaced by a flood of advertisements, nor its entry forgotten while it is a router", () => {
    const bench = new Bench();
    bench.nd.setGateway(IpAddress.parse(ROUTER), bench.now);
    bench.send(ROUTER);
    bench.na({ target: ROUTER, router: true, solicited: true, options: [targetLinkAddress(ROUTER_MAC)] });
    for (let at = 0; at < 5000; at++) {
      bench.ra({
        source: `fe80::1:${at.toString(16)}`,
        preference: "high",
        options: [sourceLinkAddress("02:00:00:00:01:00")],
      });
    }
    expect(bench.route(FAR)).toBe(ROUTER);
    bench.ra({ source: ROUTER, lifetime: 0 });
    bench.advance(3_600_000);
    expect(bench.neighbors()[0]).toBe(`${ROUTER} ${ROUTER_MAC} stale router`);
  });
});
