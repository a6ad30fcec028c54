import {
  fragmentHeader,
  type Ipv6Fields,
  icmpV6Message,
  ipv6OptionsHeader,
  ipv6Packet,
  parseIpv6Chain,
  routerAlertOption,
  tcpSegment,
} from "@mnet/conformance";
import { Ecn, Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { GROUP, OURS, PacketHost, PEER, PROTOCOL, pattern, peerPacket, sameOctets } from "./packet-host.ts";

const octets = pattern(65536);

interface Header {
  readonly identification?: number;
  /** What comes behind the Fragment header. */
  readonly protocol?: number;
}

/** The octets `[from, to)` of one packet from the peer. */
function fragment(
  from: number,
  to: number,
  last: boolean,
  fields: Partial<Ipv6Fields> = {},
  { identification = 7, protocol = PROTOCOL }: Header = {},
  payload: Uint8Array = octets,
): Uint8Array {
  const header = { nextHeader: protocol, identification, fragmentOffset: from, moreFragments: !last };
  return peerPacket({ nextHeader: 44, ...fields }, fragmentHeader(header, payload.subarray(from, to)));
}

const kindsOf = (host: PacketHost): [string, number][] =>
  host.errors.sent.map(({ kind, pointer }) => [kind, pointer]);

/** RFC 8200 4.5; behaviour.md N15; conformance.md C-S4; IPv6 Ready v6LC.1.3. */
describe("reassembly", () => {
  it("delivers a packet once, when the last missing piece comes (v6LC.1.3.1)", () => {
    const host = new PacketHost();
    expect(host.deliver(fragment(24, 30, true))).toBe(Verdict.Queued);
    expect(host.deliver(fragment(0, 16, false, { hopLimit: 33 }))).toBe(Verdict.Queued);
    expect(host.deliver(fragment(16, 24, false))).toBe(Verdict.Handled);
    const [received] = host.transport.received;
    expect(received!.payload).toEqual(pattern(30));
    expect(received).toMatchObject({ source: PEER, destination: OURS, rxChecksum: 0 });
    expect(received!.info).toMatchObject({
      reassembled: true,
      hopLimit: 33,
      cast: "unicast",
      protocol: PROTOCOL,
    });
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
    expect(host.internet.counters.snapshot()).toEqual({ Queued: 2, Handled: 1 });
  });

  it("takes the first fragment's headers for the whole, without the Fragment header", () => {
    const host = new PacketHost();
    const head = { hopLimit: 5, trafficClass: 0x20, flowLabel: 0x12345 };
    const behind = fragmentHeader(
      { nextHeader: PROTOCOL, identification: 7, moreFragments: true },
      octets.subarray(0, 16),
    );
    const inner = ipv6OptionsHeader({ nextHeader: 44, options: [{ type: 0x3e, data: pattern(9) }] }, behind);
    const outer = ipv6OptionsHeader({ nextHeader: 60, options: [routerAlertOption()] }, inner);
    host.deliver(fragment(16, 21, true, { hopLimit: 6 }));
    expect(host.receive({ ...head, nextHeader: 0 }, outer)).toBe(Verdict.Handled);
    const whole = parseIpv6Chain(host.transport.received[0]!.packet);
    expect(whole).toMatchObject({ ...head, nextHeader: 0, payloadLength: 8 + 16 + 21, protocol: PROTOCOL });
    expect(whole.extensions.map(({ header }) => header)).toEqual(["hop-by-hop", "destination options"]);
    expect(whole.upper).toEqual(pattern(21));
  });

  it("takes the next header of the first fragment, whatever others say", () => {
    const host = new PacketHost();
    host.deliver(fragment(8, 16, true, {}, { protocol: 6 }));
    expect(host.deliver(fragment(0, 8, false))).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.info).toMatchObject({ protocol: PROTOCOL });
  });

  it("reads the headers behind the Fragment header when the packet is whole", () => {
    const host = new PacketHost();
    const payload = ipv6OptionsHeader({ nextHeader: PROTOCOL }, pattern(40));
    host.deliver(fragment(0, 24, false, {}, { protocol: 60 }, payload));
    expect(host.deliver(fragment(24, 48, true, {}, { protocol: 60 }, payload))).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload).toEqual(pattern(40));
    expect(host.transport.received[0]!.info).toMatchObject({ reassembled: true });
  });

  it("answers for what it finds wrong there, about the whole packet", () => {
    const host = new PacketHost();
    const payload = ipv6OptionsHeader({ nextHeader: PROTOCOL, options: [{ type: 0xbe }] }, pattern(8));
    host.deliver(
      fragment(0, 8, false, {}, { protocol: 60 }, Uint8Array.from([...payload.subarray(0, 8), 1])),
    );
    host.errors.sent.length = 0;
    host.deliver(
      fragment(
        0,
        16,
        false,
        {},
        { protocol: 60, identification: 8 },
        new Uint8Array([...payload, ...payload]),
      ),
    );
    const rest = fragment(16, 24, true, {}, { protocol: 60, identification: 8 }, new Uint8Array(24));
    expect(host.deliver(rest)).toBe(Verdict.UnrecognizedOption);
    expect(kindsOf(host)).toEqual([["UnrecognizedOption", 42]]);
    expect(parseIpv6Chain(host.errors.sent[0]!.quote).payloadLength).toBe(24);
  });

  it("does not look for a Fragment header in there again", () => {
    const host = new PacketHost();
    const inner = fragmentHeader({ nextHeader: PROTOCOL, identification: 9 }, pattern(16));
    host.deliver(fragment(0, 8, false, {}, { protocol: 44 }, inner));
    expect(host.deliver(fragment(8, 24, true, {}, { protocol: 44 }, inner))).toBe(Verdict.FragmentMalformed);
    expect(host.transport.received).toEqual([]);
  });

  const others: [string, Partial<Ipv6Fields>, Header][] = [
    ["identification", {}, { identification: 8 }],
    ["identification, in its upper half", {}, { identification: 0x10007 }],
    ["source", { source: "2001:db8::8" }, {}],
    ["destination", { destination: "2001:db8::3" }, {}],
  ];
  it.each(others)("does not mix packets that differ in their %s (v6LC.1.3.1)", (_name, fields, header) => {
    const host = new PacketHost({ addresses: [`${OURS}/64`, "2001:db8::3/64"] });
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(fragment(8, 16, true, fields, header))).toBe(Verdict.Queued);
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(2);
    expect(host.deliver(fragment(8, 16, true))).toBe(Verdict.Handled);
  });

  it("says that Neighbor Discovery came in fragments, which forbids it (RFC 6980)", () => {
    const host = new PacketHost();
    const message = icmpV6Message({ source: PEER, destination: OURS, type: 136 }, pattern(24));
    host.deliver(fragment(0, 24, false, { hopLimit: 255 }, { protocol: 58 }, message));
    host.deliver(fragment(24, 32, true, { hopLimit: 255 }, { protocol: 58 }, message));
    expect(host.control.received).toMatchObject([{ type: 136, octets: message, fragmented: true }]);
  });

  it("puts group packets together too", () => {
    const host = new PacketHost();
    host.groups.joined.add(GROUP);
    host.deliver(fragment(0, 8, false, { destination: GROUP }), { cast: "multicast" });
    host.deliver(fragment(8, 16, true, { destination: GROUP }), { cast: "multicast" });
    expect(host.transport.received[0]!.info).toMatchObject({ cast: "multicast", reassembled: true });
  });

  it("holds 65 535 octets of payload, and says so beyond (v6LC.1.3.3)", () => {
    const host = new PacketHost();
    for (let at = 0; at < 65_528; at += 8192) host.deliver(fragment(at, Math.min(at + 8192, 65_528), false));
    expect(host.deliver(fragment(65_528, 65_535, true))).toBe(Verdict.Handled);
    expect(sameOctets(host.transport.received[0]!.payload, octets.subarray(0, 65_535))).toBe(true);
    expect(host.deliver(fragment(65_528, 65_536, true))).toBe(Verdict.FragmentTooBig);
    expect(kindsOf(host)).toEqual([["ParameterProblem", 42]]);
  });

  it("says so for a whole that only its other headers make too long", () => {
    const host = new PacketHost();
    for (let at = 8192; at < 65_528; at += 8192)
      host.deliver(fragment(at, Math.min(at + 8192, 65_528), false));
    host.deliver(fragment(65_528, 65_535, true));
    const header = fragmentHeader(
      { nextHeader: PROTOCOL, identification: 7, moreFragments: true },
      octets.subarray(0, 8192),
    );
    const first = ipv6OptionsHeader({ nextHeader: 44 }, header);
    expect(host.receive({ nextHeader: 60 }, first)).toBe(Verdict.FragmentTooBig);
    expect(kindsOf(host)).toEqual([["ParameterProblem", 40 + 8 + 2]]);
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
  });

  it("answers a length that is no multiple of 8 (v6LC.1.3.3), and goes on without it", () => {
    const host = new PacketHost();
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(fragment(8, 15, false))).toBe(Verdict.FragmentMalformed);
    expect(kindsOf(host)).toEqual([["ParameterProblem", 4]]);
    expect(host.deliver(fragment(8, 8, true))).toBe(Verdict.FragmentMalformed);
    expect(host.deliver(fragment(8, 15, true))).toBe(Verdict.Handled);
    expect(kindsOf(host).length).toBe(1);
  });

  it("checks each piece as any packet", () => {
    const host = new PacketHost();
    expect(host.deliver(fragment(0, 8, false, { source: "::1" }))).toBe(Verdict.BadSource);
    expect(host.deliver(fragment(0, 8, false, { source: "::" }))).toBe(Verdict.BadSource);
    expect(host.deliver(fragment(0, 8, false, { destination: "2001:db8::77" }))).toBe(Verdict.NotForUs);
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(0);
  });

  it("ignores a piece that comes again as it was (RFC 8200 4.5)", () => {
    const host = new PacketHost();
    host.deliver(fragment(8, 16, true));
    expect(host.deliver(fragment(8, 16, true))).toBe(Verdict.Duplicate);
    expect(host.deliver(fragment(0, 8, false))).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload).toEqual(pattern(16));
  });

  it("charges a long chain of headers in front of a first fragment", () => {
    const host = new PacketHost();
    const data = new Uint8Array(250);
    const header = fragmentHeader(
      { nextHeader: PROTOCOL, identification: 7, moreFragments: true },
      octets.subarray(0, 8),
    );
    const options = [1, 2, 3, 4].map(() => ({ type: 0x3e, data }));
    const first = ipv6OptionsHeader({ nextHeader: 44, options }, header);
    host.receive({ nextHeader: 60 }, first);
    const headers = 40 + first.length - 8;
    expect(host.internet.statistics()["reassemblyOctets"]).toBe(8 + 64 + headers - 64);
    host.runUntil(61_000);
    expect(host.internet.statistics()["reassemblyOctets"]).toBe(0);
  });
});

