import { type Ipv4Fields, ipv4Fragments, naiveChecksum, parseIpv4 } from "@mnet/conformance";
import { Ecn, IcmpErrorKind, Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ip, OURS, PEER, pattern, peerPacket, TestHost } from "./support.ts";

const octets = pattern(65536);

/** The octets `[from, to)` of one datagram from the peer. */
function fragment(from: number, to: number, last: boolean, fields: Partial<Ipv4Fields> = {}): Uint8Array {
  return peerPacket(
    { identification: 7, fragmentOffset: from, moreFragments: !last, ...fields },
    octets.subarray(from, to),
  );
}

/** RFC 791 3.2, RFC 815, RFC 1122 3.3.2; behaviour.md V8; conformance.md C-I5, C-I6. */
describe("reassembly", () => {
  it("delivers a datagram once, when the last missing piece comes", () => {
    const host = new TestHost();
    expect(host.deliver(fragment(24, 30, true))).toBe(Verdict.Queued);
    expect(host.deliver(fragment(0, 16, false, { ttl: 33 }))).toBe(Verdict.Queued);
    expect(host.deliver(fragment(16, 24, false))).toBe(Verdict.Handled);
    const [received] = host.transport.received;
    expect(received!.payload).toEqual(pattern(30));
    expect(received).toMatchObject({ source: PEER, destination: OURS, rxChecksum: 0 });
    expect(received!.info).toMatchObject({ reassembled: true, hopLimit: 33, cast: "unicast" });
    expect(host.layer.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
    expect(host.layer.counters.snapshot()).toEqual({ Queued: 2, Handled: 1 });
  });

  it("keeps the first fragment's header in front, options included, as that of the whole", () => {
    const host = new TestHost();
    const options = new Uint8Array([148, 4, 0, 0]);
    host.deliver(fragment(0, 16, false, { options, ttl: 5, trafficClass: 0x20 }));
    host.deliver(fragment(16, 21, true, { ttl: 6 }));
    const header = parseIpv4(host.transport.received[0]!.datagram);
    expect(header).toMatchObject({
      totalLength: 24 + 21,
      moreFragments: false,
      fragmentOffset: 0,
      identification: 7,
      ttl: 5,
      trafficClass: 0x20,
      checksumValid: true,
    });
    expect(header.options).toEqual(options);
    expect(naiveChecksum(host.transport.received[0]!.datagram.subarray(0, 24))).toBe(0);
  });

  it("does not trust what a device says about the checksum of a fragment", () => {
    const host = new TestHost();
    host.deliver(fragment(0, 8, false), { rxChecksum: 2 });
    host.deliver(fragment(8, 9, true), { rxChecksum: 2 });
    expect(host.transport.received[0]!.rxChecksum).toBe(0);
  });

  it("takes a first fragment of one unit: nobody reads the transport header before it is whole", () => {
    const host = new TestHost();
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(fragment(8, 40, true))).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload).toEqual(pattern(40));
  });

  const others: [string, Partial<Ipv4Fields>][] = [
    ["identification", { identification: 8 }],
    ["source", { source: "10.0.0.8" }],
    ["destination", { destination: "10.0.0.3" }],
    ["protocol", { protocol: 254 }],
  ];
  it.each(others)("does not mix datagrams that differ in their %s", (_name, fields) => {
    const host = new TestHost({ addresses: [`${OURS}/24`, "10.0.0.3/24"] });
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(fragment(8, 16, true, fields))).toBe(Verdict.Queued);
    expect(host.layer.statistics()["reassemblyQueues"]).toBe(2);
    expect(host.deliver(fragment(8, 16, true))).toBe(Verdict.Handled);
  });

  it("puts broadcasts and group datagrams together too", () => {
    const host = new TestHost();
    host.layer.joinGroup(ip("239.9.9.9"), 0);
    for (const [destination, cast] of [
      ["10.0.0.255", "broadcast"],
      ["239.9.9.9", "multicast"],
    ] as const) {
      host.deliver(fragment(0, 8, false, { destination }), { cast });
      host.deliver(fragment(8, 16, true, { destination }), { cast });
      expect(host.transport.received.at(-1)!.info).toMatchObject({ cast, reassembled: true });
    }
  });

  describe("gives up a datagram when", () => {
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
        "a piece covers a gap and both its sides",
        [
          [0, 16, false, "Queued"],
          [24, 40, false, "Queued"],
          [8, 32, false, "FragmentOverlap"],
        ],
      ],
      [
        "a piece starts like another and is shorter",
        [
          [0, 16, false, "Queued"],
          [0, 8, false, "FragmentOverlap"],
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
        "the second end is before the first",
        [
          [16, 24, true, "Queued"],
          [8, 16, true, "FragmentOverlap"],
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
        "the end is where a farther piece says that more follows",
        [
          [8, 24, false, "Queued"],
          [16, 24, true, "FragmentOverlap"],
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
      const host = new TestHost();
      for (const [from, to, last, expected] of steps) {
        expect(verdictName(host.deliver(fragment(from, to, last)))).toBe(expected);
      }
      expect(host.layer.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
      expect(host.transport.received).toEqual([]);
    });

    it("a piece comes again with other octets", () => {
      const host = new TestHost();
      host.deliver(fragment(0, 8, false));
      const other = peerPacket({ identification: 7, moreFragments: true }, pattern(8, 99));
      expect(host.deliver(other)).toBe(Verdict.FragmentOverlap);
      expect(host.layer.statistics()["reassemblyQueues"]).toBe(0);
    });

    it("it would be over 65 535 octets (ping of death)", () => {
      const host = new TestHost();
      host.deliver(fragment(0, 8, false));
      expect(host.deliver(fragment(65528, 65536, true))).toBe(Verdict.FragmentTooBig);
      expect(host.layer.statistics()["reassemblyQueues"]).toBe(0);
      expect(host.deliver(fragment(65512, 65520, true))).toBe(Verdict.FragmentTooBig);
      expect(host.layer.statistics()["reassemblyQueues"]).toBe(0);
    });

    it("only the first fragment's options make it over 65 535 octets", () => {
      const host = new TestHost();
      const payload = pattern(65515);
      const pieces = ipv4Fragments(
        { source: PEER, destination: OURS, protocol: 253, identification: 7 },
        payload,
        8192,
      );
      for (const piece of pieces.slice(1)) expect(host.deliver(piece)).toBe(Verdict.Queued);
      const options = new Uint8Array([1, 1, 1, 1]);
      const first = peerPacket(
        { identification: 7, moreFragments: true, options },
        payload.subarray(0, 8192),
      );
      expect(host.deliver(first)).toBe(Verdict.FragmentTooBig);
      expect(host.layer.statistics()).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0 });
    });
  });

  it("ignores a piece that comes again as it was", () => {
    const host = new TestHost();
    host.deliver(fragment(8, 16, true));
    expect(host.deliver(fragment(8, 16, true))).toBe(Verdict.Duplicate);
    expect(host.deliver(fragment(0, 8, false))).toBe(Verdict.Handled);
    expect(host.transport.received[0]!.payload).toEqual(pattern(16));
  });

  it("drops a piece that cannot be one, and goes on without it", () => {
    const host = new TestHost();
    host.deliver(fragment(0, 8, false));
    expect(host.deliver(fragment(8, 8, false))).toBe(Verdict.FragmentMalformed);
    expect(host.deliver(fragment(8, 8, true))).toBe(Verdict.FragmentMalformed);
    expect(host.deliver(fragment(8, 15, false))).toBe(Verdict.FragmentMalformed);
    expect(host.deliver(fragment(8, 15, true))).toBe(Verdict.Handled);
  });

  it("checks each piece as any datagram", () => {
    const host = new TestHost();
    expect(host.deliver(fragment(0, 8, false, { source: "127.0.0.1" }))).toBe(Verdict.BadSource);
    expect(host.deliver(fragment(0, 8, false, { destination: "10.0.0.77" }))).toBe(Verdict.NotForUs);
    expect(host.deliver(fragment(0, 8, false, { checksum: 1 }))).toBe(Verdict.BadChecksum);
    expect(host.layer.statistics()["reassemblyQueues"]).toBe(0);
  });
});

