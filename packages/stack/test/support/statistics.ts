/** Pearson's chi-square of `values` in [0, range) over `buckets` equal parts, against an even spread. */
export function chiSquare(values: readonly number[], range: number, buckets: number): number {
  const counts = new Array<number>(buckets).fill(0);
  for (const value of values) counts[Math.floor((value * buckets) / range)]! += 1;
  let sum = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    // Parts of a range that the buckets do not divide differ by one value.
    const size = Math.ceil(((bucket + 1) * range) / buckets) - Math.ceil((bucket * range) / buckets);
    const expected = (values.length * size) / range;
    sum += (counts[bucket]! - expected) ** 2 / expected;
  }
  return sum;
}

/** The steps from each value to the next, modulo `range`. */
export function differences(values: readonly number[], range: number): number[] {
  return values.slice(1).map((value, i) => (value - values[i]! + range) % range);
}

/** How often the most common value is there. */
export function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values());
}

/** The serial correlation coefficient of values `lag` apart. */
export function correlation(values: readonly number[], lag: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let together = 0;
  let alone = 0;
  for (let i = 0; i < values.length; i++) {
    alone += (values[i]! - mean) ** 2;
    if (i + lag < values.length) together += (values[i]! - mean) * (values[i + lag]! - mean);
  }
  return together / alone;
}