/** RFC 5722, RFC 8200 4.5. */
describe("a packet whose fragments overlap is given up in silence when", () => {
  type Step = [from: number, to: number, last: boolean, expected: string];
  const lies: [string, Step[]][] = [
    [
      "two pieces overlap at the end",
      [
        [0, 16, false, "Queued"],
        [8, 24, false, "FragmentOverlap"],
      ],
    ],
    [
      "two pieces overlap at the start",
      [
        [8, 24, false, "Queued"],
        [0, 16, false, "FragmentOverlap"],
      ],
    ],
    [
      "a piece lies inside another",
      [
        [0, 24, false, "Queued"],
        [8, 16, false, "FragmentOverlap"],
      ],
    ],
    [
      "a piece covers another",
      [
        [8, 16, false, "Queued"],
        [0, 24, false, "FragmentOverlap"],
      ],
    ],
    [
      "a piece starts like another and is longer",
      [
        [0, 16, false, "Queued"],
        [0, 24, false, "FragmentOverlap"],
      ],
    ],
    [
      "there are two ends",
      [
        [8, 16, true, "Queued"],
        [16, 24, true, "FragmentOverlap"],
      ],
    ],
    [
      "the end is before what is there",
      [
        [24, 32, false, "Queued"],
        [8, 16, true, "FragmentOverlap"],
      ],
    ],
    [
      "a piece lies behind the end",
      [
        [8, 16, true, "Queued"],
        [16, 24, false, "FragmentOverlap"],
      ],
    ],
    [
      "a piece reaches the end and says that more follows",
      [
        [8, 16, true, "Queued"],
        [8, 16, false, "FragmentOverlap"],
      ],
    ],
  ];
  it.each(lies)("%s", (_name, steps) => {
    const host = new PacketHost();
    for (const [from, to, last, expected] of steps) {
      expect(verdictName(host.deliver(fragment(from, to, last)))).toBe(expected);
    }
    expect(host.internet.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
    expect(host.transport.received).toEqual([]);
    expect(host.errors.sent).toEqual([]);
  });

  it("a piece comes again with other octets", () => {
    const host = new PacketHost();
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(fragment(0, 8, false, {}, {}, pattern(8, 99)))).toBe(Verdict.FragmentOverlap);
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(0);
  });
});

