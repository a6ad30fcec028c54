import { foldSum, type Packet, sumOctets, Verdict } from "@mnet/core";
import type { Ipv4Info } from "../info.ts";
import { HEADER_OCTETS, HeaderField } from "./header.ts";

/**
 * Reads the header that `packet.start` is at into `info`, checking only what makes the fixed header readable: its octets, version and
 * IHL. The part that a received datagram and a quoted one have in common.
 * @returns `Handled`, or what is wrong with it. The packet is left as it is.
 */
export function readHeader(packet: Packet, info: Ipv4Info): Verdict {
  const { view, start } = packet;
  if (packet.end - start < HEADER_OCTETS) return Verdict.TooShort;
  const first = view.getUint8(start);
  if (first >>> 4 !== 4) return Verdict.BadVersion;
  const headerLength = (first & 15) * 4;
  if (headerLength < HEADER_OCTETS || start + headerLength > packet.end) return Verdict.BadHeaderLength;
  info.headerStart = start;
  info.trafficClass = view.getUint8(start + HeaderField.TrafficClass);
  info.totalLength = view.getUint16(start + HeaderField.TotalLength);
  info.identification = view.getUint16(start + HeaderField.Identification);
  info.flagsAndOffset = view.getUint16(start + HeaderField.FlagsAndOffset);
  info.hopLimit = view.getUint8(start + HeaderField.TimeToLive);
  info.protocol = view.getUint8(start + HeaderField.Protocol);
  info.source.setV4(view.getInt32(start + HeaderField.Source));
  info.destination.setV4(view.getInt32(start + HeaderField.Destination));
  return Verdict.Handled;
}

/** Octets of the header at `start`, which {@link readHeader} has accepted. */
export function headerLengthAt(view: DataView, start: number): number {
  return (view.getUint8(start) & 15) * 4;
}

/** Whether the one's complement sum over the header, its checksum included, is right (RFC 1071 1). */
export function headerChecksumHolds(view: DataView, start: number, end: number): boolean {
  return foldSum(sumOctets(view, start, end)) === 0xffff;
}
