import { icmpV4EchoRequest, icmpV4Message, udpDatagram } from "@mnet/conformance";
import { IcmpErrorKind, type IpInfo, IpProtocol, type Packet, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IcmpHarness, Refuser } from "./harness.ts";

const { Udp, Icmp } = IpProtocol;
const datagram = udpDatagram({
  source: "10.0.0.2",
  destination: "10.0.0.1",
  sourcePort: 9,
  destinationPort: 9,
});
const quote = new Uint8Array(28);

/** A second datagram field of the IP header: what the fake cannot build itself. */
const asFragment =
  (flagsAndOffset: number) =>
  (packet: Packet, info: IpInfo): void =>
    packet.view.setUint16(info.headerStart + 6, flagsAndOffset);

interface Case {
  readonly about: string;
  readonly octets?: Uint8Array;
  readonly protocol?: number;
  readonly how?: object;
  readonly alter?: (packet: Packet, info: IpInfo) => void;
}

const forbidden: readonly (Case & { readonly verdict: Verdict })[] = [
  {
    about: "an ICMP error",
    protocol: Icmp,
    octets: icmpV4Message({ type: 3, code: 3 }, quote),
    verdict: Verdict.Ignored,
  },
  {
    about: "a redirect",
    protocol: Icmp,
    octets: icmpV4Message({ type: 5, code: 0 }, quote),
    verdict: Verdict.Ignored,
  },
  {
    about: "an unknown ICMP type",
    protocol: Icmp,
    octets: icmpV4Message({ type: 77, code: 0 }),
    verdict: Verdict.Ignored,
  },
  {
    about: "an ICMP message without its type",
    protocol: Icmp,
    octets: new Uint8Array(0),
    verdict: Verdict.Ignored,
  },
  { about: "a multicast", how: { destination: "224.0.0.9" }, verdict: Verdict.BadDestination },
  { about: "a limited broadcast", how: { destination: "255.255.255.255" }, verdict: Verdict.BadDestination },
  { about: "a directed broadcast", how: { destination: "10.0.0.255" }, verdict: Verdict.BadDestination },
  {
    about: "a unicast in a broadcast frame",
    how: { linkCast: "broadcast" },
    verdict: Verdict.BadDestination,
  },
  {
    about: "a unicast in a multicast frame",
    how: { linkCast: "multicast" },
    verdict: Verdict.BadDestination,
  },
  { about: "a fragment that is not the first", alter: asFragment(0x0001), verdict: Verdict.Ignored },
  { about: "the last fragment", alter: asFragment(0x1fff), verdict: Verdict.Ignored },
  { about: "something from 0.0.0.0", how: { source: "0.0.0.0" }, verdict: Verdict.BadSource },
  {
    about: "something from 127.0.0.1 off the wire",
    how: { source: "127.0.0.1" },
    verdict: Verdict.BadSource,
  },
  { about: "something from a group", how: { source: "239.1.1.1" }, verdict: Verdict.BadSource },
  { about: "something from class E", how: { source: "250.0.0.1" }, verdict: Verdict.BadSource },
  { about: "something from a broadcast address", how: { source: "10.0.0.255" }, verdict: Verdict.BadSource },
];

const allowed: readonly Case[] = [
  { about: "a unicast datagram" },
  { about: "a first fragment", alter: asFragment(0x2000) },
  { about: "a datagram with DF", alter: asFragment(0x4000) },
  { about: "an echo request", protocol: Icmp, octets: icmpV4EchoRequest({ identifier: 1, sequence: 1 }) },
  { about: "an echo reply", protocol: Icmp, octets: icmpV4Message({ type: 0, code: 0 }) },
  { about: "something from 127.0.0.1 inside this stack", how: { source: "127.0.0.1", loopback: true } },
  { about: "something reassembled", how: { reassembled: true } },
];

function answerTo({ octets = datagram, protocol = Udp, how = {}, alter }: Case): {
  verdict: Verdict | null;
  sent: number;
} {
  const { ip, icmp } = new IcmpHarness();
  const refuser = new Refuser(icmp, IcmpErrorKind.PortUnreachable, 0, alter);
  if (protocol === Icmp) ip.unhandle(Icmp);
  ip.handle(protocol, refuser);
  ip.deliver(protocol, octets, how, 0);
  return { verdict: refuser.verdict, sent: ip.sent.length };
}

describe("about what no error may be sent (RFC 1122 3.2.2)", () => {
  it.each(forbidden)("$about", (offending) => {
    expect(answerTo(offending)).toEqual({ verdict: offending.verdict, sent: 0 });
  });

  it.each(allowed)("but one is sent about $about", (offending) => {
    expect(answerTo(offending)).toEqual({ verdict: Verdict.Handled, sent: 1 });
  });
});