/** RFC 6946 4. */
describe("an atomic fragment", () => {
  const atomic = (payload: Uint8Array): Uint8Array =>
    peerPacket({ nextHeader: 44 }, fragmentHeader({ nextHeader: PROTOCOL, identification: 7 }, payload));

  it("is a packet of its own, whatever waits under its identification", () => {
    const host = new PacketHost();
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(atomic(pattern(40, 3)))).toBe(Verdict.Handled);
    expect(host.transport.received[0]).toMatchObject({
      payload: pattern(40, 3),
      info: { reassembled: false },
    });
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(1);
    expect(host.deliver(fragment(8, 16, true))).toBe(Verdict.Handled);
    expect(host.transport.received[1]!.payload).toEqual(pattern(16));
  });

  it("may have any length, and reserved bits are ignored", () => {
    const host = new PacketHost();
    for (const length of [1, 7, 8, 9, 60_000])
      expect(host.deliver(atomic(pattern(length)))).toBe(Verdict.Handled);
    const reserved = { nextHeader: PROTOCOL, identification: 7, reserved: 0xff, reservedBits: 3 };
    const strange = peerPacket({ nextHeader: 44 }, fragmentHeader(reserved, pattern(9)));
    expect(host.deliver(strange)).toBe(Verdict.Handled);
  });
});

