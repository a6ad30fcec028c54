import {
  FakeLink,
  fragmentHeader,
  fuzz,
  fuzzPlan,
  type Ipv6Fields,
  icmpV6EchoRequest,
  ipv6Fragments,
  ipv6OptionsHeader,
  ipv6Packet,
  repairIpv6,
  routerAlertOption,
  routingHeader,
  udpDatagram,
} from "@mnet/conformance";
import { EtherType, IcmpErrorKind, Packet, SeededRandom, Verdict, verdictName } from "@mnet/core";
import { expect, it } from "vitest";
import { Ipv6Layer } from "../src/index.ts";
import { net, OURS, PEER, PROTOCOL } from "./packet-host.ts";

const base: Ipv6Fields = { source: PEER, destination: OURS, nextHeader: PROTOCOL };
const around = { source: PEER, destination: OURS };
const udp = udpDatagram({ ...around, sourcePort: 1, destinationPort: 2 }, new Uint8Array(40));
const DESTINATION = 60;

/** Headers in front of a UDP datagram, outermost first. */
function chains(): [number, Uint8Array][] {
  const unknown = [0x3e, 0x7e, 0xbe, 0xfe].map((type) => ({ type, data: new Uint8Array(3) }));
  const inner = ipv6OptionsHeader({ nextHeader: 17, options: unknown.slice(0, 1) }, udp);
  const routed = routingHeader(
    { nextHeader: DESTINATION, type: 0, segmentsLeft: 0, addresses: [PEER] },
    inner,
  );
  const atomic = fragmentHeader({ nextHeader: 43, identification: 3 }, routed);
  const many = new Array<{ type: number }>(70).fill({ type: 0 });
  return [
    [DESTINATION, inner],
    [0, ipv6OptionsHeader({ nextHeader: 44, options: [routerAlertOption()] }, atomic)],
    [43, routingHeader({ nextHeader: 17, type: 0, segmentsLeft: 1, addresses: [PEER] }, udp)],
    [43, routingHeader({ nextHeader: 17, type: 4, segmentsLeft: 1, addresses: [PEER] }, udp)],
    [44, fragmentHeader({ nextHeader: 44, identification: 3 }, atomic)],
    [DESTINATION, ipv6OptionsHeader({ nextHeader: 17, options: many }, udp)],
    ...unknown.map((option): [number, Uint8Array] => [
      DESTINATION,
      ipv6OptionsHeader({ nextHeader: 17, options: [option] }, udp),
    ]),
  ];
}

function packets(): Uint8Array[] {
  const echo = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 1 }, new Uint8Array(20));
  const last = { nextHeader: PROTOCOL, identification: 9, fragmentOffset: 65_520 };
  return [
    ipv6Packet(base, new Uint8Array(40)),
    ipv6Packet({ ...base, nextHeader: 17 }, udp),
    ipv6Packet({ ...base, nextHeader: 99 }, udp),
    ipv6Packet({ ...base, nextHeader: 59 }, udp),
    ipv6Packet({ ...base, nextHeader: 58 }, echo),
    ipv6Packet({ ...base, destination: "ff02::1" }, udp),
    ipv6Packet({ ...base, source: "::" }, udp),
    ipv6Packet({ ...base, destination: "::1" }, udp),
    ipv6Packet({ ...base, destination: "2001:db8::77" }, udp),
    ...chains().map(([nextHeader, octets]) => ipv6Packet({ ...base, nextHeader }, octets)),
    ...ipv6Fragments({ ...base, identification: 7 }, new Uint8Array(200), 48),
    ...ipv6Fragments({ ...base, nextHeader: DESTINATION, identification: 8 }, chains()[0]![1], 32),
    // More pieces than the limit, in the order that keeps them all apart.
    ...ipv6Fragments({ ...base, identification: 10 }, new Uint8Array(160), 8),
    ipv6Packet(
      { ...base, nextHeader: 44 },
      fragmentHeader({ ...last, moreFragments: true }, new Uint8Array(24)),
    ),
    ipv6Packet({ ...base, nextHeader: 44 }, fragmentHeader(last, new Uint8Array(64))),
  ];
}