/** RFC 3168 5.3. */
describe("the ECN field of a datagram in fragments", () => {
  const { NotCapable, Capable0, Capable1, CongestionExperienced } = Ecn;
  const combinations: [number, number, number | null][] = [
    [NotCapable, NotCapable, NotCapable],
    [Capable0, Capable0, Capable0],
    [Capable1, Capable1, Capable1],
    [Capable0, CongestionExperienced, CongestionExperienced],
    [CongestionExperienced, Capable1, CongestionExperienced],
    [CongestionExperienced, CongestionExperienced, CongestionExperienced],
    [Capable0, NotCapable, Capable0],
    [NotCapable, CongestionExperienced, null],
    [CongestionExperienced, NotCapable, null],
  ];
  it.each(combinations)("of %i and %i is %s", (first, second, expected) => {
    const host = new TestHost();
    host.deliver(fragment(0, 8, false, { trafficClass: 0x20 | first }));
    const verdict = host.deliver(fragment(8, 16, true, { trafficClass: 0x20 | second }));
    if (expected === null) {
      expect(verdict).toBe(Verdict.FragmentMalformed);
      expect(host.layer.statistics()["reassemblyQueues"]).toBe(0);
    } else {
      expect(host.transport.received[0]!.info.trafficClass).toBe(0x20 | expected);
    }
  });
});