/** RFC 7112 5, RFC 8200 4.5; conformance.md C-S2. */
describe("a first fragment without the whole header chain", () => {
  const tcp = tcpSegment({
    source: PEER,
    destination: OURS,
    sourcePort: 1,
    destinationPort: 2,
    sequence: 0,
    acknowledgment: 0,
    flags: "S",
  });
  const long = ipv6OptionsHeader({ nextHeader: 6, options: [{ type: 0x3e, data: new Uint8Array(20) }] }, tcp);
  const cases: [string, number, Uint8Array, number, boolean][] = [
    ["TCP, cut in its header", 6, tcp, 16, false],
    ["TCP, with all of it", 6, new Uint8Array([...tcp, ...pattern(8)]), 24, true],
    ["UDP, with all of it", 17, pattern(24), 8, true],
    ["destination options, cut", 60, long, 16, false],
    ["destination options, whole, without TCP", 60, long, 24, false],
    ["destination options, whole, with half of TCP", 60, long, 40, false],
    ["destination options and TCP", 60, new Uint8Array([...long, ...pattern(8)]), 48, true],
    ["nothing, and next header 59", 59, pattern(24), 8, true],
    ["an unknown protocol", 138, pattern(24), 8, true],
  ];
  it.each(cases)("%s", (_name, protocol, payload, cut, complete) => {
    const host = new PacketHost();
    const first = fragment(0, cut, false, {}, { protocol }, payload);
    expect(host.deliver(first)).toBe(complete ? Verdict.Queued : Verdict.HeaderChainTooLong);
    expect(kindsOf(host)).toEqual(complete ? [] : [["IncompleteHeaderChain", 0]]);
    if (!complete) expect(host.errors.sent[0]!.quote).toEqual(first);
    expect(host.internet.statistics()["reassemblyQueues"]).toBe(complete ? 1 : 0);
  });
});

