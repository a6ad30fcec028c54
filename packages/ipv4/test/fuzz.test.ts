import {
  FakeLink,
  FakeResolver,
  fuzz,
  fuzzPlan,
  type Ipv4Fields,
  ipv4Fragments,
  ipv4Packet,
  repairIpv4,
  udpDatagram,
} from "@mnet/conformance";
import { EtherType, IcmpErrorKind, Packet, SeededRandom, Verdict, verdictName } from "@mnet/core";
import { expect, it } from "vitest";
import { Ipv4Layer } from "../src/index.ts";
import { net, OURS, PEER, PEER_MAC, PROTOCOL } from "./support.ts";

const base: Ipv4Fields = { source: PEER, destination: OURS, protocol: PROTOCOL };
/** Record route, timestamp, router alert and security, and a source route (RFC 791 3.1, RFC 2113). */
const OPTIONS = [
  [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  [68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 148, 4, 0, 0],
  [1, 1, 1, 130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [131, 7, 4, 10, 0, 0, 9, 0],
];

function datagrams(): Uint8Array[] {
  const addresses = { source: PEER, destination: OURS };
  const udp = udpDatagram({ ...addresses, sourcePort: 1, destinationPort: 2 }, new Uint8Array(40));
  const last = { identification: 9, fragmentOffset: 65_504 };
  return [
    ipv4Packet(base, new Uint8Array(40)),
    ipv4Packet({ ...base, protocol: 17 }, udp),
    ipv4Packet({ ...base, protocol: 99 }, udp),
    ipv4Packet({ ...base, destination: "10.0.0.255" }, udp),
    ipv4Packet({ ...base, source: "10.0.0.255" }, udp),
    ipv4Packet({ ...base, destination: "127.0.0.1" }, udp),
    ipv4Packet({ ...base, destination: "10.0.0.77" }, udp),
    ...OPTIONS.map((options) => ipv4Packet({ ...base, options: Uint8Array.from(options) }, udp)),
    ...ipv4Fragments({ ...base, identification: 7 }, new Uint8Array(200), 48),
    ...ipv4Fragments({ ...base, identification: 8 }, new Uint8Array(64), 32),
    // More pieces than the limit, in the order that keeps them all apart.
    ...ipv4Fragments({ ...base, identification: 10 }, new Uint8Array(160), 8),
    ipv4Packet({ ...base, ...last, moreFragments: true }, new Uint8Array(24)),
    ipv4Packet({ ...base, ...last }, new Uint8Array(64)),
  ];
}

interface Host {
  readonly layer: Ipv4Layer;
  readonly link: FakeLink;
  /** Transport data that came with an offset outside the packet. */
  impossible: number;
}

function host(): Host {
  const link = new FakeLink();
  const resolver = new FakeResolver({ link, everybody: PEER_MAC });
  // Few and small queues, so that their bounds are met.
  const parameters = { reassemblyQueues: 32, reassemblyOctets: 65_536, reassemblyPieces: 8 };
  const layer = new Ipv4Layer({ link, resolver, random: new SeededRandom(1), parameters });
  const made: Host = { layer, link, impossible: 0 };
  layer.addAddress(net(`${OURS}/24`));
  layer.reportErrorsTo({ send: () => Verdict.Handled });
  for (const protocol of [PROTOCOL, 17]) {
    layer.handle(protocol, {
      input(packet, info) {
        const { start, end, bytes } = packet;
        if (start > end || end > bytes.length || info.headerStart + 20 > start) made.impossible++;
        return protocol === 17 ? Verdict.PortUnreachable : Verdict.Handled;
      },
      error: (_kind, quoted) => quoted.end - quoted.start >= 8 && (quoted.bytes[quoted.start]! & 1) === 0,
      flush: () => {},
    });
  }
  return made;
}

it("200 000 datagrams and fragments, random and mutated: every reason to drop is met, nothing stays", () => {
  const { layer, link, ...made } = host();
  let now = 0;
  let mostQueues = 0;
  const repair = repairIpv4;
  fuzz({ plan: fuzzPlan(process.env), samples: datagrams(), repair }, (input, index) => {
    link.deliver(EtherType.Ipv4, input, { cast: index % 64 === 63 ? "broadcast" : "unicast" }, now);
    if (index % 100 !== 0) return;
    const { reassemblyQueues, reassemblyOctets } = layer.statistics();
    mostQueues = Math.max(mostQueues, reassemblyQueues!);
    if (reassemblyOctets! > 65_536) throw new Error(`${reassemblyOctets} octets in reassembly`);
    now += 100;
    layer.onDeadline(now);
  });
  expect(Object.keys(layer.counters.snapshot()).sort()).toEqual([
    "BadChecksum",
    "BadDestination",
    "BadHeaderLength",
    "BadLength",
    "BadOption",
    "BadSource",
    "BadVersion",
    "Duplicate",
    "FragmentLimit",
    "FragmentMalformed",
    "FragmentOverlap",
    "FragmentTooBig",
    "Handled",
    "NotForUs",
    "PortUnreachable",
    "ProtocolUnreachable",
    "Queued",
    "SourceRouted",
    "TooShort",
    "UnknownType",
  ]);
  expect(made.impossible).toBe(0);
  expect(mostQueues).toBeGreaterThan(1);
  expect(mostQueues).toBeLessThanOrEqual(32);
  layer.onDeadline(now + 60_000);
  expect(layer.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0, loopbackQueued: 0 });
  expect(layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
});

it("200 000 quotes of errors, random and mutated: the path MTUs they lower are bounded and forgotten", () => {
  const { layer } = host();
  const kinds = Object.values(IcmpErrorKind);
  const ours = { ...base, source: OURS, destination: PEER };
  const samples = [
    ipv4Packet({ ...ours, dontFragment: true }, new Uint8Array(8)),
    ipv4Packet({ ...ours, options: Uint8Array.from(OPTIONS[0]!) }, new Uint8Array(28)),
    ipv4Packet({ ...ours, protocol: 17 }, Uint8Array.of(1, 2, 3, 4, 0, 8, 0, 0)),
    ipv4Packet({ ...ours, source: "127.0.0.1", destination: "127.0.0.1" }, new Uint8Array(8)),
  ];
  const seen = new Set<string>();
  let now = 0;
  let most = 0;
  fuzz({ plan: fuzzPlan(process.env), samples, repair: repairIpv4, maximumLength: 600 }, (input, index) => {
    const kind = kinds[(index >>> 1) % kinds.length]!;
    const mtu = (index * 7919) % 1600;
    now += 1;
    seen.add(verdictName(layer.errorReceived(kind, mtu, new Packet(input), now)));
    if (index % 1000 === 0) most = Math.max(most, layer.statistics()["pathMtus"]!);
  });
  expect([...seen].sort()).toEqual(["BadHeaderLength", "BadVersion", "Handled", "TooShort", "UnknownFlow"]);
  expect(most).toBeGreaterThan(10);
  expect(most).toBeLessThanOrEqual(256);
  layer.onDeadline(now + 700_000);
  expect(layer.statistics()["pathMtus"]).toBe(0);
});
