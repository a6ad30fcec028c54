import { describe, expect, it } from "vitest";
import { Cubic } from "../../src/congestion/cubic.ts";
import { delivery } from "../support/delivery.ts";

/**
 * CUBIC (RFC 9438) without a network: rounds of acknowledgments are told to the controller, and the window is compared with the closed
 * forms of the RFC, calculated here on their own.
 */

const SMSS = 1000;
const C = 0.4;
const BETA = 0.7;

/** A controller in congestion avoidance, whose last reduction was from `segments` at time 0. */
function reducedFrom(segments: number): Cubic {
  const controller = new Cubic();
  controller.start(SMSS, segments * SMSS);
  controller.congested("loss", segments * SMSS);
  controller.recovered();
  return controller;
}

/** Acknowledges a window segment by segment, evenly over a round trip; returns the window in segments. */
function round(controller: Cubic, from: number, roundTrip: number): number {
  const segments = Math.floor(controller.window / SMSS);
  for (let i = 1; i <= segments; i++) {
    controller.delivered(delivery({ now: from + (i * roundTrip) / segments, roundTrip }));
  }
  return controller.window / SMSS;
}

/** RFC 9438 equation 1, seconds and segments. */
const cubic = (t: number, k: number, max: number): number => C * (t - k) ** 3 + max;

describe("a reduction (4.6, 4.7)", () => {
  it("leaves 0.7 of the window that was in use: what was in flight, and a fraction of a segment", () => {
    const controller = new Cubic();
    controller.start(SMSS, 80_500);
    controller.congested("loss", 80_000);
    expect([controller.threshold, controller.window]).toEqual([56_350, 56_350]);
  });

  it("of a window that was not in use only what was in flight counts", () => {
    const controller = new Cubic();
    controller.start(SMSS, 200_000);
    controller.congested("loss", 79_000);
    expect([controller.threshold, controller.window]).toEqual([56_000, 56_000]);
  });

  it("never less than two segments; after a mark the window may be smaller, the threshold may not", () => {
    const controller = new Cubic();
    controller.start(SMSS, 2000);
    controller.congested("loss", 2000);
    expect([controller.threshold, controller.window]).toEqual([2000, 2000]);
    controller.congested("ecn", 1000);
    expect([controller.threshold, controller.window]).toEqual([2000, 1400]);
    controller.recovered();
    expect(controller.window).toBe(1400);
    controller.congested("ecn", 1000);
    controller.recovered();
    expect([controller.threshold, controller.window]).toEqual([2000, 1000]);
  });

  it("fast convergence: below the last plateau, the next one is 0.85 of the window", () => {
    const controller = reducedFrom(1000);
    controller.congested("loss", 700_000);
    controller.recovered();
    // K from W_max = 700 * 0.85 = 595 and cwnd = 490.
    const k = Math.cbrt((595 - 490) / C);
    let now = 0;
    while (now < 1000 * k) {
      round(controller, now, 100);
      now += 100;
    }
    expect(controller.window / SMSS).toBeCloseTo(595, -1);
  });
});

describe("the curve (4.2, 4.4, 4.5)", () => {
  it.each([
    [1000, 100],
    [5000, 50],
    [300, 200],
  ])("from %i segments at a round trip of %i ms the window is W_cubic(t + RTT)", (max, roundTrip) => {
    const controller = reducedFrom(max);
    const k = Math.cbrt((max * (1 - BETA)) / C);
    let previous = controller.window / SMSS;
    // The stage begins with the first acknowledgment.
    const begun = roundTrip / Math.floor(controller.window / SMSS);
    for (let now = 0; now < 2000 * k; now += roundTrip) {
      const window = round(controller, now, roundTrip);
      const t = (now + roundTrip - begun) / 1000;
      const aim = cubic(t + roundTrip / 1000, k, max);
      // It follows one round trip behind what it aims at, and is never ahead.
      expect(window).toBeLessThanOrEqual(Math.max(aim, previous) + 1);
      expect(window).toBeGreaterThanOrEqual(
        Math.min(cubic(t - roundTrip / 1000, k, max), 1.5 * previous) - 1,
      );
      previous = window;
    }
    expect(previous).toBeGreaterThan(max);
  });

  it("K = cbrt(W_max (1 - beta) / C) seconds after a loss the window is back at the plateau", () => {
    const controller = reducedFrom(1000);
    const k = 1000 * Math.cbrt((1000 * 0.3) / 0.4);
    expect(k).toBeCloseTo(9086, 0);
    for (let now = 0; now < k; now += 50) round(controller, now, 50);
    expect(controller.window / SMSS).toBeGreaterThan(998);
    expect(controller.window / SMSS).toBeLessThan(1002);
  });

  it("grows by half a window per round trip at most", () => {
    const controller = reducedFrom(10);
    round(controller, 0, 100);
    const before = controller.window;
    expect(round(controller, 60_000, 100) * SMSS).toBeLessThanOrEqual(1.5 * before + SMSS);
  });
});

