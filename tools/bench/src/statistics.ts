/** What a series of measurements says: its middle and its ends. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle value, or the mean of the two in the middle. @throws RangeError for no values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("the median of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @throws RangeError for no values. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The ratios of two series that were measured in interleaved rounds, round by round: what the machine did meanwhile happened to both.
 * Rounds that only one of them has are left out.
 */
export function ratios(subject: readonly number[], reference: readonly number[]): number[] {
  const rounds = Math.min(subject.length, reference.length);
  return subject.slice(0, rounds).map((value, round) => value / reference[round]!);
}

/**
 * The value below which a share of the values lie (nearest rank). `sorted` must be ascending and not empty.
 * @param share 0 to 1, such as 0.99.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError("a percentile of no values");
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1]!;
}
