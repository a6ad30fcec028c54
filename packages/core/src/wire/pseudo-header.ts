import { isV4Words, type Words } from "../address/words.ts";

/**
 * The sum of the pseudo-header, not folded: source, destination, protocol and transport length (RFC 9293 3.1, RFC 768; RFC 8200
 * 8.1). The mapped marker of IPv4 words does not count.
 * @param length octets of transport header and payload.
 */
export function pseudoHeaderSum(
  source: Readonly<Words>,
  destination: Readonly<Words>,
  protocol: number,
  length: number,
): number {
  const sum = (source.w3 >>> 0) + (destination.w3 >>> 0) + protocol + length;
  if (isV4Words(source)) return sum;
  const upper = (source.w0 >>> 0) + (source.w1 >>> 0) + (source.w2 >>> 0);
  return sum + upper + (destination.w0 >>> 0) + (destination.w1 >>> 0) + (destination.w2 >>> 0);
}
