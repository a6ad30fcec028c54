import { isV4Words, type Words } from "../address/words.ts";
import { sumWord } from "../octets/checksum.ts";

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
  const sum = sumWord(source.w3) + sumWord(destination.w3) + protocol + length;
  if (isV4Words(source)) return sum;
  const upper = sumWord(source.w0) + sumWord(source.w1) + sumWord(source.w2);
  return sum + upper + sumWord(destination.w0) + sumWord(destination.w1) + sumWord(destination.w2);
}
