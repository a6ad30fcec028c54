import { type Packet, Verdict } from "@mnet/core";
import type { Ipv6Info } from "../info.ts";
import { HEADER_OCTETS, HeaderField } from "./header.ts";

/**
 * Reads the fixed header that `packet.start` is at into `info`: the part that a received packet and a quoted one have in common.
 * @returns `Handled`, `TooShort` or `BadVersion`. The packet is left as it is.
 */
export function readHeader(packet: Packet, info: Ipv6Info): Verdict {
  const { view, start } = packet;
  if (packet.end - start < HEADER_OCTETS) return Verdict.TooShort;
  const first = view.getUint32(start);
  if (first >>> 28 !== 6) return Verdict.BadVersion;
  info.headerStart = start;
  info.trafficClass = (first >>> 20) & 255;
  info.flowLabel = first & 0xfffff;
  info.payloadLength = view.getUint16(start + HeaderField.PayloadLength);
  info.protocol = view.getUint8(start + HeaderField.NextHeader);
  info.hopLimit = view.getUint8(start + HeaderField.HopLimit);
  info.nextHeaderAt = HeaderField.NextHeader;
  info.fragmented = false;
  info.routerAlert = false;
  info.source.readV6(view, start + HeaderField.Source);
  info.destination.readV6(view, start + HeaderField.Destination);
  return Verdict.Handled;
}
