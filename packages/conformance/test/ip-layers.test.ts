import { IpAddress, IpPrefix, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { FakeIpLayer, ipLayerSuite } from "../src/index.ts";

const families = {
  4: { second: "10.0.0.77/24", route: "10.0.0.0/8", unreachable: "192.0.2.1", group: "224.0.1.9" },
  6: { second: "fd00::77/64", route: "fd00::/16", unreachable: "2001:db8::1", group: "ff05::9" },
} as const;

for (const family of [4, 6] as const) {
  const { second, route, unreachable, group } = families[family];
  describe(`FakeIpLayer, IPv${family}`, () => {
    ipLayerSuite({ describe, it, expect }, () => {
      const layer = new FakeIpLayer({ family, routes: [route] });
      return {
        layer,
        address: layer.address,
        neighbor: layer.peer,
        unreachable: IpAddress.parse(unreachable),
        group: IpAddress.parse(group),
        second: IpPrefix.parse(second),
        addAddress: (prefix) => layer.addAddress(prefix),
        removeAddress: (address) => layer.removeAddress(address),
        deliver(protocol, octets, now) {
          try {
            return layer.deliver(protocol, octets, { hopLimit: 33 }, now);
          } catch {
            return Verdict.ProtocolUnreachable;
          }
        },
        left: () => layer.take(),
        deliversToItself: false,
      };
    });
  });
}
