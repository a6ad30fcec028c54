import type { Packet } from "./packet.ts";

/** Copies the live octets `[from, to)` of a packet, counted from its start with tails included, to `into` at `at`. */
export function copyPacketRange(
  packet: Packet,
  from: number,
  to: number,
  into: Uint8Array,
  at: number,
): void {
  let passed = copyPart(packet.bytes, packet.start, packet.end, 0, from, to, into, at);
  for (let i = 0; i < packet.tails; i++) {
    const { bytes, start, end } = packet.tail[i as 0 | 1];
    passed = copyPart(bytes, start, end, passed, from, to, into, at);
  }
}

/** Copies what of `[from, to)` is in the part `bytes[start, end)` that begins at `base` of the whole; returns where it ends. */
function copyPart(
  bytes: Uint8Array,
  start: number,
  end: number,
  base: number,
  from: number,
  to: number,
  into: Uint8Array,
  at: number,
): number {
  const limit = base + end - start;
  const first = Math.max(from, base);
  const last = Math.min(to, limit);
  if (first < last) into.set(bytes.subarray(start + first - base, start + last - base), at + first - from);
  return limit;
}
