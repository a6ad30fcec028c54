import type { Millis } from "@mnet/core";

/** C, segments per second cubed (RFC 9438 5). */
const SCALE = 0.4;
/** beta_cubic: what is left of the window after a loss (RFC 9438 4.6). */
export const CUBIC_DECREASE = 0.7;
/** alpha_cubic: what makes AIMD with {@link CUBIC_DECREASE} reach the average window of Reno (RFC 9438 4.3). */
const FRIENDLY_INCREASE: number = (3 * (1 - CUBIC_DECREASE)) / (1 + CUBIC_DECREASE);

/**
 * The two curves of one congestion avoidance stage (RFC 9438 4.2, 4.3), in segments: W_cubic(t) and what Reno would have reached, W_est.
 */
export class CubicCurve {
  /** W_max: the window at which the plateau of the curve lies. */
  plateau = 0;
  /** cwnd_prior: the window before the last reduction. */
  prior = 0;
  /** When the stage began (t_epoch); -1 before it does. */
  epoch: Millis = -1;
  /** K in seconds: from the beginning of the stage to the plateau. */
  #delay = 0;
  /** W_est. */
  #friendly = 0;

  /** Congestion avoidance begins with a window of `window` segments. */
  begin(window: number, now: Millis): void {
    this.epoch = now;
    this.#friendly = window;
    // Without a loss before (RFC 9438 4.10), after a timeout (4.8), or beyond the plateau already: K is 0 and W_max is cwnd.
    if (this.plateau <= window) this.plateau = window;
    this.#delay = Math.cbrt((this.plateau - window) / SCALE);
  }

  /** The stage is over; the next acknowledgment in congestion avoidance begins another. */
  end(): void {
    this.epoch = -1;
  }

  /** Time in which the window could not grow does not count (RFC 9438 5.8). */
  pause(duration: Millis): void {
    if (this.epoch >= 0) this.epoch += duration;
  }

  /** A reduction from `window` segments: where the next plateau lies (fast convergence, RFC 9438 4.7). */
  reduced(window: number): void {
    this.plateau = window < this.plateau ? (window * (1 + CUBIC_DECREASE)) / 2 : window;
    this.prior = window;
    this.end();
  }

  /** W_cubic, `at` a time. */
  height(at: Millis): number {
    const t = (at - this.epoch) / 1000 - this.#delay;
    return SCALE * t * t * t + this.plateau;
  }

  /**
   * The window after `delivered` more segments, from `window`.
   * @param roundTrip smoothed, milliseconds.
   */
  next(window: number, delivered: number, roundTrip: Millis, now: Millis): number {
    const increase = this.#friendly >= this.prior ? 1 : FRIENDLY_INCREASE;
    this.#friendly += (increase * delivered) / window;
    // 4.3: where Reno would be faster, be as fast.
    if (this.height(now) < this.#friendly) return Math.max(window, this.#friendly);
    const target = Math.min(1.5 * window, Math.max(window, this.height(now + roundTrip)));
    return window + ((target - window) * delivered) / window;
  }

  /** Takes over another curve: how a reduction is undone. */
  copy(other: CubicCurve): void {
    this.plateau = other.plateau;
    this.prior = other.prior;
    this.epoch = other.epoch;
    this.#delay = other.#delay;
    this.#friendly = other.#friendly;
  }

  /** The size of a segment changed: the same octets are `factor` times as many segments. */
  rescale(factor: number): void {
    this.plateau *= factor;
    this.prior *= factor;
    this.#friendly *= factor;
    this.end();
  }
}
