import { expect, it } from "vitest";
import {
  describeDatagram,
  dnsSearchList,
  fragmentHeader,
  fuzz,
  fuzzPlan,
  icmpV6EchoRequest,
  icmpV6Message,
  igmpOldMessage,
  igmpQuery,
  igmpV3Report,
  ipv4Packet,
  ipv6OptionsHeader,
  ipv6Packet,
  mldQuery,
  mldV1Message,
  mldV2Report,
  mtuOption,
  neighborAdvertisement,
  neighborSolicitation,
  nonceOption,
  prefixInformation,
  type Repair,
  recursiveDnsServers,
  redirectedHeader,
  redirectMessage,
  repairIpv4,
  repairIpv6,
  routeInformation,
  routerAdvertisement,
  routerAlertOption,
  routerSolicitation,
  routingHeader,
  sourceLinkAddress,
  targetLinkAddress,
} from "../src/index.ts";

const around = { source: "fe80::1", destination: "fe80::2" };
const mac = sourceLinkAddress("02:00:00:00:00:01");
const group = "ff02::fb";
const records = [{ type: "isInclude", group, sources: ["fd00::1", "fd00::2"] }] as const;
const old = { group: "224.0.0.251" };

const discovery = [
  routerSolicitation({ ...around, options: [mac] }),
  routerAdvertisement({
    ...around,
    options: [
      prefixInformation({ prefix: "fd00::/64" }),
      mtuOption(1500),
      routeInformation({ prefix: "fd01::/48" }),
      recursiveDnsServers({ servers: ["fd00::53"] }),
      dnsSearchList({ names: ["example.org", "b.example"] }),
    ],
  }),
  neighborSolicitation({ ...around, target: "fe80::2", options: [mac, nonceOption(new Uint8Array(6))] }),
  neighborAdvertisement({ ...around, target: "fe80::2", options: [targetLinkAddress("02:00:00:00:00:02")] }),
  redirectMessage({
    ...around,
    target: "fe80::3",
    redirected: "fd00::9",
    options: [redirectedHeader(new Uint8Array(48))],
  }),
];
const control = [
  icmpV6EchoRequest({ ...around, identifier: 1, sequence: 2 }, new Uint8Array(8)),
  icmpV6Message({ ...around, type: 4, code: 1, rest: 6 }, new Uint8Array(48)),
  mldQuery({ ...around, group, sources: ["fd00::1"] }),
  mldQuery({ ...around, old: true }),
  mldV1Message({ ...around, message: "report", group }),
  mldV2Report({ ...around, records }),
];
const six = [...discovery, ...control].map((message) =>
  ipv6Packet({ ...around, nextHeader: 58, hopLimit: 255 }, message),
);
const chain = ipv6OptionsHeader(
  { nextHeader: 43, options: [routerAlertOption()] },
  routingHeader(
    { nextHeader: 44, type: 0, segmentsLeft: 0, addresses: ["fd00::1"] },
    fragmentHeader({ nextHeader: 58, identification: 1 }, control[0]),
  ),
);
const four = [
  igmpQuery({ group: "224.0.0.251", sources: ["10.0.0.1"] }),
  igmpOldMessage({ message: "report v2", ...old }),
  igmpV3Report({ records: [{ type: "toExclude", ...old }] }),
].map((message) => ipv4Packet({ source: "10.0.0.1", destination: "224.0.0.1", protocol: 2 }, message));

const samples = [...six, ipv6Packet({ ...around, nextHeader: 0 }, chain), ...four];

const repair: Repair = (octets, parts) => {
  if ((octets[0] ?? 0) >>> 4 === 6) repairIpv6(octets, parts);
  else repairIpv4(octets, parts);
};

it("50 000 packets, random and mutated: every one is read or refused, in one printable line", () => {
  const kinds = new Set<string>();
  const plan = fuzzPlan(process.env);
  // A quarter of the usual number: these parsers are written to be read, not to be quick.
  fuzz({ plan: { ...plan, inputs: Math.ceil(plan.inputs / 4) }, samples, repair }, (input) => {
    const line = describeDatagram(input);
    if (!/^[\x20-\x7e]+$/.test(line)) throw new Error(`not a line: ${JSON.stringify(line)}`);
    const kind = /malformed|fragment|MLD \w+|IGMP \w+|ND (?:who|redirect|router \w+)|is here|ICMPv6 \w+/.exec(
      line,
    );
    kinds.add(kind === null ? "other" : kind[0]);
  });
  for (const kind of [
    "malformed",
    "fragment",
    "MLD query",
    "MLD report",
    "IGMP query",
    "IGMP report",
    "ND who",
    "ND redirect",
    "ND router advertisement",
    "ND router solicitation",
    "is here",
    "ICMPv6 echo",
    "ICMPv6 4",
  ]) {
    expect(kinds).toContain(kind);
  }
});
