import {
  foldChecksum,
  foldSum,
  type IcmpErrorKind,
  type IpInfo,
  IpProtocol,
  IcmpErrorKind as Kind,
  type Packet,
  sumOctets,
} from "@mnet/core";
import { Icmp } from "../message.ts";
import type { IcmpVersion } from "../version.ts";
import { answerable, isSingleHost } from "./answerable.ts";
import { IcmpType, Ipv4, NextHopMtu, QuoteWords } from "./header.ts";
import { classify, errorKindOf, messageOf } from "./kinds.ts";

/** ICMP for IPv4 (RFC 792, RFC 1122 3.2.2). */
export const icmpV4: IcmpVersion = {
  family: 4,
  protocol: IpProtocol.Icmp,
  echoRequest: IcmpType.EchoRequest,
  echoReply: IcmpType.EchoReply,
  ipHeader: Ipv4.HeaderLength,
  /** An IPv4 datagram of 65535 octets without its header. */
  longestMessage: 65535 - Ipv4.HeaderLength,
  /** "As much as possible" up to 576 octets (RFC 1812 4.3.2.3). */
  largestError: 576,
  /** RFC 1122 3.2.2.6 allows silence, so that the stack amplifies nothing. */
  answersGroups: false,
  isSingleHost,
  classify,
  errorKindOf,
  messageOf,
  answerable: (_kind, _pointerOrMtu, offending, info) => answerable(offending, info),
  checksumHolds(packet: Packet, _info: IpInfo): boolean {
    return foldSum(sumOctets(packet.view, packet.start, packet.end)) === 0xffff;
  },
  finish(packet: Packet): void {
    const { start, end, view } = packet;
    view.setUint16(start + Icmp.Checksum, foldChecksum(sumOctets(view, start, end)));
  },
  mtuOf: (view, start) => view.getUint16(start + NextHopMtu),
  quoteLength: (bytes, start) => 4 * bytes[start + QuoteWords]!,
  /** The pointer in the first octet (RFC 792), the MTU in the last two (RFC 1191 4), else 0. */
  restOf(kind: IcmpErrorKind, pointerOrMtu: number): number {
    if (kind === Kind.ParameterProblem) return (pointerOrMtu & 0xff) << 24;
    return kind === Kind.PacketTooBig ? Math.min(pointerOrMtu, 0xffff) : 0;
  },
};