interface Host {
  readonly layer: Ipv6Layer;
  readonly link: FakeLink;
  /** Transport data or quotes with an offset outside the packet. */
  impossible: number;
}

function host(): Host {
  // Neighbor Discovery is fuzzed by itself: this link has none.
  const link = new FakeLink({ mac: null });
  // Few and small queues, so that their bounds are met.
  const parameters = { reassemblyQueues: 32, reassemblyOctets: 65_536, reassemblyPieces: 8 };
  const layer = new Ipv6Layer({ link, random: new SeededRandom(1), parameters });
  const made: Host = { layer, link, impossible: 0 };
  layer.addAddress(net(`${OURS}/64`), 0);
  layer.reportErrorsTo({
    send(_kind, pointer, { start, end, bytes }, info) {
      // Wherever the walk ended, what would be quoted is there, and a pointer is into it or just behind.
      const fine = info.headerStart <= start && start <= end && end <= bytes.length;
      if (!fine || pointer > end - info.headerStart) made.impossible++;
      return Verdict.Handled;
    },
  });
  for (const protocol of [PROTOCOL, 17, 58]) {
    layer.handle(protocol, {
      input(packet, info) {
        const { start, end, bytes } = packet;
        if (start > end || end > bytes.length || info.headerStart + 40 > start) made.impossible++;
        return protocol === 17 ? Verdict.PortUnreachable : Verdict.Handled;
      },
      error: (_kind, quoted) => quoted.end - quoted.start >= 8 && (quoted.bytes[quoted.start]! & 1) === 0,
      flush: () => {},
    });
  }
  return made;
}

/** conformance.md C-S2, 3. */
it("200 000 packets and fragments, random and mutated: every reason to drop is met, nothing stays", () => {
  const under = host();
  const { layer, link } = under;
  let now = 0;
  let mostQueues = 0;
  fuzz({ plan: fuzzPlan(process.env), samples: packets(), repair: repairIpv6 }, (input, index) => {
    link.deliver(EtherType.Ipv6, input, { cast: index % 64 === 63 ? "broadcast" : "unicast" }, now);
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
    "BadHopLimit",
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
    "HeaderChainTooLong",
    "Ignored",
    "NoNextHeader",
    "NotForUs",
    "PortUnreachable",
    "ProtocolUnreachable",
    "Queued",
    "SourceRouted",
    "TooShort",
    "UnrecognizedOption",
  ]);
  expect(under.impossible).toBe(0);
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
    ipv6Packet({ ...ours, payloadLength: 1460 }, new Uint8Array(8)),
    ipv6Packet({ ...ours, nextHeader: 17, payloadLength: 1460 }, Uint8Array.of(1, 2, 3, 4, 0, 8, 0, 0)),
    ...chains().map(([nextHeader, octets]) =>
      ipv6Packet({ ...ours, nextHeader, payloadLength: 1400 }, octets),
    ),
    ipv6Packet({ ...ours, source: "::1", destination: "::1" }, new Uint8Array(8)),
  ];
  const seen = new Set<string>();
  let now = 0;
  let most = 0;
  fuzz({ plan: fuzzPlan(process.env), samples, repair: repairIpv6, maximumLength: 600 }, (input, index) => {
    const kind = kinds[(index >>> 1) % kinds.length]!;
    const mtu = (index * 7919) % 2600;
    now += 1;
    // The payload length of a quote is that of the packet, not of what is left of it.
    if (input.length >= 40 && (index & 1) === 0) input[4] = 5;
    seen.add(verdictName(layer.errorReceived(kind, mtu, new Packet(input), now)));
    if (index % 1000 === 0) most = Math.max(most, layer.statistics()["pathMtus"]!);
  });
  expect([...seen].sort()).toEqual(["BadVersion", "Handled", "Ignored", "TooShort", "UnknownFlow"]);
  expect(most).toBeGreaterThan(10);
  expect(most).toBeLessThanOrEqual(256);
  layer.onDeadline(now + 700_000);
  expect(layer.statistics()["pathMtus"]).toBe(0);
});
