import type { Packet } from "../packet/packet.ts";

/**
 * The Internet checksum (RFC 1071) in two steps: sums are accumulated as plain numbers, then {@link foldChecksum} makes the
 * 16-bit one's complement sum. Sums of several ranges may be added before folding as long as every range but the last has an
 * even length; use {@link swapSum} for a range that starts at an odd position.
 */

/** Adds the octets `[start, end)` as 16-bit big-endian words, the last one padded with zero. Folded. */
export function sumOctets(view: DataView, start: number, end: number): number {
  let sum = 0;
  let at = start;
  // Little-endian, as most machines read without turning octets round: only the octets of the result are exchanged by that (RFC 1071
  // 2 B). Exact: 2^32 times the 16384 words of the longest datagram is below 2^53.
  for (const last = end - 15; at < last; at += 16) {
    sum +=
      view.getUint32(at, true) +
      view.getUint32(at + 4, true) +
      view.getUint32(at + 8, true) +
      view.getUint32(at + 12, true);
  }
  for (const last = end - 3; at < last; at += 4) sum += view.getUint32(at, true);
  if (end - at >= 2) {
    sum += view.getUint16(at, true);
    at += 2;
  }
  if (at < end) sum += view.getUint8(at);
  // Folded here, the result is a small integer: a larger one would be an object of the heap for each packet.
  return swapSum(foldSum(sum));
}

/**
 * A 32-bit word as it counts in a sum: its two halves. A sum of them stays a small integer, where one of whole words would become an object
 * of the heap.
 */
export function sumWord(word: number): number {
  return (word >>> 16) + (word & 0xffff);
}

/** Folds an accumulated sum to 16 bits, not inverted. */
export function foldSum(sum: number): number {
  const high = Math.floor(sum / 0x1_0000_0000);
  let folded = (sum >>> 16) + (sum & 0xffff) + (high & 0xffff) + (high >>> 16);
  folded = (folded >>> 16) + (folded & 0xffff);
  return (folded >>> 16) + (folded & 0xffff);
}

/** A folded sum as it counts when its range starts at an odd position of the whole (RFC 1071 2 B). */
export function swapSum(folded: number): number {
  return ((folded & 0xff) << 8) | (folded >>> 8);
}

/** The checksum field for an accumulated sum: folded and inverted. */
export function foldChecksum(sum: number): number {
  return ~foldSum(sum) & 0xffff;
}

/** The sum of the live octets from `from` to the end of the packet, tails included. Not folded. */
export function sumPacket(packet: Packet, from: number): number {
  let sum = sumOctets(packet.view, from, packet.end);
  let odd = ((packet.end - from) & 1) === 1;
  for (let i = 0; i < packet.tails; i++) {
    const slice = packet.tail[i as 0 | 1];
    const part = sumOctets(slice.view, slice.start, slice.end);
    sum += odd ? swapSum(part) : part;
    if ((slice.length & 1) === 1) odd = !odd;
  }
  return sum;
}

/** A checksum field after the 16-bit word `before` under it became `after` (RFC 1624 3, equation 3). */
export function updateChecksum(field: number, before: number, after: number): number {
  return ~foldSum((~field & 0xffff) + (~before & 0xffff) + after) & 0xffff;
}

/** Where the checksum stands in a UDP header (RFC 768). */
const UDP_CHECKSUM_OFFSET = 6;

/**
 * The value that a packet's checksum request asks for; `checksumStart` must not be -1. For UDP, which is told by the place of its field, 0
 * becomes 0xffff: 0 would mean that there is none (RFC 768).
 */
export function requestedChecksum(packet: Packet): number {
  const { checksumStart, checksumField } = packet;
  const checksum = foldChecksum(sumPacket(packet, checksumStart));
  const udp = checksumField - checksumStart === UDP_CHECKSUM_OFFSET;
  return udp && checksum === 0 ? 0xffff : checksum;
}

/** Carries out a packet's checksum request in place: sums from `checksumStart`, writes the field, clears the request. */
export function completeChecksum(packet: Packet): void {
  if (packet.checksumStart < 0) return;
  packet.view.setUint16(packet.checksumField, requestedChecksum(packet));
  packet.checksumStart = -1;
}
