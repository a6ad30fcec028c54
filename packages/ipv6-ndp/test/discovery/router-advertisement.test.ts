import {
  dnsSearchList,
  mtuOption,
  ndOption,
  recursiveDnsServers,
  sourceLinkAddress,
} from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Bench, ROUTER, ROUTER_B_MAC, ROUTER_MAC } from "./bench.ts";

/** The configuration without lifetimes. */
function told(bench: Bench): Record<string, unknown> {
  const { nameServers, searchDomains, ...rest } = bench.nd.configuration();
  return {
    ...rest,
    servers: nameServers.map(({ address }) => `${address}`),
    domains: searchDomains.map(({ name }) => name),
  };
}

describe("parameters of an advertisement (RFC 4861 6.3.4; C-S14)", () => {
  it("the hop limit: 0 keeps the one of before, and one under 32 could cut us off", () => {
    const bench = new Bench();
    expect(bench.nd.parametersOfLink.hopLimit).toBe(null);
    for (const [advertised, limit] of [
      [64, 64],
      [0, 64],
      [1, 64],
      [31, 64],
      [32, 32],
      [255, 255],
    ] as const) {
      bench.ra({ hopLimit: advertised });
      expect(bench.nd.configuration().hopLimit).toBe(limit);
    }
  });

  it("the MTU: at least 1280, at most the link's", () => {
    const bench = new Bench({ mtu: 1500 });
    for (const [advertised, mtu] of [
      [1279, null],
      [0, null],
      [1501, null],
      [1280, 1280],
      [1400, 1400],
      [0xffff_ffff, 1400],
      [1500, 1500],
    ] as const) {
      bench.ra({ options: [mtuOption(advertised)] });
      expect(bench.nd.parametersOfLink.mtu).toBe(mtu);
    }
  });

  it("the MTU makes routes be decided anew when it changes", () => {
    const bench = new Bench();
    bench.ra();
    const { changes } = bench;
    bench.ra({ options: [mtuOption(1400)] });
    expect(bench.changes).toBe(changes + 1);
    bench.ra({ options: [mtuOption(1400)] });
    expect(bench.changes).toBe(changes + 1);
  });

  it("the link-layer address of the router, which is known for a router then", () => {
    const bench = new Bench();
    bench.ra({ options: [sourceLinkAddress(ROUTER_MAC)] });
    expect(bench.neighbors()).toEqual([`${ROUTER} ${ROUTER_MAC} stale router`]);
    bench.ra({ options: [sourceLinkAddress(ROUTER_B_MAC)] });
    bench.ra();
    expect(bench.neighbors()).toEqual([`${ROUTER} ${ROUTER_B_MAC} stale router`]);
  });

  it("makes a neighbour a router also without it", () => {
    const bench = new Bench();
    bench.ns({ source: ROUTER });
    bench.ra();
    expect(bench.neighbors()[0]).toContain("stale router");
  });

  it("the flags for DHCPv6, as the latest one said", () => {
    const bench = new Bench();
    bench.ra({ managed: true });
    expect(told(bench)).toMatchObject({ managed: true, otherConfiguration: false });
    bench.ra({ otherConfiguration: true });
    expect(told(bench)).toMatchObject({ managed: false, otherConfiguration: true });
  });

  it("count also from one that is no default router", () => {
    const bench = new Bench();
    bench.ra({ lifetime: 0, hopLimit: 70, options: [mtuOption(1300)] });
    expect(told(bench)).toMatchObject({ hopLimit: 70, mtu: 1300 });
    expect(bench.nd.routerList()).toEqual([]);
  });

  it("are told to applications when something is different, not for each advertisement", () => {
    const bench = new Bench();
    for (let times = 0; times < 5; times++) {
      bench.ra({
        hopLimit: 64,
        options: [mtuOption(1400), recursiveDnsServers({ servers: ["2001:db8::53"] })],
      });
      bench.advance(1000);
    }
    expect(bench.events.filter((event) => event.includes("configuration"))).toEqual([
      '0 configuration {"managed":false,"otherConfiguration":false,"nameServers":["2001:db8::53"],"searchDomains":[],"mtu":1400,"hopLimit":64}',
    ]);
  });
});

