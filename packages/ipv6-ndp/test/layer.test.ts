import {
  FakeLink,
  icmpV6EchoRequest,
  ipv6Packet,
  neighborSolicitation,
  parseIpv6Chain,
  prefixInformation,
  routeInformation,
  routerAdvertisement,
  sourceLinkAddress,
} from "@mnet/conformance";
import {
  type AddressChange,
  AddressWords,
  EtherType,
  IpAddress,
  type IpLayer,
  type Millis,
  Packet,
  SeededRandom,
  Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Ipv6Layer, type Ipv6Parameters } from "../src/index.ts";
import { ip, net, OURS, outgoing, PEER, PROTOCOL, pattern, Recorder, sendOptions } from "./packet-host.ts";

const make = (link: FakeLink, parameters: Partial<Ipv6Parameters> = {}): Ipv6Layer =>
  new Ipv6Layer({ link, random: new SeededRandom(1), parameters });

const atOnce = { detectDuplicates: false };

describe("an IPv6 layer", () => {
  it("needs a link of 1280 octets at least (RFC 8200 5)", () => {
    expect(() => make(new FakeLink({ mtu: 1279 }))).toThrow(/mtu must be at least 1280, not 1279/);
    expect(() => make(new FakeLink({ mtu: 1280 }))).not.toThrow();
  });

  const wrong: Partial<Ipv6Parameters>[] = [
    { routeCacheSlots: 1000 },
    { reassemblyTimeout: 0 },
    { reassemblyOctets: -1 },
    { reassemblySourceShare: 1.5 },
    { loopbackPackets: 1.5 },
    { chainHeaders: 0 },
    { chainOptions: Number.NaN },
    { pathMtuEntries: Number.POSITIVE_INFINITY },
    { duplicateAddressDetectTransmits: -1 },
  ];
  it.each(wrong)("cannot have %o", (parameters) => {
    expect(() => make(new FakeLink(), parameters)).toThrow(Object.keys(parameters)[0]!);
  });

  it("says nothing before it is started, and has nothing to do", () => {
    const link = new FakeLink();
    const layer = make(link);
    layer.addAddress(net(`${OURS}/64`), 0);
    expect(layer.addresses()).toMatchObject([{ state: "tentative", origin: "static" }]);
    expect(layer.route(ip(PEER))).toBe(null);
    expect(link.take()).toEqual([]);
    expect(layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("tells its own addresses and groups from others", () => {
    const layer = make(new FakeLink());
    layer.addAddress(net(`${OURS}/64`), 0);
    layer.addAddress(net("2001:db8::3/64"), 0, atOnce);
    layer.joinGroup(ip("ff05::9"), 0);
    const local = ["2001:db8::3", "::1", "ff05::9", "ff02::1", OURS, PEER, "ff05::a", "::", "127.0.0.1"];
    expect(local.map((text) => layer.isLocal(ip(text)))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("sends the same octets for the same seed and calls", () => {
    const run = (): string => {
      const link = new FakeLink();
      const layer = make(link);
      layer.addAddress(net(`${OURS}/64`), 0);
      layer.start(0);
      for (let now = 0; now < 20_000; now = Math.max(now + 1, layer.nextDeadline())) layer.onDeadline(now);
      return link
        .take()
        .map(({ frame }) => frame.join())
        .join("|");
    };
    expect(run()).toBe(run());
    expect(run().length).toBeGreaterThan(1000);
  });
});

describe("a delayed start (RFC 4862 5.4.2)", () => {
  const PROBED = "33:33:ff:00:00:02";

  function addressAt({ buffer, byteOffset }: Uint8Array, at: number): IpAddress {
    const words = new AddressWords();
    words.readV6(new DataView(buffer, byteOffset), at);
    return IpAddress.fromWords(words);
  }

  /** What was sent since the last call: `report`, `probe of` an address, or something else of ICMPv6. */
  function said(link: FakeLink): string[] {
    return link.take().map(({ octets }) => {
      const { upper } = parseIpv6Chain(octets);
      if (upper[0] === 143) return `report of ${addressAt(upper, 12)}`;
      if (upper[0] === 135) return `probe of ${addressAt(upper, 8)}`;
      return `${upper[0]}`;
    });
  }

  function started(): { link: FakeLink; layer: Ipv6Layer } {
    const link = new FakeLink();
    const layer = make(link);
    layer.addAddress(net(`${OURS}/64`), 0);
    layer.start(0);
    return { link, layer };
  }

  const deliver = (link: FakeLink, source: string, destination: string, message: Uint8Array, now: Millis) =>
    link.deliver(
      EtherType.Ipv6,
      ipv6Packet({ source, destination, nextHeader: 58, hopLimit: 255 }, message),
      { cast: "multicast" },
      now,
    );

  it("is one of the report of a group too, which goes in front of the first probe", () => {
    const { link, layer } = started();
    expect(link.take()).toEqual([]);
    expect(link.groups).toContain(PROBED);
    const at = layer.nextDeadline();
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(1000);
    layer.onDeadline(at);
    const solicited = (address: string): string => `report of ${ip(address).solicitedNodeGroup}`;
    expect(said(link)).toEqual([
      solicited(OURS),
      `probe of ${OURS}`,
      solicited("fe80::ff:fe00:1"),
      "probe of fe80::ff:fe00:1",
      "133",
    ]);
  });

  it("does not make us deaf: the probe of another is heard meanwhile, and the group is never reported", () => {
    const { link, layer } = started();
    const around = { source: "::", destination: `${ip(OURS).solicitedNodeGroup}` };
    const probe = neighborSolicitation({ ...around, target: OURS });
    expect(deliver(link, around.source, around.destination, probe, 0)).toBe(Verdict.DuplicateAddress);
    expect(link.groups).not.toContain(PROBED);
    for (let now = 0; now < 20_000; now = layer.nextDeadline()) layer.onDeadline(now);
    expect(said(link).filter((line) => line.includes("ff00:2") || line.includes(OURS))).toEqual([]);
  });

  it("is one of an address that a router advertised to all: everybody makes one at the same moment", () => {
    const link = new FakeLink();
    // Identifiers that differ by prefix, so that the address has a group of its own.
    const layer = new Ipv6Layer({ link, random: new SeededRandom(1), addressMode: "stable" });
    layer.start(0);
    for (let now = 0; now < 20_000; now = layer.nextDeadline()) layer.onDeadline(now);
    link.take();
    const around = { source: "fe80::a", destination: "ff02::1" };
    const options = [prefixInformation({ prefix: "2001:db8:7::/64" })];
    deliver(link, around.source, around.destination, routerAdvertisement({ ...around, options }), 20_000);
    const { prefix, state } = layer.addresses().at(-1)!;
    expect([state, `${prefix}`]).toEqual(["tentative", expect.stringMatching("^2001:db8:7:")]);
    expect(link.take()).toEqual([]);
    const at = layer.nextDeadline();
    expect(at).toBeGreaterThan(20_000);
    layer.onDeadline(at);
    expect(said(link)).toEqual([
      `report of ${prefix.address.solicitedNodeGroup}`,
      `probe of ${prefix.address}`,
    ]);
  });
});

describe("addresses and routes by hand", () => {
  it("come and go together: the prefix of an address is on the link", () => {
    const layer = make(new FakeLink());
    const changes: AddressChange["kind"][] = [];
    layer.onAddressChange(({ kind }) => changes.push(kind));
    const { epoch } = layer;
    layer.addAddress(net("2001:db8:5::1/48"), 0, atOnce);
    expect(layer.epoch).toBeGreaterThan(epoch);
    expect(layer.route(ip("2001:db8:5:9::9"))).toMatchObject({ nextHop: ip("2001:db8:5:9::9") });
    layer.removeAddress(ip("2001:db8:5::1"), 0);
    expect(layer.route(ip("2001:db8:5:9::9"))).toBe(null);
    expect(layer.routes().map(({ destination }) => `${destination}`)).toEqual(["fe80::/10"]);
    expect(changes).toEqual(["added", "removed"]);
  });

  it("take the prefix along when an address goes that was never in use", () => {
    const layer = make(new FakeLink());
    layer.addAddress(net("2001:db8:5::1/48"), 0);
    layer.removeAddress(ip("2001:db8:5::1"), 0);
    expect(layer.routes().length).toBe(1);
    expect(() => layer.removeAddress(ip("2001:db8:5::1"), 0)).toThrow(RangeError);
  });

  it("have a gateway when one is set, link-local or not", () => {
    const layer = make(new FakeLink());
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    expect(layer.route(ip("3fff::1"))).toBe(null);
    layer.setGateway(ip("fe80::1"), 0);
    expect(`${layer.route(ip("3fff::1"))!.nextHop}`).toBe("fe80::1");
    expect(layer.routes()).toMatchObject([
      { destination: net("2001:db8::/64"), gateway: null, origin: "address" },
      { destination: net("fe80::/10"), gateway: null },
      {
        destination: net("::/0"),
        gateway: ip("fe80::1"),
        origin: "static",
        validUntil: Number.POSITIVE_INFINITY,
      },
    ]);
    layer.setGateway(ip("2001:db8::1"), 0);
    expect(`${layer.route(ip("3fff::1"))!.nextHop}`).toBe("2001:db8::1");
    layer.setGateway(null, 0);
    expect(layer.route(ip("3fff::1"))).toBe(null);
    for (const text of ["::", "::1", "ff02::2", OURS, "10.0.0.1"]) {
      expect(() => layer.setGateway(ip(text), 0), text).toThrow(/gateway/);
    }
  });

  it("stand beside what routers advertise: prefixes, routes and themselves, longest first, and of one length as packets would go", () => {
    const link = new FakeLink();
    const layer = make(link);
    layer.start(0);
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    const advertise = (source: string, lifetime: number, mac: string | null, ...rest: Uint8Array[]): void => {
      const around = { source, destination: "ff02::1", lifetime };
      const options = mac === null ? rest : [sourceLinkAddress(mac), ...rest];
      const message = routerAdvertisement({ ...around, options });
      link.deliver(EtherType.Ipv6, ipv6Packet({ ...around, nextHeader: 58, hopLimit: 255 }, message), {}, 0);
    };
    const wide = "2001:db8:c::/48";
    const narrow = routeInformation({ prefix: "2001:db8:c:1::/64", lifetime: 60 });
    const high = routeInformation({ prefix: wide, preference: "high" });
    const prefix = prefixInformation({ prefix: "2001:db8:7::/64", autonomous: false, validLifetime: 90 });
    advertise("fe80::a", 600, null, high, prefix);
    advertise("fe80::b", 600, "02:00:00:00:00:0b", routeInformation({ prefix: wide, preference: "low" }));
    advertise("fe80::c", 0, "02:00:00:00:00:0c", routeInformation({ prefix: wide }), narrow);
    const listed = (): string[] =>
      layer
        .routes()
        .map(({ destination, gateway, origin, validUntil }) =>
          [destination, ...(gateway === null ? [] : [`by ${gateway}`]), origin, validUntil / 1000].join(" "),
        );
    expect(listed()).toEqual([
      "2001:db8::/64 address Infinity",
      "2001:db8:7::/64 advertised 90",
      "2001:db8:c:1::/64 by fe80::c advertised 60",
      `${wide} by fe80::c advertised Infinity`,
      `${wide} by fe80::b advertised Infinity`,
      `${wide} by fe80::a advertised Infinity`,
      "fe80::/10 address Infinity",
      "::/0 by fe80::b advertised 600",
      "::/0 by fe80::a advertised 600",
    ]);
    expect(`${layer.route(ip("2001:db8:c::1"))!.nextHop}`).toBe("fe80::c");
    layer.onDeadline(90_000);
    advertise("fe80::c", 0, null, routeInformation({ prefix: wide, lifetime: 0 }));
    expect(listed()[1]).toBe(`${wide} by fe80::b advertised Infinity`);
  });

  it("keep a route that was added", () => {
    const layer = make(new FakeLink());
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    layer.addRoute({ destination: net("2001:db8:7::/48"), gateway: ip(PEER), metric: 3 });
    expect(`${layer.route(ip("2001:db8:7::1"))!.nextHop}`).toBe(PEER);
    layer.removeRoute(net("2001:db8:7::/48"));
    expect(layer.route(ip("2001:db8:7::1"))).toBe(null);
  });
});

/** Two layers whose links are one wire. */
class Pair {
  readonly links: readonly [FakeLink, FakeLink] = [
    new FakeLink({ mac: "02:00:00:00:00:0a" }),
    new FakeLink({ mac: "02:00:00:00:00:0b" }),
  ];
  readonly layers: readonly [Ipv6Layer, Ipv6Layer];
  now: Millis = 0;

  constructor() {
    const [a, b] = this.links;
    this.layers = [
      new Ipv6Layer({ link: a, random: new SeededRandom(1) }),
      new Ipv6Layer({ link: b, random: new SeededRandom(2) }),
    ];
  }

  /** Carries frames both ways and runs deadlines until `until`. */
  run(until: Millis): void {
    for (; this.now < until; this.now++) {
      for (const side of [0, 1] as const) {
        this.layers[side].onDeadline(this.now);
        const from = this.links[side].mac!;
        for (const { to, octets } of this.links[side].take()) {
          const cast = to.startsWith("33:33") ? "multicast" : "unicast";
          this.links[(1 - side) as 0 | 1].deliver(EtherType.Ipv6, octets, { cast, source: from }, this.now);
        }
      }
    }
  }
}

const contract = (layer: Ipv6Layer): IpLayer => layer;

describe("two IPv6 layers on one link", () => {
  it("find addresses, find each other, and exchange packets of any size, by link-local and by static address", () => {
    const pair = new Pair();
    const [a, b] = pair.layers;
    const transport = new Recorder();
    contract(b).handle(PROTOCOL, transport);
    a.addAddress(net("fd00::a/64"), 0);
    b.addAddress(net("fd00::b/64"), 0);
    a.start(0);
    b.start(0);
    pair.run(4000);
    expect(a.addresses().map(({ prefix, state, origin }) => [`${prefix}`, state, origin])).toEqual([
      ["fd00::a/64", "preferred", "static"],
      ["fe80::ff:fe00:a/64", "preferred", "link-local"],
    ]);
    for (const [to, size] of [
      ["fd00::b", 100],
      ["fd00::b", 65_000],
      ["fe80::ff:fe00:b", 5000],
      ["ff02::1", 2000],
    ] as const) {
      const route = contract(a).route(ip(to))!;
      const verdict = a.send(outgoing(pattern(size), route.headroom), route, sendOptions(), pair.now);
      expect([Verdict.Handled, Verdict.Queued]).toContain(verdict);
      pair.run(pair.now + 10);
      expect(transport.received.at(-1)).toMatchObject({
        destination: to,
        source: to === "fd00::b" ? "fd00::a" : "fe80::ff:fe00:a",
      });
      expect(transport.received.at(-1)!.payload.length).toBe(size);
    }
    expect(a.neighbors!.table().length).toBeGreaterThan(0);
  });

  it("do not both get one address: the second learns of it and runs on", () => {
    const pair = new Pair();
    const [a, b] = pair.layers;
    const events: string[] = [];
    b.onEvent((event) => {
      if (event.kind === "conflict") events.push(`${event.address} ${event.mac} ${event.outcome}`);
    });
    a.addAddress(net("fd00::7/64"), 0, atOnce);
    a.start(0);
    pair.run(3000);
    b.addAddress(net("fd00::7/64"), pair.now);
    b.start(pair.now);
    pair.run(7000);
    expect(b.addresses().map(({ prefix, state }) => [`${prefix}`, state])).toEqual([
      ["fd00::7/64", "duplicate"],
      ["fe80::ff:fe00:b/64", "preferred"],
    ]);
    expect(events).toEqual(["fd00::7 02:00:00:00:00:0a refused"]);
    expect(b.isLocal(ip("fd00::7"))).toBe(false);
  });
});

/** RFC 6980 5; conformance.md C-S17; the checks of other parts are theirs to test. */
describe("what comes in", () => {
  it("goes to Neighbor Discovery, which answers a question", () => {
    const link = new FakeLink();
    const layer = make(link);
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    link.take();
    const around = { source: PEER, destination: "ff02::1:ff00:2" };
    const question = neighborSolicitation({
      ...around,
      target: OURS,
      options: [sourceLinkAddress("02:00:00:00:00:09")],
    });
    const packet = ipv6Packet({ ...around, nextHeader: 58, hopLimit: 255 }, question);
    expect(link.deliver(EtherType.Ipv6, packet, { cast: "multicast" }, 0)).toBe(Verdict.Handled);
    const answer = parseIpv6Chain(link.take()[0]!.octets);
    expect(answer).toMatchObject({ source: OURS, destination: PEER, hopLimit: 255, protocol: 58 });
    expect(answer.upper[0]).toBe(136);
  });

  it("is judged and counted once", () => {
    const link = new FakeLink();
    const layer = make(link);
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    const echo = icmpV6EchoRequest({ source: PEER, destination: OURS, identifier: 1, sequence: 1 });
    const packet = ipv6Packet({ source: PEER, destination: OURS, nextHeader: 58 }, echo);
    expect(link.deliver(EtherType.Ipv6, packet, {}, 0)).toBe(Verdict.ProtocolUnreachable);
    expect(layer.counters.snapshot()).toEqual({ ProtocolUnreachable: 1 });
  });

  it("confirms and doubts reach the neighbour's entry", () => {
    const link = new FakeLink();
    const layer = make(link);
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    const route = layer.route(ip(PEER))!;
    layer.send(outgoing(pattern(8), route.headroom), route, sendOptions(), 0);
    layer.confirm(route, 10);
    layer.doubt(route, 20);
    for (const inside of ["::1", "ff02::1"]) {
      layer.confirm(layer.route(ip(inside), ip(inside === "::1" ? "::1" : OURS))!, 30);
    }
    expect(layer.neighbors!.table().map(({ address }) => `${address}`)).toEqual([PEER]);
  });

  it("is a quote: an error of a live flow lowers the path MTU", () => {
    const layer = make(new FakeLink());
    layer.addAddress(net(`${OURS}/64`), 0, atOnce);
    layer.handle(PROTOCOL, new Recorder());
    const quoted = ipv6Packet({ source: OURS, destination: PEER, nextHeader: PROTOCOL }, pattern(1460));
    expect(layer.errorReceived(4, 1300, new Packet(quoted), 0)).toBe(Verdict.Handled);
    expect(layer.route(ip(PEER))!.mtu).toBe(1300);
    expect(layer.nextDeadline()).toBeLessThanOrEqual(600_000);
  });
});
