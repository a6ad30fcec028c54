import type { Millis } from "@mnet/core";
import type { DeliverySample } from "./controller.ts";

/** RFC 9406 4.3. */
const MINIMUM_RISE: Millis = 4;
const MAXIMUM_RISE: Millis = 16;
const RISE_DIVISOR = 8;
const SAMPLES = 8;
const GROWTH_DIVISOR = 4;
const CONSERVATIVE_ROUNDS = 5;
/** L for a sender that does not pace: the most segments by which one acknowledgment grows the window. One that paces has no bound. */
export const HYSTART_LIMIT = 8;

/**
 * HyStart++ (RFC 9406): ends the first slow start when the round trip rises, before the queue at the bottleneck overflows. A rise leads to
 * Conservative Slow Start, a quarter as fast; there it either proves to have been jitter, and slow start goes on, or slow start ends after
 * five rounds.
 */
export class HyStart {
  /** In Conservative Slow Start. */
  conservative = false;
  #started = false;
  /** SND.NXT when the round began: its acknowledgment ends it. */
  #windowEnd = 0;
  #lastMinimum: Millis = Number.POSITIVE_INFINITY;
  #minimum: Millis = Number.POSITIVE_INFINITY;
  #samples = 0;
  /** The smallest round trip of the round that led to CSS. */
  #baseline: Millis = Number.POSITIVE_INFINITY;
  #roundsLeft = 0;

  /** Takes one acknowledgment of the first slow start. @returns whether slow start is over. */
  delivered(sample: DeliverySample): boolean {
    if (!this.#started) {
      this.#started = true;
      this.#beginRound(sample);
    }
    if (sample.roundTrip >= 0) {
      this.#minimum = Math.min(this.#minimum, sample.roundTrip);
      this.#samples++;
      this.#judge();
    }
    if (((sample.sendUnacknowledged - this.#windowEnd) | 0) < 0) return false;
    this.#beginRound(sample);
    if (!this.conservative) return false;
    this.#roundsLeft--;
    return this.#roundsLeft <= 0;
  }

  /** How much of `octets` the window grows by (RFC 9406 4.2). */
  growth(octets: number): number {
    return this.conservative ? octets / GROWTH_DIVISOR : octets;
  }

  /** Eight samples tell a round's smallest round trip well enough. */
  #judge(): void {
    if (this.#samples < SAMPLES) return;
    if (this.conservative) {
      if (this.#minimum >= this.#baseline) return;
      // The rise was none: slow start goes on.
      this.conservative = false;
      this.#baseline = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#lastMinimum === Number.POSITIVE_INFINITY) return;
    const rise = Math.max(MINIMUM_RISE, Math.min(this.#lastMinimum / RISE_DIVISOR, MAXIMUM_RISE));
    if (this.#minimum < this.#lastMinimum + rise) return;
    this.#baseline = this.#minimum;
    this.conservative = true;
    this.#roundsLeft = CONSERVATIVE_ROUNDS;
  }

  #beginRound(sample: DeliverySample): void {
    this.#windowEnd = sample.sendNext;
    this.#lastMinimum = this.#minimum;
    this.#minimum = Number.POSITIVE_INFINITY;
    this.#samples = 0;
  }
}
