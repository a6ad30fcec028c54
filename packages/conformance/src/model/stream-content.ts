/**
 * The octet at `offset` of the stream called `seed`: a function of nothing else, and without a period that a lost or repeated
 * segment could hide in.
 */
export function streamOctet(seed: number, offset: number): number {
  let word = (Math.floor(offset / 4) + Math.imul(seed + 1, 0x9e3779b9)) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  word ^= word >>> 16;
  return (word >>> (8 * (offset % 4))) & 0xff;
}

/** The octets `[from, to)` of the stream called `seed`. */
export function streamOctets(seed: number, from: number, to: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: to - from }, (_, index) => streamOctet(seed, from + index));
}
