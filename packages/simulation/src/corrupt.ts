import { EtherType, IpProtocol, type Packet, type Random, randomInteger } from "@mnet/core";
import { ETHERNET_HEADER, LONGEST_BURST } from "./params.ts";

/**
 * Inverts a random burst of 1..15 bits behind the Ethernet header: its first and last bit, and any between.
 * @returns `false` when no checksum protects the frame (ARP, UDP without one, no payload); it is unchanged then.
 */
export function corruptFrame(frame: Packet, random: Random): boolean {
  const bits = (frame.length - ETHERNET_HEADER) * 8;
  if (bits <= 0 || frame.view.getUint16(frame.start + 12) === EtherType.Arp) return false;
  if (lacksChecksum(frame)) return false;
  for (;;) {
    const length = randomInteger(random, 1, Math.min(LONGEST_BURST, bits));
    const from = randomInteger(random, 0, bits - length);
    const ends = length === 1 ? 1 : 1 | (1 << (length - 1));
    const burst = (random.u32() & ((1 << length) - 1)) | ends;
    invert(frame, from, burst, length);
    if (!lacksChecksum(frame)) return true;
    invert(frame, from, burst, length);
  }
}

function invert(frame: Packet, from: number, burst: number, length: number): void {
  for (let bit = 0; bit < length; bit++) {
    if (((burst >>> bit) & 1) === 0) continue;
    const at = from + bit;
    frame.bytes[frame.start + ETHERNET_HEADER + (at >>> 3)]! ^= 0x80 >>> (at & 7);
  }
}

/** Whether this is a UDP datagram over IPv4 with a checksum field of 0, "not computed" (RFC 768). */
function lacksChecksum(frame: Packet): boolean {
  const ip = frame.start + ETHERNET_HEADER;
  const udp = ip + 20;
  if (udp + 8 > frame.end || frame.view.getUint16(ip - 2) !== EtherType.Ipv4) return false;
  const headerLength = (frame.bytes[ip]! & 0x0f) * 4;
  const checksum = ip + headerLength + 6;
  return (
    frame.bytes[ip + 9] === IpProtocol.Udp &&
    checksum + 2 <= frame.end &&
    frame.view.getUint16(checksum) === 0
  );
}
