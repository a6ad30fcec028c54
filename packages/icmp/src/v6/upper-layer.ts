import { IpProtocol, type Packet } from "@mnet/core";
import { FIRST_INFORMATIONAL, IcmpV6Type, Ipv6 } from "./header.ts";

/** The authentication header, whose length counts 32-bit words (RFC 4302 2). */
const AUTHENTICATION = 51;

/** Extension headers that the walk passes at most: a chain of more is dropped wherever chains are bounded. */
const MOST_HEADERS = 8;

/** In the fragment header: the upper 13 bits of its third and fourth octet (RFC 8200 4.5). */
const FRAGMENT_OFFSET_MASK = 0xfff8;

/**
 * Whether a packet of any shape is, or may be, an ICMPv6 error or a redirect, about which no error may be sent (RFC 4443 2.4 e.1, e.2). A
 * later fragment of an ICMPv6 message may be: its type is elsewhere.
 * @param headerStart offset of the IPv6 header, all of which is there.
 */
export function mayBeError(packet: Packet, headerStart: number): boolean {
  const { view, end } = packet;
  let next = view.getUint8(headerStart + Ipv6.NextHeader);
  let at = headerStart + Ipv6.HeaderLength;
  let laterFragment = false;
  for (let passed = 0; passed < MOST_HEADERS && next !== IpProtocol.Icmpv6; passed++) {
    // Cut in front of the upper layer, or another upper layer.
    if (laterFragment || at + 8 > end) return false;
    const length = extensionLength(next, view.getUint8(at + 1));
    if (length === 0) return false;
    laterFragment = next === IpProtocol.Fragment && (view.getUint16(at + 2) & FRAGMENT_OFFSET_MASK) !== 0;
    next = view.getUint8(at);
    at += length;
  }
  if (next !== IpProtocol.Icmpv6) return false;
  if (laterFragment || at >= end) return true;
  const type = view.getUint8(at);
  return type < FIRST_INFORMATIONAL || type === IcmpV6Type.Redirect;
}

/** Octets of an extension header whose second octet is `length`; 0 for what is none. */
function extensionLength(nextHeader: number, length: number): number {
  switch (nextHeader) {
    case IpProtocol.HopByHop:
    case IpProtocol.Routing:
    case IpProtocol.DestinationOptions:
      return 8 * (length + 1);
    case IpProtocol.Fragment:
      return 8;
    case AUTHENTICATION:
      return 4 * (length + 2);
    default:
      return 0;
  }
}
