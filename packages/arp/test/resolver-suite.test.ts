import { addressResolverSuite, arpPacket, FakeLink, parseArp } from "@mnet/conformance";
import {
  EtherType,
  IpAddress,
  IpPrefix,
  type MacAddress,
  type Packet,
  SeededRandom,
  type Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ArpResolver } from "../src/index.ts";
import { OTHER, OWN, OWN_MAC, PEER } from "./support.ts";

/** A link that counts the requests for each address, whoever takes what was sent. */
class CountingLink extends FakeLink {
  readonly requests = new Map<string, number>();

  override send(packet: Packet, to: MacAddress, etherType: number): Verdict {
    if (etherType === EtherType.Arp) {
      const { operation, targetAddress } = parseArp(packet.toBytes());
      if (operation === "request")
        this.requests.set(targetAddress, (this.requests.get(targetAddress) ?? 0) + 1);
    }
    return super.send(packet, to, etherType);
  }
}

addressResolverSuite({ describe, it, expect }, () => {
  const link = new CountingLink();
  const resolver = new ArpResolver({ link, random: new SeededRandom(1) });
  resolver.addAddress(IpPrefix.parse(`${OWN}/24`), 0);
  return {
    resolver,
    link,
    neighbors: [IpAddress.parse(PEER), IpAddress.parse(OTHER)],
    answer(neighbor, mac, now) {
      const reply = arpPacket({
        operation: "reply",
        senderMac: mac,
        senderAddress: neighbor,
        targetMac: OWN_MAC,
        targetAddress: OWN,
      });
      link.deliver(EtherType.Arp, reply, { source: mac }, now);
    },
    requestsFor: (neighbor) => link.requests.get(neighbor.toString()) ?? 0,
  };
});
