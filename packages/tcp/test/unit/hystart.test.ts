import { describe, expect, it } from "vitest";
import { Cubic } from "../../src/congestion/cubic.ts";
import { delivery } from "../support/delivery.ts";

/** HyStart++ (RFC 9406) in CUBIC's first slow start. A round is one window of data; each segment of it is acknowledged with a sample. */

const SMSS = 1000;

class SlowStart {
  readonly controller: Cubic;
  /** Sequence numbers. */
  #sent = 0;
  #acknowledged = 0;

  constructor(pacing = false) {
    this.controller = new Cubic(pacing);
    this.controller.start(SMSS, 10 * SMSS);
    this.#sent = 10 * SMSS;
  }

  get segments(): number {
    return this.controller.window / SMSS;
  }

  get over(): boolean {
    return this.controller.threshold !== Number.POSITIVE_INFINITY;
  }

  /** One round with this round trip; returns by what factor the window grew. */
  round(roundTrip: number, samples: number = Number.POSITIVE_INFINITY): number {
    const before = this.controller.window;
    const end = this.#sent;
    for (let i = 0; this.#acknowledged < end; i++) {
      this.#acknowledged += SMSS;
      this.controller.delivered(
        delivery({
          roundTrip: i < samples ? roundTrip : -1,
          sendNext: this.#sent,
          sendUnacknowledged: this.#acknowledged,
        }),
      );
      this.#sent = this.#acknowledged + Math.floor(this.controller.window / SMSS) * SMSS;
    }
    return this.controller.window / before;
  }
}

describe("standard slow start", () => {
  it("doubles the window while the round trip stays", () => {
    const start = new SlowStart();
    for (let i = 0; i < 8; i++) expect(start.round(50)).toBeCloseTo(2, 1);
    expect(start.over).toBe(false);
  });

  it("takes eight segments per acknowledgment at most: L of 4.3 for a sender that does not pace", () => {
    const { controller } = new SlowStart();
    controller.delivered(delivery({ octets: 20_000 }));
    expect(controller.window).toBe(18_000);
  });

  it("takes whatever an acknowledgment tells where the sender paces: L is infinite there", () => {
    const { controller } = new SlowStart(true);
    controller.delivered(delivery({ octets: 20_000 }));
    expect(controller.window).toBe(30_000);
  });

  it.each([
    // max(4, min(lastRoundMinRTT / 8, 16))
    [10, 13.9, 14],
    [80, 89.9, 90],
    [400, 415.9, 416],
  ])("a round trip of %i ms: %f is no rise yet, %f is one", (base, below, above) => {
    const start = new SlowStart();
    start.round(base);
    start.round(below);
    expect(start.round(below)).toBeCloseTo(2, 1);
    const risen = new SlowStart();
    risen.round(base);
    risen.round(above);
    expect(risen.round(above)).toBeLessThan(1.3);
  });

  it("fewer than eight samples in a round prove nothing", () => {
    const start = new SlowStart();
    start.round(50);
    start.round(100, 7);
    expect(start.round(100, 7)).toBeCloseTo(2, 1);
  });
});

describe("Conservative Slow Start", () => {
  it("grows a quarter as fast for five rounds, then slow start is over without a loss", () => {
    const start = new SlowStart();
    start.round(50);
    start.round(100);
    let rounds = 0;
    while (!start.over) {
      const grown = start.round(100);
      expect(grown).toBeLessThan(1.3);
      expect(grown).toBeGreaterThan(1.1);
      rounds++;
    }
    // The round in which the rise was seen is the first of the five.
    expect(rounds).toBe(4);
    // What came after it in the same round was congestion avoidance.
    expect(start.controller.threshold).toBeLessThanOrEqual(start.controller.window);
    expect(start.controller.threshold).toBeGreaterThan(start.controller.window - SMSS);
  });

  it("a rise that was jitter: slow start goes on", () => {
    const start = new SlowStart();
    start.round(50);
    start.round(100);
    expect(start.round(100)).toBeLessThan(1.3);
    start.round(50);
    expect(start.round(50)).toBeCloseTo(2, 1);
    expect(start.over).toBe(false);
  });
});

describe("a loss", () => {
  it("ends it for good: later slow starts are RFC 5681's, up to the threshold", () => {
    const { controller } = new SlowStart();
    controller.congested("loss", 10_000);
    controller.recovered();
    controller.timedOut(100_000, false);
    expect(controller.threshold).toBe(4900);
    controller.delivered(delivery({ octets: 20_000 }));
    expect(controller.window).toBe(4900);
  });
});
