import { describe, expect, it } from "vitest";
import { TokenBucket } from "../src/index.ts";

function taken(bucket: TokenBucket, now: number, attempts: number): number {
  let count = 0;
  for (let attempt = 0; attempt < attempts; attempt++) if (bucket.take(now)) count++;
  return count;
}

describe("TokenBucket", () => {
  it("starts full, whatever the time", () => {
    expect(taken(new TokenBucket(10, 5), 123456, 20)).toBe(5);
    expect(taken(new TokenBucket(10, 5), 0, 20)).toBe(5);
  });

  it("fills at its rate, fractions included", () => {
    const bucket = new TokenBucket(10, 5);
    taken(bucket, 0, 5);
    expect(bucket.take(50)).toBe(false);
    expect(bucket.take(100)).toBe(true);
    expect(taken(bucket, 300, 9)).toBe(2);
  });

  it("never holds more than its burst", () => {
    const bucket = new TokenBucket(10, 5);
    taken(bucket, 0, 5);
    expect(taken(bucket, 3_600_000, 20)).toBe(5);
  });

  it("keeps its average over time", () => {
    const bucket = new TokenBucket(100, 10);
    let count = 0;
    for (let now = 0; now <= 10_000; now += 1) count += taken(bucket, now, 3);
    expect(count).toBeGreaterThanOrEqual(1009);
    expect(count).toBeLessThanOrEqual(1010);
  });

  it("takes several at once, as long as there is one, and owes nothing", () => {
    const bucket = new TokenBucket(10, 5);
    expect(bucket.take(0, 3)).toBe(true);
    expect(bucket.take(0, 3)).toBe(true);
    expect(bucket.take(99)).toBe(false);
    expect(bucket.take(100)).toBe(true);
  });

  it("gives its burst once when the rate is 0", () => {
    const bucket = new TokenBucket(0, 2);
    expect([bucket.take(0), bucket.take(1), bucket.take(1e9)]).toEqual([true, true, false]);
  });

  it("gains nothing from a clock that steps back", () => {
    const bucket = new TokenBucket(10, 1);
    expect(bucket.take(1000)).toBe(true);
    expect(bucket.take(500)).toBe(false);
    expect(bucket.take(1050)).toBe(false);
    expect(bucket.take(1100)).toBe(true);
  });
});
