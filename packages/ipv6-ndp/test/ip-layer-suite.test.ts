import { FakeLink, ipLayerSuite, ipv6Packet, parseIpv6Chain } from "@mnet/conformance";
import { EtherType, MacAddress, SeededRandom } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { Ipv6Layer } from "../src/index.ts";
import { ip, joinFragments, net, OURS, PEER, PEER_MAC } from "./packet-host.ts";

const ICMPV6 = 58;

function underTest(link: FakeLink): Parameters<typeof ipLayerSuite>[1] {
  const layer = new Ipv6Layer({ link, random: new SeededRandom(1) });
  layer.addAddress(net(`${OURS}/64`), 0, { detectDuplicates: false });
  layer.neighbors?.addStatic(ip(PEER), MacAddress.parse(PEER_MAC));
  return () => ({
    layer,
    address: ip(OURS),
    neighbor: ip(PEER),
    unreachable: ip("2001:db8:1::1"),
    group: ip("ff05::9"),
    second: net("2001:db8::77/64"),
    addAddress: (prefix) => layer.addAddress(prefix, 0, { detectDuplicates: false }),
    removeAddress: (address) => layer.removeAddress(address, 0),
    deliver(protocol, octets, now) {
      const header = { source: PEER, destination: OURS, nextHeader: protocol, hopLimit: 33 };
      return link.deliver(EtherType.Ipv6, ipv6Packet(header, octets), {}, now);
    },
    left() {
      const packets = link.take().map((frame) => parseIpv6Chain(frame.octets));
      // What Neighbor Discovery and MLD say is theirs.
      const ours = packets.filter(({ protocol }) => protocol !== ICMPV6);
      const [first] = ours;
      if (first === undefined) return [];
      const { protocol, source, destination, hopLimit, trafficClass } = first;
      const octets = first.fragment === null ? first.upper : joinFragments(ours);
      return [{ protocol, source, destination, hopLimit, trafficClass, octets }];
    },
    deliversToItself: true,
  });
}

describe("IPv6 on Ethernet", () => {
  ipLayerSuite({ describe, it, expect }, () => underTest(new FakeLink())());
});

describe("IPv6 on a link without link addresses", () => {
  ipLayerSuite({ describe, it, expect }, () => underTest(new FakeLink({ mac: null }))());
});
