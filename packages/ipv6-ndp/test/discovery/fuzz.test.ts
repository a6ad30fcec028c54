import {
  dnsSearchList,
  fuzz,
  fuzzPlan,
  mtuOption,
  neighborAdvertisement,
  neighborSolicitation,
  nonceOption,
  prefixInformation,
  recursiveDnsServers,
  redirectedHeader,
  redirectMessage,
  routeInformation,
  routerAdvertisement,
  routerSolicitation,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import { IpAddress } from "@mnet/core";
import { expect, it } from "vitest";
import { Bench, OWN, PEER, PEER_MAC, ROUTER, ROUTER_MAC } from "./bench.ts";

const sources = [PEER, ROUTER, ROUTER, "::", "2001:db8:1::7", OWN];
const destinations = [OWN, "ff02::1", "ff02::1:ff00:1"];

function samples(): Uint8Array[] {
  const around = { source: PEER, destination: OWN };
  const slla = sourceLinkAddress(PEER_MAC);
  const tlla = targetLinkAddress(PEER_MAC);
  return [
    neighborSolicitation({ ...around, target: OWN, options: [slla] }),
    neighborSolicitation({ ...around, target: OWN, options: [nonceOption(new Uint8Array(6))] }),
    neighborSolicitation({ ...around, target: "2001:db8::1" }),
    neighborAdvertisement({ ...around, target: PEER, solicited: true, override: true, options: [tlla] }),
    neighborAdvertisement({ ...around, target: ROUTER, override: true, options: [tlla] }),
    neighborAdvertisement({ ...around, target: OWN }),
    routerSolicitation({ ...around, options: [slla] }),
    routerAdvertisement({
      ...around,
      hopLimit: 64,
      lifetime: 60,
      options: [
        sourceLinkAddress(ROUTER_MAC),
        mtuOption(1400),
        prefixInformation({ prefix: "2001:db8:1::/64", validLifetime: 100, preferredLifetime: 50 }),
        routeInformation({ prefix: "2001:db8:5::/48", lifetime: 60 }),
        recursiveDnsServers({ servers: ["2001:db8::53", "2001:db8::54"], lifetime: 60 }),
        dnsSearchList({ names: ["example.org", "b.example"], lifetime: 60 }),
      ],
    }),
    routerAdvertisement({ ...around, lifetime: 0, reachableTime: 5000, retransTimer: 500 }),
    redirectMessage({
      ...around,
      target: "fe80::b",
      redirected: "2001:db8:f::1",
      options: [tlla, redirectedHeader(new Uint8Array(64))],
    }),
  ];
}

it("200 000 messages, random and mutated, while we resolve neighbours: bounded, and what has a lifetime ends", () => {
  const bench = new Bench({
    temporaryAddresses: true,
    parameters: { neighborCapacity: 64, neighborPendingCapacity: 8, queueOctets: 64 * 1600 },
  });
  bench.addAddress("2001:db8::1/64");
  let most = 0;
  fuzz({ plan: fuzzPlan(process.env), samples: samples(), maximumLength: 300 }, (input, index) => {
    const turn = Math.abs(index);
    const ipHopLimit = turn % 50 === 0 ? 64 : 255;
    const octets = input.length === 0 || turn % 2 === 0 ? input : input.with(0, 133 + ((input[0] ?? 0) % 5));
    if (turn % 3 > 0 && octets.length > 1) octets[1] = 0;
    bench.receive(octets, { ipHopLimit }, sources[turn % sources.length]!, destinations[turn % 3]!);
    if (turn % 40 !== 0) return;
    bench.send(`fe80::${(2 + ((turn / 40) % 200)).toString(16)}`);
    bench.send(bench.route(`2001:db8:f::${(turn % 4000).toString(16)}`) ?? PEER);
    most = Math.max(most, bench.nd.statistics()["neighbors"]!);
    bench.advance(turn % 4000 === 0 ? 70_000 : 20);
    bench.log();
    bench.events.length = 0;
    bench.unreachable.length = 0;
  });
  expect(Object.keys(bench.nd.counters.snapshot())).toEqual(
    expect.arrayContaining([
      "Handled",
      "BadSource",
      "BadDestination",
      "BadOption",
      "BadHopLimit",
      "TooShort",
      "UnknownType",
      "NotForUs",
      "Ignored",
      "AddressConflict",
    ]),
  );
  expect(most).toBeGreaterThan(8);
  expect(most).toBeLessThanOrEqual(64);
  bench.nd.setGateway(null, bench.now);
  // The longest finite lifetimes are 136 years: what was mutated may be infinite, so only what never is has to be gone.
  bench.advance(90_000_000);
  expect(bench.nd.routerList()).toEqual([]);
  expect(bench.nd.statistics()).toMatchObject({ resolving: 0, heldOctets: 0 });
  expect(bench.ns({ source: "fe80::77" })).toBe(0);
  expect(bench.nd.addresses.stateOf(IpAddress.parse(OWN))).toBe("preferred");
});
