import { IpPrefix, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { GROUP, ip, net, OURS, PacketHost, PEER } from "./packet-host.ts";

const ROUTER = "fe80::1";
const OTHER = "fe80::a";
const FAR = "2001:db8:ffff::1";

function host(): PacketHost {
  const made = new PacketHost();
  made.addresses.add("fe80::2/64");
  made.hops.routers.push({ prefix: net("::/0"), router: ip(ROUTER) });
  return made;
}

const nextHopOf = (under: PacketHost, to: string): string => `${under.route(to).nextHop}`;

/** RFC 4861 5.2, RFC 4191 3.2, RFC 4943, RFC 5942; behaviour.md N11, N12. */
describe("the next hop", () => {
  it("is the destination itself when a prefix says so, else the router", () => {
    const under = host();
    expect(nextHopOf(under, PEER)).toBe(PEER);
    expect(nextHopOf(under, FAR)).toBe(ROUTER);
    expect(under.route(PEER)).toMatchObject({ cast: "unicast", loopback: false, mtu: 1500 });
  });

  it("is nobody without a router: what no prefix has is not taken for on-link (RFC 4943)", () => {
    const under = host();
    under.hops.routers.length = 0;
    under.internet.router.changed();
    expect(under.internet.route(ip(FAR), null)).toBe(null);
  });

  it("is the destination for any link-local address, router or not", () => {
    const under = host();
    under.hops.routers.length = 0;
    under.hops.onLink.length = 0;
    expect(nextHopOf(under, "fe80::77")).toBe("fe80::77");
    expect(nextHopOf(under, "febf::1")).toBe("febf::1");
  });

  it("is what a redirect says before all else, for that one destination", () => {
    const under = host();
    under.hops.redirects.set(FAR, ip(OTHER));
    under.hops.redirects.set("2001:db8:ffff::2", ip("2001:db8:ffff::2"));
    expect(nextHopOf(under, FAR)).toBe(OTHER);
    expect(nextHopOf(under, "2001:db8:ffff::2")).toBe("2001:db8:ffff::2");
    expect(nextHopOf(under, "2001:db8:ffff::3")).toBe(ROUTER);
  });

  it("is a router with a more specific route before an on-link prefix that is shorter", () => {
    const under = host();
    under.hops.routers.push({ prefix: net("2001:db8::/80"), router: ip(OTHER) });
    under.hops.routers.push({ prefix: net("2001:db8:ffff::/48"), router: ip(OTHER) });
    expect(nextHopOf(under, PEER)).toBe(OTHER);
    expect(nextHopOf(under, FAR)).toBe(OTHER);
    expect(nextHopOf(under, "2001:db8:fffe::1")).toBe(ROUTER);
  });

  it("is on the link where prefix and specific route are equally long", () => {
    const under = host();
    under.hops.routers.push({ prefix: net("2001:db8::/64"), router: ip(OTHER) });
    expect(nextHopOf(under, PEER)).toBe(PEER);
  });

  it("is what a configured route says where it is as long as what was learned, or longer", () => {
    const under = host();
    under.internet.routes.add({ destination: net(`${PEER}/128`), gateway: ip(OTHER) });
    under.internet.routes.add({ destination: net("2001:db8:ffff::/48"), gateway: ip(OTHER) });
    under.internet.routes.add({ destination: net("::/0"), gateway: ip("fe80::d") });
    under.internet.routes.add({ destination: net("2001:db8:eeee::/48") });
    expect(nextHopOf(under, PEER)).toBe(OTHER);
    expect(nextHopOf(under, "2001:db8::a")).toBe("2001:db8::a");
    expect(nextHopOf(under, FAR)).toBe(OTHER);
    expect(nextHopOf(under, "3fff::1")).toBe("fe80::d");
    under.internet.routes.add({ destination: net("2001:db8::/64"), gateway: ip("fe80::e") });
    under.internet.router.changed();
    expect(nextHopOf(under, "2001:db8::b")).toBe("fe80::e");
    expect(nextHopOf(under, "2001:db8:eeee::1")).toBe("2001:db8:eeee::1");
    under.hops.routers.push({ prefix: net("2001:db8:ffff:1::/64"), router: ip(ROUTER) });
    expect(nextHopOf(under, "2001:db8:ffff:1::1")).toBe(ROUTER);
  });
});

/** RFC 6724 5 with what is in use; RFC 4862 5.4; RFC 4007. */
describe("the source", () => {
  it("is chosen for the destination", () => {
    const under = host();
    expect([PEER, FAR, "fe80::9", "ff02::1", "ff0e::1"].map((to) => `${under.route(to).source}`)).toEqual([
      OURS,
      OURS,
      "fe80::2",
      "fe80::2",
      OURS,
    ]);
  });

  it("may be asked for when it is ours and in use", () => {
    const under = host();
    under.addresses.add("2001:db8::5/64", "deprecated");
    under.addresses.add("2001:db8::6/64", "tentative");
    under.addresses.add("2001:db8::7/64", "duplicate");
    const from = (source: string): string | null => {
      const route = under.internet.route(ip(PEER), ip(source));
      return route === null ? null : `${route.source}`;
    };
    expect(from(OURS)).toBe(OURS);
    expect(from("2001:db8::5")).toBe("2001:db8::5");
    expect(from("fe80::2")).toBe("fe80::2");
    for (const source of ["2001:db8::6", "2001:db8::7", PEER, "::", "::1", "10.0.0.1", GROUP]) {
      expect(from(source), source).toBe(null);
    }
  });

  it("is not link-local behind a router, where nobody could answer (RFC 4007 9)", () => {
    const under = host();
    expect(under.internet.route(ip(FAR), ip("fe80::2"))).toBe(null);
    under.addresses.entries.shift();
    under.internet.router.changed();
    expect(under.internet.route(ip(FAR), null)).toBe(null);
    expect(`${under.route(PEER).source}`).toBe("fe80::2");
  });

  it("is what the configured route says while that is in use", () => {
    const under = host();
    under.addresses.add("2001:db8::5/64");
    under.internet.routes.add({
      destination: net("2001:db8:ffff::/48"),
      gateway: ip(OTHER),
      source: ip("2001:db8::5"),
    });
    expect(`${under.route(FAR).source}`).toBe("2001:db8::5");
    under.addresses.entries.at(-1)!.state = "tentative";
    under.internet.router.changed();
    expect(`${under.route(FAR).source}`).toBe(OURS);
  });

  it("is nobody when there is no address", () => {
    const under = new PacketHost({ addresses: [] });
    for (const to of [PEER, "fe80::9", "ff02::1"]) expect(under.internet.route(ip(to), null), to).toBe(null);
    expect(`${under.route("::1").source}`).toBe("::1");
  });
});

/** RFC 4291 2.5, 2.7; conformance.md C-S6. */
describe("there is no way to", () => {
  it.each(["::", "0.0.0.0", "10.0.0.1", "ff00::1", "ff10::1"])("%s", (to) => {
    expect(host().internet.route(ip(to), null)).toBe(null);
  });

  it("our own address while it is tentative: it is nobody's yet", () => {
    const under = host();
    under.addresses.add("2001:db8::6/64", "tentative");
    expect(under.internet.route(ip("2001:db8::6"), null)?.loopback).toBe(false);
  });
});

describe("the MTU of a route", () => {
  it("is the link's, or what routers advertise if that is less, and never under 1280", () => {
    const mtuWith = (advertisedMtu: number, mtu = 1500): number =>
      new PacketHost({ advertisedMtu, mtu }).route(PEER).mtu;
    expect([mtuWith(1400), mtuWith(9000), mtuWith(1280), mtuWith(1400, 1300)]).toEqual([
      1400, 1500, 1280, 1300,
    ]);
    expect(new PacketHost({ mtu: 9000 }).route(PEER).mtu).toBe(9000);
    expect(new PacketHost({ mtu: 9000, advertisedMtu: 1400 }).route(GROUP).mtu).toBe(1400);
  });

  it("of the path is a probe's to exceed, and that of the link is not", () => {
    const under = new PacketHost({ advertisedMtu: 1450 });
    under.internet.router.pathMtus.lower(ip(PEER), 1300, 0);
    under.internet.router.changed();
    const send = (octets: number, dontFragment: "yes" | "probe"): Verdict =>
      under.send(new Uint8Array(octets - 40), PEER, { dontFragment });
    expect([send(1300, "yes"), send(1301, "yes"), send(1450, "probe"), send(1451, "probe")]).toEqual([
      Verdict.Handled,
      Verdict.TooBig,
      Verdict.Handled,
      Verdict.TooBig,
    ]);
  });

  it("under 1280 leaves no way out, but for ourselves (RFC 8200 5)", () => {
    const under = host();
    under.link.setCapabilities({ mtu: 1279 });
    under.internet.router.changed();
    for (const to of [PEER, FAR, GROUP]) expect(under.internet.route(ip(to), null), to).toBe(null);
    expect(under.route(OURS).loopback).toBe(true);
  });

  it("follows the link when its capabilities change", () => {
    const under = host();
    under.link.setCapabilities({ mtu: 1300 });
    under.internet.router.changed();
    expect(under.route(PEER).mtu).toBe(1300);
  });
});

describe("decisions", () => {
  it("are kept for an epoch, by destination and source", () => {
    const under = host();
    const route = under.route(PEER);
    expect(under.route(PEER)).toBe(route);
    expect(under.route(PEER, OURS)).not.toBe(route);
    expect(under.route(PEER, OURS)).toBe(under.route(PEER, OURS));
    under.internet.router.changed();
    expect(under.route(PEER)).not.toBe(route);
    expect(under.route(PEER)).toEqual({ ...route, epoch: route.epoch + 1 });
  });
});

describe("configured routes", () => {
  const { routes } = host().internet;
  const cases: [string, () => void, RegExp][] = [
    [
      "an IPv4 destination",
      () => routes.add({ destination: net("10.0.0.0/8") }),
      /destination 10\.0\.0\.0\/8 is not IPv6/,
    ],
    ["a metric that is none", () => routes.add({ destination: net("::/0"), metric: -1 }), /metric must be/],
    [
      "a source that is not ours",
      () => routes.add({ destination: net("::/0"), source: ip(PEER) }),
      /source 2001:db8::9 is not one of our addresses/,
    ],
    [
      "a gateway that is a group",
      () => routes.add({ destination: net("::/0"), gateway: ip(GROUP) }),
      /gateway ff02::fb cannot be a neighbour/,
    ],
    [
      "a gateway of IPv4",
      () => routes.add({ destination: net("::/0"), gateway: ip("10.0.0.1") }),
      /gateway 10\.0\.0\.1 cannot/,
    ],
    [
      "a gateway that is ourselves",
      () => routes.add({ destination: net("::/0"), gateway: ip(OURS) }),
      /gateway 2001:db8::2 cannot/,
    ],
    [
      "the loopback as gateway",
      () => routes.add({ destination: net("::/0"), gateway: ip("::1") }),
      /gateway ::1 cannot/,
    ],
    [
      "the removal of one that is not there",
      () => routes.remove(net("2001:db8:7::/48"), ip(ROUTER)),
      /no route to 2001:db8:7::\/48 by fe80::1/,
    ],
  ];
  it.each(cases)("refuse %s", (_name, change, message) => {
    expect(change).toThrow(RangeError);
    expect(change).toThrow(message);
  });

  it("are listed and removed by prefix and gateway; host bits do not matter", () => {
    const { internet } = host();
    const list = (): string[] =>
      internet.routes.table.list().map(({ destination, gateway }) => `${destination} ${gateway}`);
    internet.routes.add({ destination: net("2001:db8:7::1/48"), gateway: ip(ROUTER) });
    internet.routes.add({ destination: net("2001:db8:7::/48"), gateway: ip(OTHER), metric: 5 });
    internet.routes.add({ destination: IpPrefix.parse("2001:db8:7:8::/64") });
    expect(list()).toEqual(["2001:db8:7:8::/64 null", "2001:db8:7::/48 fe80::1", "2001:db8:7::/48 fe80::a"]);
    internet.routes.remove(net("2001:db8:7::2/48"), ip(ROUTER));
    expect(list()).toEqual(["2001:db8:7:8::/64 null", "2001:db8:7::/48 fe80::a"]);
    internet.routes.remove(net("2001:db8:7::/48"));
    expect(list()).toEqual(["2001:db8:7:8::/64 null"]);
  });
});