/** RFC 3168 5.3. */
describe("the ECN field of a packet in fragments", () => {
  const { NotCapable, Capable0, Capable1, CongestionExperienced } = Ecn;
  const combinations: [number, number, number | null][] = [
    [NotCapable, NotCapable, NotCapable],
    [Capable0, Capable0, Capable0],
    [Capable0, CongestionExperienced, CongestionExperienced],
    [CongestionExperienced, Capable1, CongestionExperienced],
    [Capable0, NotCapable, Capable0],
    [NotCapable, CongestionExperienced, null],
    [CongestionExperienced, NotCapable, null],
  ];
  it.each(combinations)("of %i and %i is %s", (first, second, expected) => {
    const host = new PacketHost();
    host.deliver(fragment(0, 8, false, { trafficClass: 0xa4 | first, flowLabel: 0xfffff }));
    const verdict = host.deliver(fragment(8, 16, true, { trafficClass: 0xa4 | second }));
    if (expected === null) {
      expect(verdict).toBe(Verdict.FragmentMalformed);
    } else {
      const { info } = host.transport.received[0]!;
      expect(info).toMatchObject({ trafficClass: 0xa4 | expected, flowLabel: 0xfffff });
    }
  });
});

/** RFC 8200 4.5; IPv6 Ready v6LC.1.3.2; conformance.md C-S4. */
describe("a packet that does not become whole", () => {
  it("is given up after 60 s, with a word to its sender when its first fragment came", () => {
    const host = new PacketHost();
    const header = fragmentHeader(
      { nextHeader: PROTOCOL, identification: 7, moreFragments: true },
      octets.subarray(0, 24),
    );
    const first = ipv6Packet(
      { source: PEER, destination: OURS, nextHeader: 0 },
      ipv6OptionsHeader({ nextHeader: 44 }, header),
    );
    host.deliver(fragment(24, 32, false));
    host.deliver(first);
    expect(host.internet.nextDeadline()).toBe(61_000);
    host.runUntil(60_999);
    expect(host.errors.sent).toEqual([]);
    host.runUntil(61_000);
    expect(host.errors.sent).toEqual([
      { kind: "ReassemblyTimeExceeded", pointer: 0, cast: "unicast", quote: first },
    ]);
    expect(host.internet.statistics()).toMatchObject({
      reassemblyQueues: 0,
      reassemblyOctets: 0,
      reassemblyTimeouts: 1,
    });
    expect(host.internet.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("is given up silently when it did not", () => {
    const host = new PacketHost();
    host.deliver(fragment(8, 16, false));
    host.runUntil(61_000);
    expect(host.internet.statistics()["reassemblyTimeouts"]).toBe(1);
    expect(host.errors.sent).toEqual([]);
  });

  it("says in the error how it was addressed, so that a group is not answered", () => {
    const host = new PacketHost();
    host.groups.joined.add(GROUP);
    host.deliver(fragment(0, 8, false, { destination: GROUP }), { cast: "multicast" });
    host.runUntil(61_000);
    expect(host.errors.sent[0]).toMatchObject({ cast: "multicast" });
  });

  it("does not wait longer because more pieces come, and takes none once its time is over", () => {
    const host = new PacketHost();
    host.deliver(fragment(0, 8, false));
    host.now = 60_000;
    host.deliver(fragment(8, 16, false));
    host.now = 61_000;
    expect(host.deliver(fragment(16, 24, true))).toBe(Verdict.Queued);
    expect(host.errors.sent.length).toBe(1);
    expect(host.transport.received).toEqual([]);
  });
});
