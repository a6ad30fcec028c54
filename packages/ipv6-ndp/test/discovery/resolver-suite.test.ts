import {
  addressResolverSuite,
  FakeLink,
  neighborAdvertisement,
  parseNeighborDiscovery,
  targetLinkAddress,
} from "@mnet/conformance";
import { EtherType, IpAddress, type MacAddress, Packet, SeededRandom, type Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Ipv6Info } from "../../src/info.ts";
import { NdType } from "../../src/neighbor/message.ts";
import { NeighborDiscovery } from "../../src/neighbor-discovery.ts";
import { ControlSender } from "../../src/output/control.ts";
import { OTHER, OWN, PEER } from "./bench.ts";

/** A link that counts the solicitations for each address, whoever takes what was sent. */
class CountingLink extends FakeLink {
  readonly requests = new Map<string, number>();

  override send(packet: Packet, to: MacAddress, etherType: number): Verdict {
    const octets = packet.toBytes();
    if (etherType === EtherType.Ipv6 && octets[6] === 58 && octets[40] === NdType.NeighborSolicitation) {
      const said = parseNeighborDiscovery(octets.subarray(40));
      if (said.message === "neighbor solicitation")
        this.requests.set(said.target, (this.requests.get(said.target) ?? 0) + 1);
    }
    return super.send(packet, to, etherType);
  }
}

addressResolverSuite({ describe, it, expect }, () => {
  const link = new CountingLink();
  const output = new ControlSender(link);
  const groups = { hear: () => {}, unhear: () => {}, join: () => {}, leave: () => {} };
  const nd = new NeighborDiscovery({
    link,
    output,
    random: new SeededRandom(1),
    groups,
    acceptRouterAdvertisement: false,
  });
  output.resolver = nd.resolver;
  nd.start(0);
  for (let at = nd.nextDeadline(); at < 900_000 && nd.addresses.usable().length === 0; at = nd.nextDeadline())
    nd.onDeadline(at);
  return {
    resolver: nd.resolver!,
    link,
    neighbors: [IpAddress.parse(PEER), IpAddress.parse(OTHER)],
    answer(neighbor, mac, now) {
      const octets = neighborAdvertisement({
        source: neighbor,
        destination: OWN,
        target: neighbor,
        solicited: true,
        override: true,
        options: [targetLinkAddress(mac)],
      });
      const info = new Ipv6Info();
      info.source.copy(neighbor);
      info.destination.copy(IpAddress.parse(OWN));
      info.hopLimit = 255;
      const frame = { cast: "unicast" as const, sourceHigh: mac.high, sourceLow: mac.low };
      nd.input(NdType.NeighborAdvertisement, new Packet(octets), info, frame, false, now);
    },
    requestsFor: (neighbor) => link.requests.get(`${neighbor}`) ?? 0,
  };
});
