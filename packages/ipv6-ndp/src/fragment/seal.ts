import { Ecn, IpProtocol, type Packet } from "@mnet/core";
import { extensionOctets } from "../header/extension.ts";
import { FRAGMENT_OCTETS, FragmentField, HEADER_OCTETS, HeaderField } from "../header/header.ts";

/**
 * Turns a first fragment's headers in front of a whole payload into those of the whole packet (RFC 8200 4.5): the Fragment header goes, what
 * it said comes next takes its place, the payload length is right, and a mark of any fragment stays (RFC 3168 5.3). `packet.start` is at
 * the IPv6 header before and afterwards.
 * @param headerOctets from the IPv6 header to behind the Fragment header.
 */
export function sealWhole(packet: Packet, headerOctets: number, marked: boolean): void {
  const { bytes, view, start } = packet;
  const fragment = start + headerOctets - FRAGMENT_OCTETS;
  view.setUint8(nextHeaderBefore(view, start, fragment), view.getUint8(fragment + FragmentField.NextHeader));
  bytes.copyWithin(start + FRAGMENT_OCTETS, start, fragment);
  packet.start = start + FRAGMENT_OCTETS;
  packet.network = packet.start;
  const payloadLength = packet.end - packet.start - HEADER_OCTETS;
  view.setUint16(packet.start + HeaderField.PayloadLength, payloadLength);
  if (!marked) return;
  // The ECN field is the low two bits of the traffic class, which ends in the upper half of the second octet.
  view.setUint8(packet.start + 1, view.getUint8(packet.start + 1) | (Ecn.CongestionExperienced << 4));
}

/** Where the octet stands that says that the header at `fragment` is a Fragment header. The walk was done before: it cannot go astray. */
function nextHeaderBefore(view: DataView, start: number, fragment: number): number {
  let named = start + HeaderField.NextHeader;
  let at = start + HEADER_OCTETS;
  while (at < fragment && view.getUint8(named) !== IpProtocol.Fragment) {
    named = at;
    at += extensionOctets(view, at);
  }
  return named;
}