describe("DNS servers and search domains (RFC 8106)", () => {
  it("are there for their lifetime, which is renewed; a lifetime of 0 ends it", () => {
    const bench = new Bench();
    const advertise = (lifetime: number): void => {
      bench.ra({
        options: [
          recursiveDnsServers({ servers: ["2001:db8::53", "fe80::53"], lifetime }),
          dnsSearchList({ names: ["example.org", "Sub.Example.COM"], lifetime }),
        ],
      });
    };
    const all = { servers: ["2001:db8::53", "fe80::53"], domains: ["example.org", "sub.example.com"] };
    advertise(100);
    bench.advance(60_000);
    advertise(100);
    bench.advance(99_999);
    expect(told(bench)).toMatchObject(all);
    bench.advance(1);
    expect(told(bench)).toMatchObject({ servers: [], domains: [] });
    expect(bench.events.filter((event) => event.includes("configuration"))).toHaveLength(2);
    advertise(0xffff_ffff);
    bench.advance(86_400_000_000);
    expect(told(bench)).toMatchObject(all);
    expect(bench.nd.configuration().nameServers[0]).toEqual({
      address: IpAddress.parse("2001:db8::53"),
      validUntil: Number.POSITIVE_INFINITY,
    });
    advertise(0);
    expect(told(bench)).toMatchObject({ servers: [], domains: [] });
  });

  it("are sixteen at most; one that ends sooner makes room (C-S14)", () => {
    const bench = new Bench();
    const server = (at: number): string => `2001:db8::${at.toString(16)}`;
    const name = (at: number): string => `d${at}.example`;
    for (let at = 1; at <= 40; at++) {
      const lifetime = at <= 16 ? 1000 + at : 500;
      bench.ra({
        options: [
          recursiveDnsServers({ servers: [server(at)], lifetime }),
          dnsSearchList({ names: [name(at)], lifetime }),
        ],
      });
    }
    const first = Array.from({ length: 16 }, (_, at) => at + 1);
    expect(told(bench)).toMatchObject({ servers: first.map(server), domains: first.map(name) });
    bench.ra({ options: [recursiveDnsServers({ servers: [server(99)], lifetime: 5000 })] });
    expect(told(bench)["servers"]).toEqual([...first.slice(1).map(server), server(99)]);
  });

  it("are ignored when malformed: half an address (CVE-2020-16898), none, or one that no server has", () => {
    const bench = new Bench();
    const good = recursiveDnsServers({ servers: ["2001:db8::53"] });
    const options = [
      ndOption(25, new Uint8Array(6)),
      ndOption(25, new Uint8Array(14)),
      ndOption(25, new Uint8Array([...good.subarray(2), ...new Uint8Array(8)])),
      recursiveDnsServers({
        servers: ["::", "::1", "ff02::fb", "10.0.0.1"].filter((text) => text.includes(":")),
      }),
    ];
    for (const option of options) expect(bench.ra({ options: [option] })).toBe(Verdict.Handled);
    expect(told(bench)).toMatchObject({ servers: [] });
  });

  it("names that are malformed or no host's are ignored, with all of their option", () => {
    const bench = new Bench();
    const list = (...octets: number[]): Uint8Array =>
      ndOption(31, Uint8Array.of(0, 0, 0, 0, 1, 0, ...octets));
    const long = new Array<number>(63).fill(97);
    for (const option of [
      // A label past the end, one of 64 octets, a compression pointer, a dot in a label, an octet of UTF-8, no end.
      list(40, 97),
      list(64, ...long, 97, 0),
      list(0xc0, 12),
      list(3, 97, 46, 98, 0),
      list(2, 0xc3, 0xa4, 0),
      list(7, 97, 97, 97, 97, 97, 97, 97),
      // 256 octets in all.
      list(...[1, 2, 3, 4].flatMap(() => [63, ...long]), 0),
      // A good name does not help a bad one.
      list(1, 97, 0, 64),
      list(),
    ]) {
      bench.ra({ options: [option] });
    }
    expect(told(bench)).toMatchObject({ domains: [] });
    bench.ra({ options: [list(1, 97, 1, 98, 0, 9, 95, 95, 112, 114, 111, 116, 111, 95, 95, 0)] });
    expect(told(bench)).toMatchObject({ domains: ["a.b", "__proto__"] });
  });
});

it("an RA flood by 10 000 routers with everything in it leaves tables bounded and the first router in use", () => {
  const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 } });
  bench.ra({ options: [sourceLinkAddress(ROUTER_MAC)] });
  bench.send(ROUTER);
  for (let at = 0; at < 10_000; at++) {
    if (at === 5000)
      expect(bench.nd.routerFor(IpAddress.parse("2001:db8::1"))?.router).toEqual(IpAddress.parse(ROUTER));
    const hex = at.toString(16);
    bench.ra({
      source: `fe80::f:${hex}`,
      preference: at < 5000 ? "medium" : "high",
      options: [
        sourceLinkAddress(ROUTER_B_MAC),
        recursiveDnsServers({ servers: [`2001:db8::${hex}`] }),
        dnsSearchList({ names: [`x${hex}.example`] }),
      ],
    });
  }
  expect(bench.nd.statistics()).toMatchObject({ neighbors: 1024, routers: 16, addresses: 1 });
  expect(bench.nd.configuration().nameServers).toHaveLength(16);
  expect(bench.nd.routerList().map(({ address }) => `${address}`)).toContain(ROUTER);
});
