import {
  fragmentHeader,
  icmpV6EchoRequest,
  icmpV6Message,
  ipv6OptionsHeader,
  parseIcmpV6,
  parseIpv6,
  routingHeader,
  udpDatagram,
} from "@mnet/conformance";
import { IcmpErrorKind, type IpInfo, IpProtocol, type Packet, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IcmpV6Harness, pattern, Refuser } from "./harness.ts";

const Kind = IcmpErrorKind;
const { Udp, Icmpv6, HopByHop, Routing, Fragment, DestinationOptions, NoNextHeader } = IpProtocol;
const around = { source: "fd00::2", destination: "fd00::1" };
const datagram = (data: number): Uint8Array =>
  udpDatagram({ ...around, sourcePort: 4000, destinationPort: 9 }, pattern(data));

function refuse(kind: IcmpErrorKind, pointerOrMtu: number, data = 4): IcmpV6Harness {
  const harness = new IcmpV6Harness();
  harness.ip.handle(Udp, new Refuser(harness.icmp, kind, pointerOrMtu));
  harness.ip.deliver(Udp, datagram(data), {}, 0);
  return harness;
}

describe("errors that are sent", () => {
  it.each([
    [Kind.NetworkUnreachable, 0, { type: 1, code: 0, rest: 0 }],
    [Kind.AdministrativelyProhibited, 0, { type: 1, code: 1, rest: 0 }],
    [Kind.HostUnreachable, 0, { type: 1, code: 3, rest: 0 }],
    [Kind.PortUnreachable, 0, { type: 1, code: 4, rest: 0 }],
    [Kind.SourceRouteFailed, 0, { type: 1, code: 7, rest: 0 }],
    [Kind.PacketTooBig, 1400, { type: 2, code: 0, rest: 1400 }],
    [Kind.HopLimitExceeded, 0, { type: 3, code: 0, rest: 0 }],
    [Kind.ReassemblyTimeExceeded, 0, { type: 3, code: 1, rest: 0 }],
    [Kind.ParameterProblem, 4, { type: 4, code: 0, rest: 4 }],
    [Kind.ProtocolUnreachable, 6, { type: 4, code: 1, rest: 6 }],
    [Kind.UnrecognizedOption, 42, { type: 4, code: 2, rest: 42 }],
    [Kind.IncompleteHeaderChain, 0, { type: 4, code: 3, rest: 0 }],
    [Kind.ParameterProblem, 70_000, { type: 4, code: 0, rest: 70_000 }],
  ])("kind %i with %i reads %o", (kind, pointerOrMtu, fields) => {
    const [message] = refuse(kind, pointerOrMtu).messages();
    expect(message).toMatchObject({ ...fields, checksumValid: true });
  });

  it("go from the address that was asked to the sender", () => {
    const [sent] = refuse(Kind.PortUnreachable, 0).ip.sent;
    const expected = { source: "fd00::1", destination: "fd00::2", hopLimit: 0, dontFragment: "no" };
    expect(sent).toMatchObject(expected);
  });

  it.each([
    [0, 48],
    [1, 49],
    [1184, 1232],
    [1185, 1232],
    [65527, 1232],
  ])(
    "quote a datagram of %i octets of data with %i octets: up to 1280 in all (RFC 4443 2.4 c)",
    (data, octets) => {
      const [message] = refuse(Kind.PortUnreachable, 0, data).messages();
      expect(message!.payload).toHaveLength(octets);
      expect(message!.payload.subarray(40)).toEqual(datagram(data).subarray(0, octets - 40));
      if (data <= 1184) expect(parseIpv6(message!.payload)).toMatchObject({ ...around, nextHeader: 17 });
    },
  );

  it("are limited per destination and in all (RFC 4443 2.4 f)", () => {
    const harness = new IcmpV6Harness();
    harness.ip.handle(Udp, new Refuser(harness.icmp, Kind.PortUnreachable));
    for (let sent = 0; sent < 20; sent++) harness.ip.deliver(Udp, datagram(4), {}, 0);
    expect(harness.ip.take()).toHaveLength(6);
    for (let host = 0; host < 500; host++) {
      harness.ip.deliver(Udp, datagram(4), { source: `fd00::1:${host}` }, 0);
    }
    const others = harness.ip.take().length;
    expect(others).toBeGreaterThan(25);
    expect(others).toBeLessThan(100);
    expect(harness.icmp.sent.of(Verdict.RateLimited)).toBe(520 - 6 - others);
  });
});

