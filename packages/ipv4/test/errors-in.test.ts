import { type Ipv4Fields, ipv4Packet } from "@mnet/conformance";
import { IcmpErrorKind, lend, Packet, reclaim, Verdict, verdictName } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { OURS, PEER, PROTOCOL, pattern, TestHost } from "./support.ts";

const ours = (fields: Partial<Ipv4Fields> = {}, payload: Uint8Array = pattern(8)): Uint8Array =>
  ipv4Packet({ source: OURS, destination: PEER, protocol: PROTOCOL, ...fields }, payload);

function report(
  host: TestHost,
  quote: Uint8Array,
  kind: IcmpErrorKind = IcmpErrorKind.PortUnreachable,
  mtu = 0,
): Verdict {
  const packet = new Packet(quote.slice());
  const lent = lend(packet);
  const verdict = host.layer.errorReceived(kind, mtu, lent, host.now);
  expect([lent.start, lent.end]).toEqual([packet.start, packet.end]);
  reclaim(lent, packet, "up");
  return verdict;
}

/** RFC 1122 3.2.2, RFC 5927 4; conformance.md C-C5, C-C8. */
describe("an error about a datagram of ours", () => {
  it("goes to the transport that sent it", () => {
    const host = new TestHost();
    expect(report(host, ours({}, pattern(12)), IcmpErrorKind.HopLimitExceeded)).toBe(Verdict.Handled);
    expect(host.transport.errors).toEqual([
      {
        kind: IcmpErrorKind.HopLimitExceeded,
        mtu: 0,
        source: OURS,
        destination: PEER,
        loopback: false,
        quoted: pattern(12),
      },
    ]);
  });

  it("is unknown when the transport has no such flow", () => {
    const host = new TestHost();
    host.transport.live = false;
    expect(report(host, ours())).toBe(Verdict.UnknownFlow);
    expect(host.transport.errors.length).toBe(1);
  });

  const quotes: [string, Uint8Array, Verdict][] = [
    ["a quote with options", ours({ options: new Uint8Array([148, 4, 0, 0]) }), Verdict.Handled],
    ["a quote of a longer datagram", ours({ totalLength: 1500 }), Verdict.Handled],
    ["a quote whose total length a router has mangled", ours({ totalLength: 3 }), Verdict.Handled],
    ["a quote whose checksum a router has not kept", ours({ checksum: 1 }), Verdict.Handled],
    ["a quote of a first fragment", ours({ moreFragments: true }), Verdict.Handled],
    ["a quote of a later fragment", ours({ fragmentOffset: 8 }), Verdict.UnknownFlow],
    ["a quote that is not ours", ours({ source: "10.0.0.3" }), Verdict.UnknownFlow],
    ["a quote from somebody else to us", ours({ source: PEER, destination: OURS }), Verdict.UnknownFlow],
    ["a quote of a protocol that nobody speaks", ours({ protocol: 99 }), Verdict.UnknownFlow],
    ["a quote of IPv6", ours({ version: 6 }), Verdict.BadVersion],
    ["a quote with an IHL under 5", ours({ headerLength: 16 }), Verdict.BadHeaderLength],
    ["a quote with an IHL past its end", ours({ headerLength: 60 }), Verdict.BadHeaderLength],
    ["7 octets of transport header", ours({}, pattern(7)), Verdict.TooShort],
    ["an IHL that leaves too few octets", ours({ headerLength: 24 }), Verdict.TooShort],
    ["nothing", new Uint8Array(0), Verdict.TooShort],
  ];
  it.each(quotes)("with %s", (_name, quote, verdict) => {
    const host = new TestHost();
    expect(verdictName(report(host, quote))).toBe(verdictName(verdict));
    expect(host.transport.errors.length).toBe(verdict === Verdict.Handled ? 1 : 0);
  });

  it("may be cut anywhere", () => {
    const host = new TestHost();
    const quote = ours({}, pattern(40));
    for (let length = 0; length <= quote.length; length++) {
      const expected = length < 28 ? Verdict.TooShort : Verdict.Handled;
      expect(report(host, quote.subarray(0, length)), `${length}`).toBe(expected);
    }
  });

  it("may come from inside", () => {
    const host = new TestHost();
    expect(report(host, ours({ source: "127.0.0.1", destination: "127.0.0.1" }))).toBe(Verdict.Handled);
    expect(report(host, ours({ destination: OURS }))).toBe(Verdict.Handled);
    expect(host.transport.errors.map(({ loopback }) => loopback)).toEqual([true, true]);
  });
});

/** RFC 1122 2.4, 4.2.3.9; behaviour.md V4. */
describe("a neighbour that does not answer", () => {
  it("is reported to the transport of each datagram that waited, as host unreachable", () => {
    const host = new TestHost({ everybody: null });
    expect(host.send(pattern(9))).toBe(Verdict.Queued);
    expect(host.send(pattern(10))).toBe(Verdict.Queued);
    for (let second = 1; second <= 3; second++) host.resolver.onDeadline(host.now + second * 1000);
    expect(host.transport.errors).toEqual(
      [9, 10].map((length) => ({
        kind: IcmpErrorKind.HostUnreachable,
        mtu: 0,
        source: OURS,
        destination: PEER,
        loopback: false,
        quoted: pattern(length),
      })),
    );
  });

  it("is reported once for a datagram in fragments: the later ones have no transport header", () => {
    const host = new TestHost({ everybody: null });
    host.send(pattern(4000));
    host.resolver.fail(PEER, host.now);
    expect(host.transport.errors.length).toBe(1);
    expect(host.transport.errors[0]!.quoted.length).toBe(1480);
  });
});

describe("what a transport knows of its neighbour", () => {
  it("reaches the resolver", () => {
    const host = new TestHost({ gateway: "10.0.0.1" });
    host.layer.confirm(host.route("192.0.2.1"), 5);
    host.layer.doubt(host.route(PEER), 6);
    expect(host.resolver.confirmed).toEqual(["10.0.0.1"]);
    expect(host.resolver.doubted).toEqual([PEER]);
  });

  it("does not when no neighbour is concerned", () => {
    const host = new TestHost();
    for (const to of [OURS, "127.0.0.1", "224.0.0.9", "10.0.0.255"]) {
      host.layer.confirm(host.route(to), 5);
      host.layer.doubt(host.route(to), 5);
    }
    expect([host.resolver.confirmed, host.resolver.doubted]).toEqual([[], []]);
    const bare = new TestHost({ mac: null });
    expect(() => bare.layer.confirm(bare.route(PEER), 5)).not.toThrow();
  });
});
