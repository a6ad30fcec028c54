import { describe, expect, it } from "vitest";
import { aimdWindow, cubicWindow, fairness, lossyRate, sawtoothUse } from "../src/theory.ts";

describe("response functions", () => {
  it("AIMD: Mathis' sqrt(3/2p)", () => {
    expect(aimdWindow(0.015)).toBeCloseTo(10, 12);
  });

  it.each([
    // RFC 9438 table 2 (RTT 0.1 s) and 3 (0.01 s): the column of CUBIC with C = 0.4.
    [1e-2, 0.1, 6],
    [1e-4, 0.1, 187],
    [1e-6, 0.1, 5930],
    [1e-4, 0.01, 33],
    [1e-6, 0.01, 1050],
  ])("CUBIC at a loss of %f and a round trip of %f s: about %i segments", (loss, roundTrip, expected) => {
    const window = cubicWindow(loss, roundTrip);
    expect(window / expected).toBeGreaterThan(0.95);
    expect(window / expected).toBeLessThan(1.06);
  });

  it("the better one counts, the bottleneck at most, less what is lost", () => {
    expect(lossyRate(0.01, 0.1, 1e9)).toBeCloseTo((Math.sqrt(150) / 0.1) * 0.99, 6);
    expect(lossyRate(1e-6, 0.1, 1e9)).toBeCloseTo((cubicWindow(1e-6, 0.1) / 0.1) * (1 - 1e-6), 6);
    expect(lossyRate(0.01, 0.001, 100)).toBe(99);
  });
});

describe("the sawtooth of CUBIC", () => {
  it("needs a queue of 3/7 BDP to keep the link busy", () => {
    expect(sawtoothUse(1000, 430, 0.1)).toBeGreaterThan(0.9999);
    expect(sawtoothUse(1000, 420, 0.1)).toBeLessThan(1);
  });

  it("without a queue the link is used to 1 - (1 - beta) / 4: the average of the cubic over one period", () => {
    expect(sawtoothUse(20_000, 0, 0.2)).toBeCloseTo(1 - 0.3 / 4, 2);
  });

  it("in the Reno-friendly region the average of a straight line: 0.85", () => {
    expect(sawtoothUse(100, 0, 0.001)).toBeCloseTo(0.85, 1);
  });
});

describe("Jain's index", () => {
  it.each([
    [[1, 1, 1, 1], 1],
    [[1, 0, 0, 0], 0.25],
    [[3, 1], 0.8],
    [[0, 0], 0],
  ])("%j: %f", (shares, expected) => {
    expect(fairness(shares)).toBeCloseTo(expected, 12);
  });
});
