import type { Millis } from "./host.ts";

/** A token bucket: `rate` events per second on average, `burst` at once. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: Millis | null = null;

  /** @param rate tokens per second. @param burst capacity; the bucket starts full. */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes `tokens` if there is at least one, leaving no less than none. */
  take(now: Millis, tokens = 1): boolean {
    this.#filledAt ??= now;
    if (now > this.#filledAt) {
      this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) * this.#rate) / 1000);
      this.#filledAt = now;
    }
    if (this.#tokens < 1) return false;
    this.#tokens = Math.max(0, this.#tokens - tokens);
    return true;
  }
}
