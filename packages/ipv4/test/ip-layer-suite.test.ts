import { FakeLink, FakeResolver, ipLayerSuite, ipv4Packet, parseIpv4 } from "@mnet/conformance";
import { EtherType, SeededRandom } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Ipv4Layer } from "../src/index.ts";
import { ip, joinFragments, net, OURS, PEER, PEER_MAC } from "./support.ts";

ipLayerSuite({ describe, it, expect }, () => {
  const link = new FakeLink();
  const resolver = new FakeResolver({ link, everybody: PEER_MAC });
  const layer = new Ipv4Layer({ link, resolver, random: new SeededRandom(1) });
  layer.addAddress(net(`${OURS}/24`));
  return {
    layer,
    address: ip(OURS),
    neighbor: ip(PEER),
    unreachable: ip("192.0.2.1"),
    group: ip("224.0.1.9"),
    second: net("10.0.0.77/24"),
    addAddress: (prefix) => layer.addAddress(prefix),
    removeAddress: (address) => layer.removeAddress(address),
    deliver(protocol, octets, now) {
      const header = { source: PEER, destination: OURS, protocol, ttl: 33 };
      return link.deliver(EtherType.Ipv4, ipv4Packet(header, octets), {}, now);
    },
    left() {
      const packets = link.take().map((frame) => parseIpv4(frame.octets));
      const [first] = packets;
      if (first === undefined) return [];
      const whole = packets.length === 1 ? [first] : packets;
      const { protocol, source, destination, ttl, trafficClass } = first;
      return [{ protocol, source, destination, hopLimit: ttl, trafficClass, octets: joinFragments(whole) }];
    },
    deliversToItself: true,
  };
});
