import { EtherType, type Packet, updateChecksum } from "@mnet/core";
import { ETHERNET_HEADER } from "./params.ts";

/** Both bits of the ECN field: congestion experienced (RFC 3168 5). */
const CONGESTION_EXPERIENCED = 3;

/**
 * Marks the IP datagram in an Ethernet frame as having met congestion, as a router does.
 * @returns `false` when its transport cannot make use of it (Not-ECT), or there is none.
 */
export function markCongestion(frame: Packet): boolean {
  const { view, start } = frame;
  if (frame.length < ETHERNET_HEADER + 20) return false;
  const etherType = view.getUint16(start + 12);
  const at = start + ETHERNET_HEADER;
  if (etherType === EtherType.Ipv4) {
    const before = view.getUint16(at);
    if ((before & CONGESTION_EXPERIENCED) === 0) return false;
    const after = before | CONGESTION_EXPERIENCED;
    view.setUint16(at, after);
    view.setUint16(at + 10, updateChecksum(view.getUint16(at + 10), before, after));
    return true;
  }
  if (etherType !== EtherType.Ipv6) return false;
  // The traffic class is bits 4..11: its ECN field is in bits 10 and 11.
  const before = view.getUint16(at);
  if ((before & (CONGESTION_EXPERIENCED << 4)) === 0) return false;
  view.setUint16(at, before | (CONGESTION_EXPERIENCED << 4));
  return true;
}
