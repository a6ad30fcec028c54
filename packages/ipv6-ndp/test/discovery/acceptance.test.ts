import {
  FakeLink,
  ipv6Packet,
  neighborAdvertisement,
  neighborSolicitation,
  parseIpv6,
  parseNeighborDiscovery,
  prefixInformation,
  routerAdvertisement,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import {
  EtherType,
  IpAddress,
  IpPrefix,
  type Millis,
  Packet,
  SeededRandom,
  type SendOptions,
  Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Ipv6Layer, type Ipv6Options } from "../../src/index.ts";
import { OTHER, OTHER_MAC, OWN, PEER, PEER_MAC, ROUTER, ROUTER_MAC } from "./bench.ts";

const HOW: SendOptions = {
  protocol: 253,
  hopLimit: 64,
  trafficClass: 0,
  dontFragment: "no",
  flowLabel: 0,
  multicastLoop: false,
};

/** A whole IPv6 layer on a link that the test plays the rest of: what behaviour.md 5 asks for, in packets. */
class Host {
  readonly link = new FakeLink();
  readonly layer: Ipv6Layer;
  readonly events: string[] = [];
  now: Millis = 0;

  constructor(options: Partial<Ipv6Options> = {}) {
    this.layer = new Ipv6Layer({ link: this.link, random: new SeededRandom(1), ...options });
    this.layer.onEvent((event) => {
      if (event.kind === "conflict") this.events.push(`${event.address} ${event.outcome}`);
    });
    this.layer.start(0);
  }

  /** A host whose link-local address is in use. */
  static settled(): Host {
    const host = new Host();
    host.advance(3000);
    host.link.take();
    return host;
  }

  advance(by: Millis): void {
    const end = this.now + by;
    for (let at = this.layer.nextDeadline(); at <= end; at = this.layer.nextDeadline()) {
      this.now = Math.max(this.now, at);
      this.layer.onDeadline(this.now);
    }
    this.now = end;
  }

  /** Sends one octet by the layer; `null` when there is no way. */
  send(to: string, octet: number): Verdict | null {
    const route = this.layer.route(IpAddress.parse(to));
    if (route === null) return null;
    const packet = Packet.allocate(route.headroom + 1);
    packet.reset(route.headroom, route.headroom + 1);
    packet.bytes[route.headroom] = octet;
    return this.layer.send(packet, route, HOW, this.now);
  }

  /** Delivers an ICMPv6 message in an IPv6 packet in a frame. */
  receive(source: string, destination: string, octets: Uint8Array, nextHeader = 58): Verdict {
    const packet = ipv6Packet({ source, destination, nextHeader, hopLimit: 255 }, octets);
    const cast = IpAddress.parse(destination).isMulticast ? "multicast" : "unicast";
    return this.link.deliver(EtherType.Ipv6, packet, { cast }, this.now);
  }

  advertise(target: string, mac: string, destination = OWN): Verdict {
    const flags = { solicited: destination === OWN, override: true };
    const options = [targetLinkAddress(mac)];
    return this.receive(
      target,
      destination,
      neighborAdvertisement({ source: target, destination, target, ...flags, options }),
    );
  }

  routerAdvertises(options: Uint8Array[]): Verdict {
    return this.receive(
      ROUTER,
      "ff02::1",
      routerAdvertisement({ source: ROUTER, destination: "ff02::1", options }),
    );
  }

  /** What was sent since the last call: data as its octet and where it went, messages of Neighbor Discovery as their names. */
  sent(): string[] {
    return this.link.take().flatMap(({ octets, to }) => {
      const ip = parseIpv6(octets);
      if (ip.nextHeader === 253) return [`${ip.payload[0]} to ${to}`];
      if (ip.nextHeader !== 58) return [];
      const said = parseNeighborDiscovery(ip.payload);
      if (said.message === "router solicitation") return [];
      return ["target" in said ? `${said.message} ${said.target} > ${ip.destination}` : said.message];
    });
  }
}

describe("the acceptance tests of the behaviour map, on a whole IPv6 layer", () => {
  it("1. two neighbours resolve at once; an advertisement of one changes nothing for the other", () => {
    const host = Host.settled();
    expect([host.send(PEER, 1), host.send(OTHER, 2)]).toEqual([Verdict.Queued, Verdict.Queued]);
    host.sent();
    host.advertise(OTHER, OTHER_MAC);
    expect(host.sent()).toEqual([`2 to ${OTHER_MAC}`]);
    host.advertise(PEER, PEER_MAC);
    host.advertise(OTHER, "02:00:00:00:00:77");
    host.send(PEER, 3);
    host.send(OTHER, 4);
    expect(host.sent()).toEqual([`1 to ${PEER_MAC}`, `3 to ${PEER_MAC}`, "4 to 02:00:00:00:00:77"]);
  });

  it("2. a neighbour is silent for three probes and later up: traffic resumes", () => {
    const host = Host.settled();
    host.send(PEER, 1);
    host.advertise(PEER, PEER_MAC);
    host.advance(50_000);
    host.send(PEER, 2);
    host.advance(8000);
    const probes = host.sent().filter((line) => line === `neighbor solicitation ${PEER} > ${PEER}`);
    expect(probes).toHaveLength(3);
    expect(host.send(PEER, 3)).toBe(Verdict.Queued);
    host.advertise(PEER, PEER_MAC);
    expect(host.send(PEER, 4)).toBe(Verdict.Handled);
    expect(host.sent().slice(1)).toEqual([`3 to ${PEER_MAC}`, `4 to ${PEER_MAC}`]);
  });

  it("3. the first packets to hosts behind a router are sent when it resolves, in order, and none is kept", () => {
    const host = Host.settled();
    host.routerAdvertises([prefixInformation({ prefix: "2001:db8::/64" })]);
    host.advance(3000);
    host.sent();
    for (const [to, octet] of [
      ["3fff::1", 1],
      ["3fff::2", 2],
      ["3fff::1", 3],
    ] as const) {
      expect(host.send(to, octet)).toBe(Verdict.Queued);
    }
    host.advertise(ROUTER, ROUTER_MAC);
    expect(host.sent()).toEqual([
      `neighbor solicitation ${ROUTER} > ff02::1:ff00:a`,
      ...[1, 2, 3].map((octet) => `${octet} to ${ROUTER_MAC}`),
    ]);
    expect(host.layer.statistics()["heldOctets"]).toBe(0);
  });

  it("4. an advertisement of fe80::bad does not end the detection of our address; a probe of another for it does", () => {
    const host = new Host();
    host.advance(1000);
    host.advertise("fe80::bad", OTHER_MAC, "ff02::1");
    host.advance(2000);
    expect(host.layer.addresses()[0]).toMatchObject({ state: "preferred" });
    const other = new Host();
    other.advance(1000);
    const group = `${IpAddress.parse(OWN).solicitedNodeGroup}`;
    other.receive("::", group, neighborSolicitation({ source: "::", destination: group, target: OWN }));
    other.advance(2000);
    expect(other.layer.addresses()[0]).toMatchObject({ state: "duplicate" });
    expect(other.events).toEqual([`${OWN} refused`]);
  });

  it("5. advertisements every 200 s with lifetimes of 600 and 300 s keep an address preferred for an hour", () => {
    const host = Host.settled();
    const options = [
      prefixInformation({ prefix: "2001:db8::/64", validLifetime: 600, preferredLifetime: 300 }),
    ];
    host.routerAdvertises(options);
    host.advance(3000);
    for (let at = 0; at < 3_600_000; at += 200_000) {
      const [, own] = host.layer.addresses();
      expect(own).toMatchObject({ state: "preferred", origin: "autoconfigured" });
      expect(host.layer.route(IpAddress.parse("2001:db8::9"))?.source).toEqual(own!.prefix.address);
      host.advance(200_000);
      host.routerAdvertises(options);
    }
  });

  it("7. a unicast solicitation without a link-layer address is answered to its source, solicited", () => {
    const host = Host.settled();
    host.send(PEER, 1);
    host.advertise(PEER, PEER_MAC);
    host.link.take();
    host.receive(PEER, OWN, neighborSolicitation({ source: PEER, destination: OWN, target: OWN }));
    const [answer] = host.link.take();
    const ip = parseIpv6(answer!.octets);
    expect([answer!.to, ip.source, ip.destination]).toEqual([PEER_MAC, OWN, PEER]);
    expect(parseNeighborDiscovery(ip.payload)).toMatchObject({
      target: OWN,
      solicited: true,
      override: true,
      router: false,
    });
  });
});

describe("Neighbor Discovery inside the whole layer", () => {
  it("hears who uses an address of ours from that very address", () => {
    const host = Host.settled();
    expect(host.advertise(OWN, OTHER_MAC, "ff02::1")).toBe(Verdict.AddressConflict);
    expect(host.events).toEqual([`${OWN} contested`]);
  });

  it("makes routes be decided anew when a router fails, and reports what waited for it", () => {
    const host = Host.settled();
    host.routerAdvertises([prefixInformation({ prefix: "2001:db8::/64" })]);
    const octets = routerAdvertisement({
      source: "fe80::b",
      destination: "ff02::1",
      preference: "low",
      options: [sourceLinkAddress("02:00:00:00:00:0b")],
    });
    host.receive("fe80::b", "ff02::1", octets);
    host.advertise(ROUTER, ROUTER_MAC);
    host.advance(3000);
    expect(host.layer.route(IpAddress.parse("3fff::1"))?.nextHop).toEqual(IpAddress.parse("fe80::b"));
    host.routerAdvertises([sourceLinkAddress(ROUTER_MAC)]);
    const route = host.layer.route(IpAddress.parse("3fff::1"))!;
    expect(route.nextHop).toEqual(IpAddress.parse(ROUTER));
    host.send("3fff::1", 1);
    host.layer.doubt(route, host.now);
    host.advance(3000);
    expect(host.layer.epoch).toBeGreaterThan(route.epoch);
    expect(host.layer.route(IpAddress.parse("3fff::1"))?.nextHop).toEqual(IpAddress.parse("fe80::b"));
  });

  it("uses a deprecated address for what began with it, a preferred one for what is new", () => {
    const host = new Host({ parameters: { duplicateAddressDetectTransmits: 0 } });
    host.layer.addAddress(IpPrefix.parse("2001:db8:1::1/64"), 0, { preferredLifetime: 1000 });
    host.layer.addAddress(IpPrefix.parse("2001:db8:2::1/64"), 0);
    host.layer.setGateway(IpAddress.parse(ROUTER), 0);
    const to = IpAddress.parse("2001:db8:1:5::1");
    expect(host.layer.route(to)?.source).toEqual(IpAddress.parse("2001:db8:1::1"));
    host.advance(1000);
    expect(host.layer.route(to)?.source).toEqual(IpAddress.parse("2001:db8:2::1"));
    const deprecated = IpAddress.parse("2001:db8:1::1");
    expect(host.layer.route(to, deprecated)?.source).toEqual(deprecated);
  });
});
