import { FakeIpLayer, ipLayerSuite } from "@mnet/conformance";
import { IpAddress, IpPrefix, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";

// Does an IP layer of mine keep the contract that transports rely on? Here the layer is the test double itself.
ipLayerSuite({ describe, it, expect }, () => {
  const layer = new FakeIpLayer({ addresses: ["10.0.0.1/24"], peer: "10.0.0.2", routes: ["10.0.0.0/8"] });
  return {
    layer,
    address: IpAddress.parse("10.0.0.1"),
    neighbor: IpAddress.parse("10.0.0.2"),
    unreachable: IpAddress.parse("192.0.2.1"),
    group: IpAddress.parse("224.0.1.9"),
    second: IpPrefix.parse("10.0.0.77/24"),
    addAddress: (prefix) => layer.addAddress(prefix),
    removeAddress: (address) => layer.removeAddress(address),
    // A datagram comes from the neighbour. The test double throws where an IP layer answers with an ICMP error.
    deliver: (protocol, octets, now) => {
      try {
        return layer.deliver(protocol, octets, { hopLimit: 33 }, now);
      } catch {
        return Verdict.ProtocolUnreachable;
      }
    },
    // What was sent over the link since the last call.
    left: () => layer.take(),
    deliversToItself: false,
  };
});
