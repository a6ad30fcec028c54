import type { Millis } from "./host.ts";

/** A token bucket: `rate` events per second on average, `burst` at once. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  // In the future, so that the first call gains nothing: the bucket starts full.
  #filledAt: Millis = Number.POSITIVE_INFINITY;

  /** @param rate tokens per second. @param burst capacity; the bucket starts full. */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes `tokens` if there is at least one, leaving no less than none. */
  take(now: Millis, tokens = 1): boolean {
    const gained = (Math.max(0, now - this.#filledAt) * this.#rate) / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens = Math.max(0, this.#tokens - tokens);
    return true;
  }
}
