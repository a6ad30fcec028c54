import { icmpV4Message, ipv4Packet } from "@mnet/conformance";
import { IcmpErrorKind, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IcmpHarness, pattern } from "./harness.ts";

const Kind = IcmpErrorKind;
const quoted = ipv4Packet({ source: "10.0.0.1", destination: "192.0.2.9", protocol: 17 }, pattern(8));

describe("errors that arrive", () => {
  it.each([
    [3, 0, Kind.NetworkUnreachable],
    [3, 1, Kind.HostUnreachable],
    [3, 2, Kind.ProtocolUnreachable],
    [3, 3, Kind.PortUnreachable],
    [3, 4, Kind.PacketTooBig],
    [3, 5, Kind.SourceRouteFailed],
    [3, 6, Kind.NetworkUnreachable],
    [3, 7, Kind.HostUnreachable],
    [3, 8, Kind.NetworkUnreachable],
    [3, 9, Kind.AdministrativelyProhibited],
    [3, 10, Kind.AdministrativelyProhibited],
    [3, 11, Kind.NetworkUnreachable],
    [3, 12, Kind.HostUnreachable],
    [3, 13, Kind.AdministrativelyProhibited],
    [3, 14, Kind.AdministrativelyProhibited],
    [3, 15, Kind.AdministrativelyProhibited],
    [11, 0, Kind.HopLimitExceeded],
    [11, 1, Kind.ReassemblyTimeExceeded],
    [12, 0, Kind.ParameterProblem],
    [12, 1, Kind.ParameterProblem],
    [12, 2, Kind.ParameterProblem],
  ])("type %i code %i is kind %i", (type, code, kind) => {
    const { ip, icmp } = new IcmpHarness();
    expect(ip.deliver(1, icmpV4Message({ type, code }, quoted), {}, 0)).toBe(Verdict.Handled);
    expect(ip.reported).toEqual([{ kind, mtu: 0, quoted }]);
    expect(icmp.sent.snapshot()).toEqual({});
  });

  it.each([
    [3, 16],
    [3, 255],
    [11, 2],
    [12, 3],
  ])("type %i code %i is unknown and dropped", (type, code) => {
    const harness = new IcmpHarness();
    expect(harness.arrive(icmpV4Message({ type, code }, quoted))).toBe(Verdict.UnknownType);
    expect(harness.ip.reported).toEqual([]);
  });

  it("carry the next-hop MTU of a packet too big only (RFC 1191 4)", () => {
    const harness = new IcmpHarness();
    harness.arrive(icmpV4Message({ type: 3, code: 4, rest: 1400 }, quoted));
    harness.arrive(icmpV4Message({ type: 3, code: 1, rest: 1400 }, quoted));
    expect(harness.ip.reported.map(({ mtu }) => mtu)).toEqual([1400, 0]);
  });

  it("are passed on however little they quote", () => {
    const harness = new IcmpHarness();
    for (let length = 0; length <= quoted.length; length++) {
      harness.arrive(icmpV4Message({ type: 3, code: 3 }, quoted.subarray(0, length)));
      expect(harness.ip.reported.at(-1)!.quoted).toEqual(quoted.subarray(0, length));
    }
  });

  it.each([
    ["extensions behind a quote of 128 octets are cut off", 32, 152, 128],
    ["extensions behind a longer quote too", 64, 300, 256],
    ["a length past the end is none", 64, 200, 200],
    ["a length under 128 octets is none", 8, 200, 200],
    ["no length: all of it is the quote", 0, 200, 200],
  ])("RFC 4884: %s", (_, words, present, expected) => {
    const harness = new IcmpHarness();
    const body = ipv4Packet({ source: "10.0.0.1", destination: "192.0.2.9", protocol: 17 }, pattern(280));
    for (const type of [3, 11, 12]) {
      harness.arrive(icmpV4Message({ type, code: 0, rest: words << 16 }, body.subarray(0, present)));
      expect(harness.ip.reported.at(-1)!.quoted).toEqual(body.subarray(0, expected));
    }
  });

  it("say what IP made of them", () => {
    const harness = new IcmpHarness();
    harness.ip.reportVerdict = Verdict.UnknownFlow;
    expect(harness.arrive(icmpV4Message({ type: 3, code: 3 }, quoted))).toBe(Verdict.UnknownFlow);
    expect(harness.icmp.counters.snapshot()).toEqual({ UnknownFlow: 1 });
  });

  it("are dropped when they were sent to a group or broadcast address, or are corrupt", () => {
    const harness = new IcmpHarness();
    const message = icmpV4Message({ type: 3, code: 3 }, quoted);
    expect(harness.arrive(message, { destination: "224.0.0.1" })).toBe(Verdict.BadDestination);
    expect(harness.arrive(message, { destination: "10.0.0.255" })).toBe(Verdict.BadDestination);
    const corrupt = icmpV4Message({ type: 3, code: 3, checksum: 1 }, quoted);
    expect(harness.arrive(corrupt)).toBe(Verdict.BadChecksum);
    expect(harness.ip.reported).toEqual([]);
  });
});

describe("messages that mean nothing to us", () => {
  it.each([
    ["source quench (RFC 6633)", 4],
    ["redirect", 5],
    ["router advertisement", 9],
    ["router solicitation", 10],
    ["timestamp", 13],
    ["timestamp reply", 14],
    ["information request", 15],
    ["information reply", 16],
    ["address mask request", 17],
    ["address mask reply", 18],
  ])("%s is ignored", (_, type) => {
    const harness = new IcmpHarness();
    for (const code of [0, 1, 255]) {
      expect(harness.arrive(icmpV4Message({ type, code }, quoted))).toBe(Verdict.Ignored);
    }
    expect(harness.ip.sent).toEqual([]);
    expect(harness.ip.reported).toEqual([]);
  });

  it("every other type is unknown, and dropped silently (RFC 1122 3.2.2)", () => {
    const harness = new IcmpHarness();
    const known = [0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
    for (let type = 0; type < 256; type++) {
      if (known.includes(type)) continue;
      expect(harness.arrive(icmpV4Message({ type, code: 0 }, quoted))).toBe(Verdict.UnknownType);
    }
    expect(harness.ip.sent).toEqual([]);
  });
});
