import type { Millis } from "./host.ts";

/** A token bucket: `rate` events per second on average, `burst` at once. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: Millis = Number.NEGATIVE_INFINITY;

  /** @param rate tokens per second. @param burst capacity; the bucket starts full. */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes a token if there is one. */
  take(now: Millis): boolean {
    const gained = ((now - this.#filledAt) * this.#rate) / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, gained));
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
