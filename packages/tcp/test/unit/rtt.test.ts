import { describe, expect, it } from "vitest";
import { defaultParameters } from "../../src/defaults.ts";
import { RoundTripEstimator } from "../../src/rtt.ts";

const estimator = (changes = {}): RoundTripEstimator =>
  new RoundTripEstimator({ ...defaultParameters, ...changes });

describe("the retransmission timeout (RFC 6298)", () => {
  it("is one second before the first measurement (2.1)", () => {
    expect(estimator().timeout).toBe(1000);
  });

  it("takes SRTT = R, RTTVAR = R/2 from the first (2.2)", () => {
    const rtt = estimator();
    rtt.sample(400);
    expect([rtt.smoothed, rtt.variation, rtt.timeout]).toEqual([400, 200, 1200]);
  });

  it("smooths the following ones, RTTVAR before SRTT (2.3)", () => {
    const rtt = estimator();
    rtt.sample(400);
    rtt.sample(800);
    // RTTVAR = 3/4 * 200 + 1/4 * |400 - 800|; SRTT = 7/8 * 400 + 1/8 * 800.
    expect([rtt.smoothed, rtt.variation, rtt.timeout]).toEqual([450, 250, 1450]);
    expect(rtt.minimum).toBe(400);
  });

  it("counts at least the clock's granularity for the variation (2.3)", () => {
    const rtt = estimator({ minimumTimeout: 0 });
    rtt.sample(100);
    for (let i = 0; i < 200; i++) rtt.sample(100);
    expect(rtt.timeout).toBeCloseTo(101, 5);
  });

  it("stays 200 ms above the round trip, and below the ceiling (2.4, 2.5)", () => {
    const rtt = estimator();
    rtt.sample(1);
    expect(rtt.timeout).toBe(201);
    rtt.sample(1_000_000);
    expect(rtt.timeout).toBe(60_000);
  });

  it("doubles with every expiry and collapses with the next measurement (5.5)", () => {
    const rtt = estimator();
    rtt.sample(100);
    const before = rtt.timeout;
    rtt.backOff();
    rtt.backOff();
    expect(rtt.timeout).toBe(4 * before);
    rtt.sample(100);
    expect(rtt.timeout).toBeLessThan(before + 1);
    for (let i = 0; i < 20; i++) rtt.backOff();
    expect(rtt.timeout).toBe(60_000);
  });

  it("begins anew after a handshake that was lost (5.7), however long that took", () => {
    const rtt = estimator();
    rtt.restart(3000);
    expect(rtt.timeout).toBe(3000);
    for (let i = 0; i < 5; i++) rtt.backOff();
    rtt.restart(3000);
    expect(rtt.timeout).toBe(3000);
  });

  it("survives a measurement of zero and a clock that goes back", () => {
    const rtt = estimator();
    rtt.sample(0);
    rtt.sample(-5);
    expect(rtt.smoothed).toBe(0);
    expect(rtt.timeout).toBe(200);
  });
});
