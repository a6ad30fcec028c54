import { IpAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { addressResolverSuite, FakeLink, FakeResolver, type ResolverUnderTest } from "../src/index.ts";

function under(...neighbors: [string, string]): ResolverUnderTest {
  const link = new FakeLink();
  const resolver = new FakeResolver({ link });
  return {
    resolver,
    link,
    neighbors: [IpAddress.parse(neighbors[0]), IpAddress.parse(neighbors[1])],
    answer: (neighbor, mac) => resolver.answer(neighbor, mac),
    requestsFor: (neighbor) => resolver.requestsFor(neighbor).length,
  };
}

describe("FakeResolver, IPv4", () => {
  addressResolverSuite({ describe, it, expect }, () => under("10.0.0.2", "10.0.0.3"));
});

describe("FakeResolver, IPv6", () => {
  addressResolverSuite({ describe, it, expect }, () => under("fd00::2", "fd00::3"));
});
