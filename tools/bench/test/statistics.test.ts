import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, percentile, ratios, spread } from "../src/statistics.ts";

const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("median", () => {
  it("is the middle value, whatever the order", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([7])).toBe(7);
  });

  it("is the mean of the two in the middle of an even number", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("sorts as numbers and leaves the series as it was", () => {
    const series = [10, 9, 100];
    expect(median(series)).toBe(10);
    expect(series).toEqual([10, 9, 100]);
  });

  it("is not moved by one round that went wrong", () => {
    expect(median([100, 101, 1, 99, 100])).toBe(100);
  });

  it("does not exist for no values", () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it("has as many values on one side as on the other", () => {
    fc.assert(
      fc.property(values, (series) => {
        const middle = median(series);
        const below = series.filter((value) => value < middle).length;
        const above = series.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(series.length / 2);
      }),
    );
  });
});

describe("spread", () => {
  it("has both ends", () => {
    expect(spread([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
  });
});

describe("ratios", () => {
  it("compares round with round, so that a slow minute of the machine cancels out", () => {
    expect(ratios([50, 10, 100], [100, 20, 200])).toEqual([0.5, 0.5, 0.5]);
  });

  it("leaves out rounds that only one series has", () => {
    expect(ratios([1, 2, 3], [2, 4])).toEqual([0.5, 0.5]);
    expect(ratios([1], [])).toEqual([]);
  });
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

  it("is the nearest rank", () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([1, 2], 0.99)).toBe(2);
    expect(percentile([8], 0)).toBe(8);
  });

  it("does not exist for no values", () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
