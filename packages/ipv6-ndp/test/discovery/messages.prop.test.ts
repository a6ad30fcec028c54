import {
  dnsSearchList,
  mtuOption,
  nonceOption,
  prefixInformation,
  recursiveDnsServers,
  routeInformation,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import { IpAddress, Verdict } from "@mnet/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Bench, OWN, OWN_MAC } from "./bench.ts";

const parameters = {
  neighborCapacity: 6,
  neighborPendingCapacity: 2,
  queuePackets: 3,
  addressCapacity: 3,
  routerCapacity: 3,
  prefixCapacity: 3,
  routeCapacity: 3,
  nameServerCapacity: 2,
  searchDomainCapacity: 2,
  redirectCapacity: 3,
};

const hosts = [
  "fe80::2",
  "fe80::3",
  "fe80::a",
  "2001:db8:1::5",
  "2001:db8:9::9",
  OWN,
  "2001:db8:1::ff:fe00:1",
  "2001:db8::1",
];
const host = fc.constantFrom(...hosts);
const source = fc.constantFrom(...hosts, "::");
const mac = fc.constantFrom(OWN_MAC, "02:00:00:00:00:02", "02:00:00:00:00:03", "33:33:00:00:00:01");
const seconds = fc.constantFrom(0, 1, 5, 60, 7200, 7201, 86_400, 0xffff_ffff);
const prefix = fc.constantFrom(
  "2001:db8:1::/64",
  "2001:db8:2::/64",
  "2001:db8:3::/64",
  "2001:db8:4::/64",
  "fe80::/64",
  "2001:db8::/32",
  "::/0",
);
const option = fc.oneof(
  mac.map(sourceLinkAddress),
  mac.map(targetLinkAddress),
  fc.nat(3000).map(mtuOption),
  fc.uint8Array({ minLength: 0, maxLength: 20 }).map(nonceOption),
  fc
    .record({
      prefix,
      validLifetime: seconds,
      preferredLifetime: seconds,
      onLink: fc.boolean(),
      autonomous: fc.boolean(),
    })
    .map(prefixInformation),
  fc
    .record({ prefix, lifetime: seconds, preference: fc.constantFrom("high", "medium", "low", "reserved") })
    .map(routeInformation),
  fc
    .record({ servers: fc.array(host, { minLength: 1, maxLength: 3 }), lifetime: seconds })
    .map(recursiveDnsServers),
  fc
    .record({ names: fc.constantFrom(["a.example"], ["b.example", "c.example"]), lifetime: seconds })
    .map(dnsSearchList),
);
const options = fc.array(option, { maxLength: 4 });
const destination = fc.constantFrom(OWN, "ff02::1", "ff02::1:ff00:1");
const ipHopLimit = fc.constantFrom(255, 255, 255, 64);

type Step = (bench: Bench) => void;
const advertisement = fc
  .record({
    target: host,
    source,
    destination,
    options,
    ipHopLimit,
    router: fc.boolean(),
    solicited: fc.boolean(),
    override: fc.boolean(),
  })
  .map(
    (fields): Step =>
      (bench) => {
        const before = bench.neighbors();
        bench.na(fields);
        const others = (lines: string[]): string[] =>
          lines.filter((line) => !line.startsWith(`${fields.target} `));
        // RFC 4861 7.2.5: only the target's entry changes.
        expect(others(bench.neighbors())).toEqual(others(before));
      },
  );
const step: fc.Arbitrary<Step> = fc.oneof(
  advertisement,
  fc.record({ target: host, source, destination, options, ipHopLimit }).map(
    (fields): Step =>
      (bench) =>
        bench.ns(fields),
  ),
  fc
    .record({
      source,
      destination,
      options,
      ipHopLimit,
      lifetime: fc.constantFrom(0, 5, 1800, 65_535),
      preference: fc.constantFrom("high", "medium", "low", "reserved"),
      reachableTime: fc.constantFrom(0, 1, 60_000, 0xffff_ffff),
      retransTimer: fc.constantFrom(0, 1, 5000, 0xffff_ffff),
      hopLimit: fc.nat(255),
      managed: fc.boolean(),
    })
    .map(
      (fields): Step =>
        (bench) =>
          bench.ra(fields),
    ),
  fc.record({ source, target: host, redirected: host, options }).map(
    (fields): Step =>
      (bench) =>
        bench.redirect(fields),
  ),
  host.map(
    (to): Step =>
      (bench) =>
        bench.send(to, "aa"),
  ),
  host.map(
    (to): Step =>
      (bench) =>
        bench.send(bench.route(to) ?? to, "bb"),
  ),
  host.map(
    (to): Step =>
      (bench) =>
        bench.nd.resolver!.confirm(IpAddress.parse(to), bench.now),
  ),
  host.map(
    (to): Step =>
      (bench) =>
        bench.nd.resolver!.doubt(IpAddress.parse(to), bench.now),
  ),
  fc.boolean().map(
    (up): Step =>
      (bench) =>
        bench.nd.linkChanged(up, bench.now),
  ),
  fc.constantFrom(null, "fe80::a", "2001:db8:9::9").map(
    (to): Step =>
      (bench) => {
        bench.nd.setGateway(to === null ? null : IpAddress.parse(to), bench.now);
      },
  ),
  fc.constantFrom(1, 500, 1000, 5000, 40_000, 700_000, 90_000_000).map(
    (by): Step =>
      (bench) =>
        bench.advance(by),
  ),
);

it("whatever comes: never throws, stays in bounds, believes in no impossible station, changes no entry but the target's", () => {
  const modes = fc.record({
    addressMode: fc.constantFrom("eui64", "random", "stable", "none"),
    temporaryAddresses: fc.boolean(),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(modes, fc.array(step, { maxLength: 60 }), (mode, run) => {
      const bench = new Bench({ ...mode, parameters });
      bench.addAddress("2001:db8::1/64");
      for (const act of run) {
        act(bench);
        const table = bench.nd.resolver!.table();
        expect(table.length).toBeLessThanOrEqual(6);
        expect(table.filter((entry) => entry.state === "incomplete").length).toBeLessThanOrEqual(2);
        for (const entry of table) {
          expect(entry.mac === null || /^02:00:00:00:00:0[23]$/.test(`${entry.mac}`)).toBe(true);
          expect(entry.mac === null).toBe(entry.state === "incomplete" || entry.state === "displaced");
          expect(entry.queued).toBeLessThanOrEqual(entry.mac === null ? 3 : 0);
          expect(entry.address.isMulticast || entry.address.isUnspecified).toBe(false);
        }
        const { addresses, prefixes, routers, redirects } = bench.nd.statistics() as Record<string, number>;
        expect(addresses).toBeLessThanOrEqual(2 + 3);
        expect(prefixes).toBeLessThanOrEqual(3);
        expect(routers).toBeLessThanOrEqual(3 + 1 + 3);
        expect(redirects).toBeLessThanOrEqual(3);
        const { nameServers, searchDomains } = bench.nd.configuration();
        expect(Math.max(nameServers.length, searchDomains.length)).toBeLessThanOrEqual(2);
        // A solicited-node group is heard for each address that is not refused, and no other, and joined for those in use.
        const groups = bench.nd.addresses.list().filter(({ state }) => state !== "duplicate");
        const solicitedNode = (list: typeof groups): string[] =>
          list.map(({ address }) => `${address.solicitedNodeGroup}`).sort();
        expect([...bench.heard].sort()).toEqual(solicitedNode(groups));
        expect([...bench.groups].sort()).toEqual(solicitedNode(groups.filter(({ joined }) => joined)));
        expect(groups.every(({ usable, joined }) => joined || !usable)).toBe(true);
        const { retransTimer, mtu, hopLimit } = bench.nd.parametersOfLink;
        expect(retransTimer >= 100 && retransTimer <= 60_000).toBe(true);
        expect(mtu === null || (mtu >= 1280 && mtu <= 1500)).toBe(true);
        expect(hopLimit === null || hopLimit >= 32).toBe(true);
      }
      // Every packet that waited went somewhere, once.
      const { held } = bench.nd.resolver!;
      const waiting = bench.nd.resolver!.table().reduce((sum, { queued }) => sum + queued, 0);
      const { Queued: queued = 0, ...fates } = held.snapshot();
      const ended = Object.values(fates).reduce((sum, count) => sum + count, 0) - held.of(Verdict.NoBuffers);
      expect(ended + waiting).toBe(queued);
    }),
    { numRuns: 150 },
  );
});
