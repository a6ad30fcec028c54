import {
  foldSum,
  type IpInfo,
  IpProtocol,
  type Packet,
  pseudoHeaderSum,
  type Route,
  sumOctets,
} from "@mnet/core";
import { Icmp } from "../message.ts";
import type { IcmpVersion } from "../version.ts";
import { answerable, isSingleHost } from "./answerable.ts";
import { IcmpV6Type, Ipv6, QuoteUnits } from "./header.ts";
import { classify, errorKindOf, messageOf } from "./kinds.ts";

/** ICMP for IPv6 (RFC 4443). */
export const icmpV6: IcmpVersion = {
  family: 6,
  protocol: IpProtocol.Icmpv6,
  echoRequest: IcmpV6Type.EchoRequest,
  echoReply: IcmpV6Type.EchoReply,
  ipHeader: Ipv6.HeaderLength,
  /** The payload length of IPv6 does not count its header. */
  longestMessage: 65535,
  /** The minimum IPv6 MTU (RFC 4443 2.4 c). */
  largestError: 1280,
  /** RFC 4443 4.2: a reply SHOULD be sent to a request that went to a group. */
  answersGroups: true,
  isSingleHost,
  classify,
  errorKindOf,
  messageOf,
  answerable,
  checksumHolds(packet: Packet, info: IpInfo): boolean {
    const { start, end, view } = packet;
    const pseudo = pseudoHeaderSum(info.source, info.destination, IpProtocol.Icmpv6, end - start);
    return foldSum(pseudo + sumOctets(view, start, end)) === 0xffff;
  },
  /** The bottom of the stack or the device finishes it, as it does the transports'. */
  finish(packet: Packet, route: Route): void {
    const { source, destination } = route;
    const sum = pseudoHeaderSum(source, destination, IpProtocol.Icmpv6, packet.end - packet.start);
    packet.view.setUint16(packet.start + Icmp.Checksum, foldSum(sum));
    packet.checksumStart = packet.start;
    packet.checksumField = packet.start + Icmp.Checksum;
  },
  mtuOf: (view, start) => view.getUint32(start + Icmp.Rest),
  quoteLength: (bytes, start) => 8 * quoteUnits(bytes, start),
  /** The pointer or the MTU; unused in all other errors, for which it is 0 (RFC 4443 3.1, 3.3). */
  restOf: (_kind, pointerOrMtu) => pointerOrMtu,
};

/** Only destination unreachable and time exceeded have the attribute (RFC 4884 4.3, 4.4). */
function quoteUnits(bytes: Uint8Array, start: number): number {
  const type = bytes[start + Icmp.Type];
  const extensible = type === IcmpV6Type.DestinationUnreachable || type === IcmpV6Type.TimeExceeded;
  return extensible ? bytes[start + QuoteUnits]! : 0;
}