/** RFC 1122 3.3.2, RFC 792; conformance.md C-I5. */
describe("a datagram that does not become whole", () => {
  it("is given up after 30 s, with a word to its sender when its first fragment came", () => {
    const host = new TestHost();
    const first = fragment(0, 24, false, { options: new Uint8Array([148, 4, 0, 0]) });
    host.deliver(fragment(24, 32, false));
    host.deliver(first);
    expect(host.layer.nextDeadline()).toBe(31_000);
    host.runUntil(30_999);
    expect(host.errors.sent).toEqual([]);
    host.runUntil(31_000);
    expect(host.errors.sent).toEqual([
      {
        kind: IcmpErrorKind.ReassemblyTimeExceeded,
        cast: "unicast",
        linkCast: "unicast",
        quote: first,
        start: 24,
      },
    ]);
    expect(host.layer.statistics()).toMatchObject({
      reassemblyQueues: 0,
      reassemblyOctets: 0,
      reassemblyTimeouts: 1,
    });
    expect(host.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("is given up silently when it did not", () => {
    const host = new TestHost();
    host.deliver(fragment(8, 16, false));
    host.runUntil(31_000);
    expect(host.layer.statistics()["reassemblyTimeouts"]).toBe(1);
    expect(host.errors.sent).toEqual([]);
  });

  it("says in the error how it was addressed, so that a broadcast is not answered", () => {
    const host = new TestHost();
    host.deliver(fragment(0, 8, false, { destination: "10.0.0.255" }), { cast: "broadcast" });
    host.runUntil(31_000);
    expect(host.errors.sent[0]).toMatchObject({ cast: "broadcast", linkCast: "broadcast" });
  });

  it("does not wait longer because more pieces come, and takes none once its time is over", () => {
    const host = new TestHost();
    host.deliver(fragment(0, 8, false));
    host.now = 30_000;
    host.deliver(fragment(8, 16, false));
    host.now = 31_000;
    expect(host.deliver(fragment(16, 24, true))).toBe(Verdict.Queued);
    expect(host.errors.sent.length).toBe(1);
    expect(host.transport.received).toEqual([]);
  });
});