interface Case {
  readonly about: string;
  readonly kind?: IcmpErrorKind;
  readonly pointer?: number;
  /** What is behind the IPv6 header, and its number. */
  readonly protocol?: number;
  readonly octets?: Uint8Array;
  readonly how?: object;
  readonly alter?: (packet: Packet, info: IpInfo) => void;
}

const message = (type: number): Uint8Array => icmpV6Message({ ...around, type }, new Uint8Array(48));
const inOptions = (nextHeader: number, octets: Uint8Array): Uint8Array =>
  ipv6OptionsHeader({ nextHeader }, octets);
const inFragment = (nextHeader: number, fragmentOffset: number, octets: Uint8Array): Uint8Array =>
  fragmentHeader({ nextHeader, identification: 1, fragmentOffset, moreFragments: true }, octets);
/** A destination options header whose one option has the type, at octet 42 of the packet. */
const option = (type: number): Uint8Array =>
  ipv6OptionsHeader({ nextHeader: NoNextHeader, options: [{ type, data: new Uint8Array(4) }] });
const group = { destination: "ff02::1", linkCast: "multicast" } as const;

const forbidden: readonly (Case & { readonly verdict: Verdict })[] = [
  { about: "an error (e.1)", protocol: Icmpv6, octets: message(1), verdict: Verdict.Ignored },
  { about: "an unknown error (e.1)", protocol: Icmpv6, octets: message(127), verdict: Verdict.Ignored },
  { about: "a redirect (e.2)", protocol: Icmpv6, octets: message(137), verdict: Verdict.Ignored },
  {
    about: "a message without its type",
    protocol: Icmpv6,
    octets: new Uint8Array(0),
    verdict: Verdict.Ignored,
  },
  {
    about: "what may be an error behind the end",
    protocol: HopByHop,
    octets: Uint8Array.of(Icmpv6, 9, 0, 0, 0, 0, 0, 0),
    verdict: Verdict.Ignored,
  },
  {
    about: "an error behind extension headers",
    protocol: HopByHop,
    octets: inOptions(
      Routing,
      routingHeader(
        { nextHeader: DestinationOptions, type: 0, segmentsLeft: 0 },
        inOptions(Icmpv6, message(3)),
      ),
    ),
    verdict: Verdict.Ignored,
  },
  {
    about: "an error behind an authentication header",
    protocol: 51,
    octets: Uint8Array.of(Icmpv6, 1, ...new Uint8Array(10), ...message(1)),
    verdict: Verdict.Ignored,
  },
  {
    about: "the first fragment of an error",
    protocol: Fragment,
    octets: inFragment(Icmpv6, 0, message(1)),
    verdict: Verdict.Ignored,
  },
  {
    about: "a later fragment of what may be an error",
    protocol: Fragment,
    octets: inFragment(Icmpv6, 8, message(128)),
    verdict: Verdict.Ignored,
  },
  { about: "something to a group (e.3)", how: group, verdict: Verdict.BadDestination },
  {
    about: "a unicast in a multicast frame (e.4)",
    how: { linkCast: "multicast" },
    verdict: Verdict.BadDestination,
  },
  {
    about: "a unicast in a broadcast frame (e.5)",
    how: { linkCast: "broadcast" },
    verdict: Verdict.BadDestination,
  },
  { about: "something from :: (e.6)", how: { source: "::" }, verdict: Verdict.BadSource },
  { about: "something from a group (e.6)", how: { source: "ff02::5" }, verdict: Verdict.BadSource },
  { about: "something from ::1 off the wire", how: { source: "::1" }, verdict: Verdict.BadSource },
  {
    about: "an option 11 to a group",
    kind: Kind.UnrecognizedOption,
    pointer: 42,
    protocol: DestinationOptions,
    octets: option(0xde),
    how: group,
    verdict: Verdict.BadDestination,
  },
  {
    about: "an option to a group that the pointer misses",
    kind: Kind.UnrecognizedOption,
    pointer: 4000,
    protocol: DestinationOptions,
    octets: option(0x9e),
    how: group,
    verdict: Verdict.BadDestination,
  },
  {
    about: "another problem to a group",
    kind: Kind.ParameterProblem,
    pointer: 42,
    protocol: DestinationOptions,
    octets: option(0x9e),
    how: group,
    verdict: Verdict.BadDestination,
  },
  {
    about: "a packet whose header is not there",
    alter: (_packet, info) => {
      info.headerStart += 100;
    },
    verdict: Verdict.TooShort,
  },
];

