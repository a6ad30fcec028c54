import { type DatagramArrives, icmpV6EchoReply, icmpV6EchoRequest } from "@mnet/conformance";
import { IcmpErrorKind, IpAddress, IpProtocol, RxChecksum, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { EchoRecord, IcmpV6Harness, pattern } from "./harness.ts";

const OURS = "fd00::1";
const PEER = "fd00::2";
const numbers = { identifier: 0xbeef, sequence: 0xffff };

function request(how: DatagramArrives = {}, size = 56): Uint8Array {
  const { source = PEER, destination = OURS } = how;
  return icmpV6EchoRequest({ source, destination, ...numbers }, pattern(size));
}

describe("echo reply (RFC 4443 4.2)", () => {
  it.each([0, 1, 56, 1452, 1453, 65507, 65527])(
    "returns identifier, sequence number and %i octets of data, with the checksum of the way back",
    (size) => {
      const { ip, icmp } = new IcmpV6Harness();
      expect(ip.deliver(IpProtocol.Icmpv6, request({}, size), {}, 5)).toBe(Verdict.Handled);
      expect(ip.sent).toHaveLength(1);
      const reply = icmpV6EchoReply({ source: OURS, destination: PEER, ...numbers }, pattern(size));
      expect(ip.sent[0]!.octets).toEqual(reply);
      expect(ip.sent[0]).toMatchObject({ source: OURS, destination: PEER, protocol: 58, at: 5 });
      expect(icmp.sent.of(Verdict.Handled)).toBe(1);
    },
  );

  it("has IP's own hop limit, may be fragmented, and reflects the DSCP but not the ECN field", () => {
    const harness = new IcmpV6Harness();
    harness.arrive(request(), { hopLimit: 3, trafficClass: 0xbb, flowLabel: 0x12345 });
    const expected = { hopLimit: 0, trafficClass: 0xb8, dontFragment: "no" };
    expect(harness.ip.sent[0]).toMatchObject(expected);
  });

  it("comes from the unicast address that was asked (RFC 4443 2.2 a)", () => {
    const { ip } = new IcmpV6Harness({ addresses: ["fe80::1/64", "fd00::1/64"] });
    const asked = { source: "fe80::2", destination: OURS };
    ip.deliver(IpProtocol.Icmpv6, request(asked), asked, 0);
    expect(ip.sent[0]).toMatchObject({ source: OURS, destination: "fe80::2" });
  });

  it("to a request that went to a group comes from a unicast address (2.2 b; behaviour I4)", () => {
    const { ip } = new IcmpV6Harness({ addresses: ["fe80::1/64", "fd00::1/64"] });
    for (const source of ["fe80::2", "fd00::2"]) {
      const asked = { source, destination: "ff02::1" };
      expect(ip.deliver(IpProtocol.Icmpv6, request(asked), { ...asked, linkCast: "multicast" }, 0)).toBe(
        Verdict.Handled,
      );
    }
    expect(ip.sent.map(({ source, destination }) => [source, destination])).toEqual([
      ["fe80::1", "fe80::2"],
      ["fd00::1", "fd00::2"],
    ]);
  });

  it("answers pings to itself over the loopback", () => {
    const harness = new IcmpV6Harness();
    const asked = { source: "::1", destination: "::1" };
    harness.arrive(request(asked), { ...asked, loopback: true });
    expect(harness.ip.sent[0]).toMatchObject(asked);
  });

  it.each([
    ["unicast, in a multicast frame", { linkCast: "multicast" }, Verdict.BadDestination],
    ["unicast, in a broadcast frame", { linkCast: "broadcast" }, Verdict.BadDestination],
    ["from ::", { source: "::" }, Verdict.BadSource],
    ["from a group", { source: "ff02::1" }, Verdict.BadSource],
    ["from ::1, but off the wire", { source: "::1" }, Verdict.BadSource],
    ["from :: to a group", { source: "::", destination: "ff02::1" }, Verdict.BadSource],
  ] as const)("ignores requests %s", (_name, how, verdict) => {
    const harness = new IcmpV6Harness();
    expect(harness.arrive(request(how), how)).toBe(verdict);
    expect(harness.ip.sent).toEqual([]);
    expect(harness.icmp.counters.of(verdict)).toBe(1);
  });

  it("verifies the checksum, pseudo-header included, unless IP did", () => {
    const harness = new IcmpV6Harness();
    expect(harness.arrive(request({ source: "fd00::3" }))).toBe(Verdict.BadChecksum);
    expect(harness.ip.sent).toEqual([]);
    const verified = { rxChecksum: RxChecksum.Verified };
    expect(harness.arrive(request({ source: "fd00::3" }), verified)).toBe(Verdict.Handled);
    expect(harness.messages()[0]).toMatchObject({ type: 129, checksumValid: true });
  });

  it("drops what is shorter than its header", () => {
    const harness = new IcmpV6Harness();
    for (let length = 0; length < 8; length++) {
      expect(harness.arrive(request().subarray(0, length))).toBe(Verdict.TooShort);
    }
  });
});

describe("echo reply rate", () => {
  it("loses none of a flood ping of 10 000, at once", () => {
    const harness = new IcmpV6Harness();
    for (let sent = 0; sent < 10_000; sent++) harness.arrive(request());
    expect(harness.icmp.counters.of(Verdict.Handled)).toBe(10_000);
  });

  it("is much lower for groups, where one request makes many answers", () => {
    const harness = new IcmpV6Harness();
    const asked = { source: PEER, destination: "ff02::1" };
    for (let sent = 0; sent < 300; sent++) harness.arrive(request(asked), asked, 1000);
    expect(harness.ip.take()).toHaveLength(100);
    for (let sent = 0; sent < 300; sent++) harness.arrive(request(asked), asked, 1500);
    expect(harness.ip.take()).toHaveLength(50);
    // Not at the cost of those who asked us alone.
    expect(harness.arrive(request(), {}, 1500)).toBe(Verdict.Handled);
  });
});

describe("an echo request", () => {
  const to = IpAddress.parse(PEER);

  it("is type 128, and its reply is reported once with its round trip", () => {
    const harness = new IcmpV6Harness();
    const record = new EchoRecord();
    const { identifier } = harness.icmp.echo({ to, timeout: 1000 }, record, 100);
    const [sent] = harness.messages();
    expect(sent).toMatchObject({ type: 128, code: 0, sequence: 1, checksumValid: true });
    expect(sent!.payload).toHaveLength(56);
    const answer = { source: PEER, destination: OURS, identifier, sequence: 1 };
    const reply = icmpV6EchoReply(answer, sent!.payload);
    expect(harness.arrive(reply, { hopLimit: 57 }, 112)).toBe(Verdict.Handled);
    expect(harness.arrive(reply, { hopLimit: 57 }, 113)).toBe(Verdict.UnknownFlow);
    expect(record).toEqual({
      replies: [{ from: to, roundTrip: 12, hopLimit: 57, octets: 56 }],
      failures: [],
    });
  });

  it("to a group may be answered by anyone", () => {
    const harness = new IcmpV6Harness();
    const record = new EchoRecord();
    const group = IpAddress.parse("ff02::1");
    const { identifier } = harness.icmp.echo({ to: group, timeout: 1000 }, record, 0);
    const [sent] = harness.messages();
    const source = "fe80::77";
    const reply = icmpV6EchoReply({ source, destination: OURS, identifier, sequence: 1 }, sent!.payload);
    harness.arrive(reply, { source });
    expect(record.replies[0]!.from.toString()).toBe(source);
  });

  it.each([0, 65507, 65527])("takes %i octets", (size) => {
    const harness = new IcmpV6Harness();
    harness.icmp.echo({ to, size, timeout: 1000 }, new EchoRecord(), 0);
    expect(harness.messages()[0]!.payload).toHaveLength(size);
  });

  it("takes no more, and no other family", () => {
    const { icmp } = new IcmpV6Harness();
    const ask = (asked: object) => (): unknown =>
      icmp.echo({ to, timeout: 1, ...asked }, new EchoRecord(), 0);
    expect(ask({ size: 65528 })).toThrow("size must be an integer from 0 to 65527, not 65528");
    expect(ask({ to: IpAddress.parse("10.0.0.2") })).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT" }),
    );
    expect(ask({ from: IpAddress.parse("10.0.0.1") })).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT" }),
    );
  });

  it.each([
    ["address unreachable", IcmpErrorKind.HostUnreachable, "EHOSTUNREACH"],
    ["unrecognized next header", IcmpErrorKind.ProtocolUnreachable, "ECONNREFUSED"],
    ["unrecognized option", IcmpErrorKind.UnrecognizedOption, "EHOSTUNREACH"],
    ["incomplete header chain", IcmpErrorKind.IncompleteHeaderChain, "EHOSTUNREACH"],
  ])("ends with the code of an error: %s", (_name, kind, code) => {
    const harness = new IcmpV6Harness();
    const record = new EchoRecord();
    harness.icmp.echo({ to, timeout: 1000 }, record, 0);
    const quoted = harness.ip.sent[0]!.octets.subarray(0, 8);
    expect(harness.ip.deliverError({ kind, protocol: 58, quoted }, 0)).toBe(true);
    expect(record.failures).toEqual([code]);
  });
});
