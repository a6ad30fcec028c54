/** The octet at an offset of every test stream, so that a lost, repeated or misplaced octet shows at once. */
export function patternAt(offset: number): number {
  return (offset * 31 + (offset >>> 8) * 17 + (offset >>> 16) * 7) & 0xff;
}

/** The octets `[from, to)` of the test stream. */
export function pattern(from: number, to: number): Uint8Array {
  const octets = new Uint8Array(to - from);
  for (let at = 0; at < octets.length; at++) octets[at] = patternAt(from + at);
  return octets;
}

/** Offset of the first octet in `octets` that is not what the test stream has from `from` on; -1 when all are. */
export function patternFault(octets: Uint8Array, from: number): number {
  for (let at = 0; at < octets.length; at++) if (octets[at] !== patternAt(from + at)) return from + at;
  return -1;
}
