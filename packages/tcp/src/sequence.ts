/**
 * Sequence numbers live in a circle of 2^32 (RFC 9293 3.4) and are kept as int32: the difference of two of them, wrapped with
 * `| 0`, is how far apart they are, as long as that is under 2^31. Windows are at most 2^30, so it is.
 */

/** The sequence number `octets` further on. */
export function sequenceAdd(sequence: number, octets: number): number {
  return (sequence + octets) | 0;
}

/** How far `to` is after `from`; negative when it is before. */
export function sequenceDistance(from: number, to: number): number {
  return (to - from) | 0;
}

export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

export function isAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** The later one of two: `Math.max` is wrong at the wrap. */
export function sequenceLater(a: number, b: number): number {
  return ((a - b) | 0) > 0 ? a : b;
}