const allowed: readonly Case[] = [
  { about: "a datagram" },
  {
    about: "an echo request",
    protocol: Icmpv6,
    octets: icmpV6EchoRequest({ ...around, identifier: 1, sequence: 1 }),
  },
  { about: "a neighbor solicitation", protocol: Icmpv6, octets: message(135) },
  { about: "a first fragment", protocol: Fragment, octets: inFragment(Udp, 0, datagram(4)) },
  {
    about: "a later fragment of something else",
    protocol: Fragment,
    octets: inFragment(Udp, 8, datagram(4)),
  },
  { about: "a header chain cut off", protocol: HopByHop, octets: Uint8Array.of(Icmpv6, 0) },
  { about: "nothing behind the header", protocol: NoNextHeader, octets: new Uint8Array(0) },
  { about: "something from ::1 inside this stack", how: { source: "::1", loopback: true } },
  {
    about: "a packet too big for a link, to a group (e.3)",
    kind: Kind.PacketTooBig,
    pointer: 1400,
    how: group,
  },
  {
    about: "an option 10 to a group (e.3)",
    kind: Kind.UnrecognizedOption,
    pointer: 42,
    protocol: DestinationOptions,
    octets: option(0x9e),
    how: group,
  },
];

function answerTo(offending: Case): { verdict: Verdict | null; sent: number } {
  const { kind = Kind.PortUnreachable, pointer = 0, protocol = Udp, how = {}, alter } = offending;
  const { ip, icmp } = new IcmpV6Harness();
  const refuser = new Refuser(icmp, kind, pointer, alter);
  if (protocol === Icmpv6) ip.unhandle(Icmpv6);
  ip.handle(protocol, refuser);
  ip.deliver(protocol, offending.octets ?? datagram(4), how, 0);
  return { verdict: refuser.verdict, sent: ip.sent.length };
}

describe("about what no error may be sent (RFC 4443 2.4 e)", () => {
  it.each(forbidden)("$about", (offending) => {
    expect(answerTo(offending)).toEqual({ verdict: offending.verdict, sent: 0 });
  });

  it.each(allowed)("but one is sent about $about", (offending) => {
    expect(answerTo(offending)).toEqual({ verdict: Verdict.Handled, sent: 1 });
  });

  it("and one about a group comes from a unicast address (2.2 b)", () => {
    const { ip, icmp } = new IcmpV6Harness();
    ip.handle(Udp, new Refuser(icmp, Kind.PacketTooBig, 1280));
    ip.deliver(Udp, datagram(4), group, 0);
    expect(ip.sent[0]).toMatchObject({ source: "fd00::1", destination: "fd00::2" });
    expect(parseIcmpV6(ip.sent[0]!.octets, ip.sent[0]!)).toMatchObject({ type: 2, checksumValid: true });
  });
});
