import { Ecn, foldChecksum, type Packet, sumOctets } from "@mnet/core";
import { HeaderField } from "./header.ts";

/**
 * Makes the header of a first fragment, which the packet starts with, that of the whole datagram: length, flags, offset, ECN (RFC 3168
 * 5.3) and checksum.
 * @param headerOctets as its IHL says. @param marked whether some fragment had the ECN mark.
 */
export function sealWhole({ view, start, end }: Packet, headerOctets: number, marked: boolean): void {
  view.setUint16(start + HeaderField.TotalLength, end - start);
  view.setUint16(start + HeaderField.FlagsAndOffset, 0);
  if (marked) {
    const at = start + HeaderField.TrafficClass;
    view.setUint8(at, view.getUint8(at) | Ecn.CongestionExperienced);
  }
  view.setUint16(start + HeaderField.Checksum, 0);
  view.setUint16(start + HeaderField.Checksum, foldChecksum(sumOctets(view, start, start + headerOctets)));
}
