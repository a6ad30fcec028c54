import { icmpV6Message, ipv6Packet } from "@mnet/conformance";
import { IcmpErrorKind, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IcmpV6Harness, pattern } from "./harness.ts";

const Kind = IcmpErrorKind;
const around = { source: "fd00::9", destination: "fd00::1" };
const quoted = ipv6Packet({ source: "fd00::1", destination: "fd00::9", nextHeader: 17 }, pattern(8));
const error = (type: number, code: number, rest = 0, body: Uint8Array = quoted): Uint8Array =>
  icmpV6Message({ ...around, type, code, rest }, body);

describe("errors that arrive", () => {
  it.each([
    [1, 0, Kind.NetworkUnreachable],
    [1, 1, Kind.AdministrativelyProhibited],
    [1, 2, Kind.NetworkUnreachable],
    [1, 3, Kind.HostUnreachable],
    [1, 4, Kind.PortUnreachable],
    [1, 5, Kind.AdministrativelyProhibited],
    [1, 6, Kind.AdministrativelyProhibited],
    [1, 7, Kind.SourceRouteFailed],
    [1, 200, Kind.HostUnreachable],
    [2, 0, Kind.PacketTooBig],
    [2, 9, Kind.PacketTooBig],
    [3, 0, Kind.HopLimitExceeded],
    [3, 1, Kind.ReassemblyTimeExceeded],
    [3, 2, Kind.HopLimitExceeded],
    [4, 0, Kind.ParameterProblem],
    [4, 1, Kind.ProtocolUnreachable],
    [4, 2, Kind.UnrecognizedOption],
    [4, 3, Kind.IncompleteHeaderChain],
    [4, 4, Kind.ParameterProblem],
    // RFC 4443 2.4 a: an error of an unknown type goes to the upper layer as well.
    [5, 0, Kind.HostUnreachable],
    [100, 1, Kind.HostUnreachable],
    [127, 0, Kind.HostUnreachable],
  ])("type %i code %i is kind %i", (type, code, kind) => {
    const { ip, icmp } = new IcmpV6Harness();
    expect(ip.deliver(58, error(type, code), { source: around.source }, 0)).toBe(Verdict.Handled);
    expect(ip.reported).toEqual([{ kind, mtu: 0, quoted }]);
    expect(icmp.sent.snapshot()).toEqual({});
  });

  it("carry the 32-bit MTU of a packet too big only (RFC 4443 3.2)", () => {
    const harness = new IcmpV6Harness();
    harness.arrive(error(2, 0, 1400), { source: around.source });
    harness.arrive(error(2, 0, 0xffffffff), { source: around.source });
    harness.arrive(error(1, 3, 1400), { source: around.source });
    expect(harness.ip.reported.map(({ mtu }) => mtu)).toEqual([1400, 0xffffffff, 0]);
  });

  it("are passed on however little they quote", () => {
    const harness = new IcmpV6Harness();
    for (let length = 0; length <= quoted.length; length++) {
      harness.arrive(error(1, 4, 0, quoted.subarray(0, length)), { source: around.source });
      expect(harness.ip.reported.at(-1)!.quoted).toEqual(quoted.subarray(0, length));
    }
  });

  it.each([
    ["extensions behind a quote of 128 octets are cut off", 16, 152, 128],
    ["extensions behind a longer quote too", 32, 300, 256],
    ["a length past the end is none", 32, 200, 200],
    ["a length under 128 octets is none", 8, 200, 200],
    ["no length: all of it is the quote", 0, 200, 200],
  ])("RFC 4884: %s", (_name, units, present, expected) => {
    const harness = new IcmpV6Harness();
    const fields = { source: "fd00::1", destination: "fd00::9", nextHeader: 17 };
    const body = ipv6Packet(fields, pattern(280)).subarray(0, present);
    for (const type of [1, 3]) {
      harness.arrive(error(type, 0, units * 2 ** 24, body), { source: around.source });
      expect(harness.ip.reported.at(-1)!.quoted).toEqual(body.subarray(0, expected));
    }
    // The others have an MTU or a pointer there.
    for (const type of [2, 4]) {
      harness.arrive(error(type, 0, units * 2 ** 24, body), { source: around.source });
      expect(harness.ip.reported.at(-1)!.quoted).toEqual(body);
    }
  });

  it("say what IP made of them", () => {
    const harness = new IcmpV6Harness();
    harness.ip.reportVerdict = Verdict.UnknownFlow;
    expect(harness.arrive(error(1, 4), { source: around.source })).toBe(Verdict.UnknownFlow);
    expect(harness.icmp.counters.snapshot()).toEqual({ UnknownFlow: 1 });
  });

  it("are dropped when they were sent to a group, are corrupt, or of type 0", () => {
    const harness = new IcmpV6Harness();
    const group = { source: around.source, destination: "ff02::1" };
    const toGroup = icmpV6Message({ ...group, type: 1, code: 4 }, quoted);
    expect(harness.arrive(toGroup, group)).toBe(Verdict.BadDestination);
    expect(harness.arrive(error(1, 4), { source: "fd00::8" })).toBe(Verdict.BadChecksum);
    expect(harness.arrive(error(0, 0), { source: around.source })).toBe(Verdict.UnknownType);
    expect(harness.ip.reported).toEqual([]);
  });
});

describe("messages that mean nothing to us", () => {
  const discovery = [130, 131, 132, 133, 134, 135, 136, 137, 143];

  it("are listener and neighbor discovery when IP does not keep them, and all unknown informational types (2.4 b)", () => {
    const harness = new IcmpV6Harness();
    for (let type = 130; type < 256; type++) {
      const verdict = discovery.includes(type) ? Verdict.Ignored : Verdict.UnknownType;
      expect(harness.arrive(error(type, 0), { source: around.source })).toBe(verdict);
    }
    expect(harness.ip.sent).toEqual([]);
    expect(harness.ip.reported).toEqual([]);
  });
});