describe("the Reno-friendly region (4.3)", () => {
  it("over a short path the window grows by alpha = 9/17 of a segment per round trip, and by one beyond the last maximum", () => {
    const controller = reducedFrom(40);
    const alpha = (3 * (1 - BETA)) / (1 + BETA);
    expect(alpha).toBeCloseTo(9 / 17, 12);
    let now = 0;
    let rounds = 0;
    // W_est = 28 + alpha n reaches 40 after n = 12 / alpha = 22.7 round trips; a millisecond each, the cubic curve has hardly moved.
    while (controller.window < 40 * SMSS) {
      round(controller, now++, 1);
      rounds++;
    }
    expect(rounds).toBeGreaterThanOrEqual(22);
    expect(rounds).toBeLessThanOrEqual(25);
    const before = controller.window / SMSS;
    for (let i = 0; i < 20; i++) round(controller, now++, 1);
    expect(controller.window / SMSS - before).toBeGreaterThan(19);
    expect(controller.window / SMSS - before).toBeLessThan(21);
  });

  it("counts octets: the same text in small pieces grows the window no faster", () => {
    const [whole, pieces] = [reducedFrom(40), reducedFrom(40)];
    for (let i = 0; i < 1000; i++) {
      whole.delivered(delivery({ now: i / 40, roundTrip: 1 }));
      for (let part = 0; part < 10; part++) {
        pieces.delivered(delivery({ octets: 100, now: i / 40, roundTrip: 1 }));
      }
    }
    expect(Math.abs(whole.window - pieces.window)).toBeLessThan(SMSS / 2);
  });
});

describe("a timeout (4.8)", () => {
  it("leaves one segment and 0.7 of what was in flight as threshold", () => {
    const controller = reducedFrom(100);
    controller.timedOut(59_000, false);
    expect([controller.window, controller.threshold]).toEqual([1000, 42_000]);
  });

  it("slow start follows, not beyond the threshold, then a curve that has its plateau where it begins", () => {
    const controller = reducedFrom(100);
    controller.timedOut(59_000, false);
    let now = 0;
    for (let i = 0; controller.window < 42_000 && i < 20; i++) {
      round(controller, now, 100);
      now += 100;
    }
    expect(controller.window / SMSS).toBeCloseTo(42, 0);
    // K is 0: after t seconds 42 + 0.4 t^3, which beats alpha segments per round trip only later.
    const begun = now;
    while (now < begun + 10_000) {
      round(controller, now, 100);
      now += 100;
    }
    expect(controller.window / SMSS).toBeGreaterThan(cubic(9.7, 0, 42));
    expect(controller.window / SMSS).toBeLessThan(cubic(10.3, 0, 42));
  });

  it("again for the same octets keeps the threshold", () => {
    const controller = reducedFrom(100);
    controller.timedOut(59_000, false);
    controller.timedOut(1000, true);
    expect(controller.threshold).toBe(42_000);
  });
});

describe("slow start after the first loss", () => {
  /** Restarted after a pause, 10 segments below a threshold of 280. */
  function restarted(pacing: boolean): Cubic {
    const controller = new Cubic(pacing);
    controller.start(SMSS, 10 * SMSS);
    for (let i = 0; i < 390; i++) controller.delivered(delivery());
    controller.congested("loss", 400 * SMSS);
    controller.recovered();
    controller.restarted();
    expect([controller.window, controller.threshold]).toEqual([10_000, 280_000]);
    return controller;
  }

  it.each([
    [false, 18_000],
    [true, 26_000],
  ])(
    "one acknowledgment of 16 segments, paced: %s, makes the window %i, as in the first one",
    (pacing, window) => {
      const controller = restarted(pacing);
      controller.delivered(delivery({ octets: 16 * SMSS }));
      expect(controller.window).toBe(window);
    },
  );

  it("doubles per round trip where the peer acknowledges eight segments at once", () => {
    const controller = restarted(false);
    for (const window of [20, 40, 80, 160]) {
      let left = controller.window / SMSS;
      for (; left > 0; left -= 8) controller.delivered(delivery({ octets: Math.min(8, left) * SMSS }));
      expect(controller.window).toBe(window * SMSS);
    }
  });

  it.each([false, true])(
    "by one segment while what a timeout lost is sent again, paced: %s (RFC 3465 2.3)",
    (pacing) => {
      const controller = restarted(pacing);
      controller.timedOut(10_000, false);
      controller.delivered(delivery({ octets: 5000, afterTimeout: true }));
      expect(controller.window).toBe(2000);
    },
  );
});

