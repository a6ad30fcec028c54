import {
  fuzz,
  fuzzPlan,
  igmpOldMessage,
  igmpQuery,
  igmpV3Report,
  ipv4Packet,
  repairIpv4,
} from "@mnet/conformance";
import { IpAddress } from "@mnet/core";
import { expect, it } from "vitest";
import { ip, TestHost } from "./support.ts";

const GROUP = "224.0.0.251";
const OTHER = "239.1.2.3";

function datagram(message: Uint8Array, destination = "224.0.0.1"): Uint8Array {
  return ipv4Packet({ source: "10.0.0.1", destination, protocol: 2, ttl: 1 }, message);
}

/** Queries of all versions, and what other hosts say. */
const samples = [
  datagram(igmpQuery()),
  datagram(igmpQuery({ group: GROUP, maximumResponse: 1 }), GROUP),
  datagram(igmpQuery({ group: OTHER, sources: ["10.1.1.1", "10.1.1.2", "10.1.1.3"] }), OTHER),
  datagram(igmpQuery({ old: true, maximumResponse: 20 })),
  datagram(igmpQuery({ old: true, maximumResponse: 0, group: GROUP }), GROUP),
  datagram(igmpOldMessage({ message: "report v2", group: GROUP }), GROUP),
  datagram(igmpOldMessage({ message: "report v1", group: OTHER }), OTHER),
  datagram(igmpOldMessage({ message: "leave", group: OTHER })),
  datagram(igmpV3Report({ records: [{ type: "toExclude", group: GROUP }] })),
];

it("200 000 IGMP messages, random and mutated: few answers, a deadline that passes, no group lost", () => {
  const host = new TestHost({ parameters: { multicastSources: 8 } });
  host.layer.joinGroup(ip(GROUP), host.now);
  host.layer.joinGroup(ip(OTHER), host.now);
  let sent = 0;
  const plan = fuzzPlan(process.env);
  fuzz({ plan, samples, repair: repairIpv4 }, (input, index) => {
    host.deliver(input, { cast: "multicast" });
    if (index % 10 === 0) host.runUntil(host.now + 10);
    sent += host.link.take().length;
  });
  // At most one answer in 100 ms about each group and one about both.
  const bound = 3 * ((host.now - 1000) / 100 + 1);
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(bound);
  for (const group of [GROUP, OTHER]) expect(host.layer.isLocal(IpAddress.parse(group))).toBe(true);
  // Everything that was asked for is answered in the end, and older queriers are forgotten: 7 * 31 744 s at most.
  host.runUntil(host.now + 70 * 3_600_000);
  expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
});
