import { IcmpErrorKind, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { pattern, peerPacket, Recorder, TestHost } from "./support.ts";

/** RFC 1122 3.2.2.1; conformance.md C-C2, C-C3. Whether an error may be sent is `@mnet/icmp`'s to say: it gets what it needs for that. */
describe("a datagram that nobody takes", () => {
  it("for an unknown protocol is answered with protocol unreachable", () => {
    const host = new TestHost();
    const datagram = peerPacket({ protocol: 99, options: new Uint8Array([1, 1, 1, 1]) }, pattern(30));
    expect(host.deliver(datagram)).toBe(Verdict.ProtocolUnreachable);
    expect(host.errors.sent).toEqual([
      {
        kind: IcmpErrorKind.ProtocolUnreachable,
        cast: "unicast",
        linkCast: "unicast",
        quote: datagram,
        start: 24,
      },
    ]);
    expect(host.layer.counters.of(Verdict.ProtocolUnreachable)).toBe(1);
  });

  it("for an unknown port is answered with port unreachable, quoted from its header on", () => {
    const host = new TestHost();
    host.transport.verdict = Verdict.PortUnreachable;
    host.transport.onInput = (packet) => {
      // As a transport may that has parsed its header and trimmed to its own length.
      packet.start += 8;
      packet.end -= 2;
    };
    const datagram = peerPacket({}, pattern(30));
    expect(host.deliver(datagram)).toBe(Verdict.PortUnreachable);
    expect(host.errors.sent[0]).toEqual({
      kind: IcmpErrorKind.PortUnreachable,
      cast: "unicast",
      linkCast: "unicast",
      quote: datagram,
      start: 20,
    });
  });

  it.each(["10.0.0.255", "255.255.255.255", "224.0.0.1"])(
    "says with the error that it was for %s",
    (destination) => {
      const host = new TestHost();
      const cast = destination.startsWith("224") ? "multicast" : "broadcast";
      host.receive({ destination, protocol: 99 }, pattern(8), { cast });
      expect(host.errors.sent[0]).toMatchObject({ cast, linkCast: cast });
    },
  );

  it("in fragments is answered once, with a quote of the whole", () => {
    const host = new TestHost();
    host.receive({ protocol: 99, identification: 1, moreFragments: true }, pattern(16));
    expect(host.errors.sent).toEqual([]);
    host.receive({ protocol: 99, identification: 1, fragmentOffset: 16 }, pattern(5));
    expect(host.errors.sent.length).toBe(1);
    expect(host.errors.sent[0]!.quote.length).toBe(41);
  });

  it("is not answered for any other reason", () => {
    const host = new TestHost();
    for (const verdict of [
      Verdict.BadChecksum,
      Verdict.QueueFull,
      Verdict.NoConnection,
      Verdict.UnknownType,
    ] as const) {
      host.transport.verdict = verdict;
      expect(host.receive()).toBe(verdict);
    }
    expect(host.errors.sent).toEqual([]);
  });
});

describe("protocols", () => {
  it("are registered once, and may be given up", () => {
    const host = new TestHost();
    const other = new Recorder();
    expect(() => host.layer.handle(253, other)).toThrow("protocol 253");
    host.layer.unhandle(253);
    expect(host.receive()).toBe(Verdict.ProtocolUnreachable);
    host.layer.handle(253, other);
    expect(host.receive()).toBe(Verdict.Handled);
    expect(other.received.length).toBe(1);
  });

  it.each([-1, 256, 1.5])("have no number %d", (protocol) => {
    const host = new TestHost();
    expect(() => host.layer.handle(protocol, host.transport)).toThrow(RangeError);
    expect(() => host.layer.unhandle(protocol)).toThrow(RangeError);
  });
});

/** RFC 1122 3.2.2.5: a host SHOULD generate parameter problem messages. */
describe("a datagram with an option that cannot be", () => {
  it.each([
    ["a length of 1", [1, 7, 1, 0], 22],
    ["a length past the header", [1, 1, 7, 9], 23],
    ["no length at all", [1, 1, 1, 7], 23],
  ])("%s is answered with parameter problem, the pointer at the octet", (_what, options, pointer) => {
    const host = new TestHost();
    const datagram = peerPacket({ options: new Uint8Array(options) }, pattern(30));
    // Behind it the padding of a short frame, which is not quoted.
    expect(host.deliver(Uint8Array.from([...datagram, 0, 0, 0]))).toBe(Verdict.BadOption);
    const { kind, quote, start } = host.errors.sent[0]!;
    expect({ kind, quote, start }).toEqual({
      kind: IcmpErrorKind.ParameterProblem,
      quote: datagram,
      start: 0,
    });
    expect(host.errors.details).toEqual([pointer]);
    expect(host.transport.received).toEqual([]);
  });

  it("that is for somebody else, from nobody, or source routed is dropped without a word", () => {
    const host = new TestHost();
    const bad = new Uint8Array([7, 1, 0, 0]);
    host.receive({ destination: "10.0.0.77", options: bad }, pattern(8));
    host.receive({ source: "127.0.0.1", options: bad }, pattern(8));
    host.receive({ options: new Uint8Array([131, 3, 4, 0]) }, pattern(8));
    expect(host.errors.sent).toEqual([]);
  });
});