describe("a reduction that was a mistake (4.9)", () => {
  it.each(["congested", "timedOut"] as const)("%s: undone, window, threshold and curve go on", (what) => {
    const [one, other] = [reducedFrom(1000), reducedFrom(1000)];
    let now = 0;
    for (; now < 3000; now += 100) for (const controller of [one, other]) round(controller, now, 100);
    if (what === "congested") one.congested("loss", one.window);
    else one.timedOut(one.window, false);
    one.undo();
    expect([one.window, one.threshold]).toEqual([other.window, other.threshold]);
    for (; now < 6000; now += 100) for (const controller of [one, other]) round(controller, now, 100);
    expect(one.window).toBe(other.window);
  });

  it("does not shrink a window that has grown beyond it", () => {
    const controller = reducedFrom(10);
    controller.congested("loss", 7000);
    controller.recovered();
    for (let now = 0; now < 20_000; now += 10) round(controller, now, 10);
    const before = controller.window;
    controller.undo();
    expect(controller.window).toBe(before);
  });
});

describe("a window that is not in use (5.8) and idleness (RFC 5681 4.1, RFC 7661 4.4.2)", () => {
  it("does not grow, and the time does not count on the curve", () => {
    const [busy, limited] = [reducedFrom(1000), reducedFrom(1000)];
    for (let now = 0; now < 2000; now += 100)
      for (const controller of [busy, limited]) round(controller, now, 100);
    const before = limited.window;
    limited.delivered(delivery({ windowLimited: false, now: 2000, roundTrip: 100 }));
    limited.delivered(delivery({ windowLimited: false, now: 32_000, roundTrip: 100 }));
    expect(limited.window).toBe(before);
    for (let now = 2000; now < 5000; now += 100) {
      round(busy, now, 100);
      round(limited, now + 30_100, 100);
    }
    expect(Math.abs(limited.window - busy.window)).toBeLessThan(2 * SMSS);
  });

  it("time with nothing outstanding does not count on the curve, once only", () => {
    const [busy, pausing] = [reducedFrom(1000), reducedFrom(1000)];
    let pauses = 0;
    for (let now = 0; now < 5000; now += 100) {
      round(busy, now, 100);
      round(pausing, now + pauses, 100);
      // Of some pauses the first part was one of a window that was not in use.
      if (now % 300 === 0)
        pausing.delivered(delivery({ octets: 1, windowLimited: false, now: now + pauses + 100 }));
      pausing.resumed(150);
      pauses += 150;
    }
    expect(busy.window).toBeGreaterThan(800 * SMSS);
    expect(Math.abs(pausing.window - busy.window)).toBeLessThan(2 * SMSS);
  });

  it("a restart begins at the initial window, with three quarters of the old one as threshold at least", () => {
    const controller = new Cubic();
    controller.start(SMSS, 10_000);
    for (let i = 0; i < 190; i++) controller.delivered(delivery());
    expect(controller.window).toBe(200_000);
    controller.restarted();
    expect([controller.window, controller.threshold]).toEqual([10_000, Number.POSITIVE_INFINITY]);
    const other = reducedFrom(200);
    for (let now = 0; now < 5000; now += 100) round(other, now, 100);
    const before = other.window;
    other.restarted();
    expect([other.window, other.threshold]).toEqual([before, Math.max(140_000, Math.floor(before * 0.75))]);
  });
});

describe("otherwise", () => {
  it("a path of smaller segments keeps their number, one of larger ones the octets", () => {
    const controller = reducedFrom(100);
    controller.segmentChanged(500);
    expect(controller.window).toBe(35_000);
    controller.segmentChanged(1000);
    expect(controller.window).toBe(35_000);
  });

  it("the window is a bounded integer", () => {
    const controller = new Cubic();
    controller.start(SMSS, 2 ** 29);
    controller.delivered(delivery({ octets: 1000 }));
    expect(controller.window).toBe(2 ** 29);
    const other = reducedFrom(33);
    for (let now = 0; now < 1000; now += 7) round(other, now, 7);
    expect(Number.isInteger(other.window)).toBe(true);
  });
});
