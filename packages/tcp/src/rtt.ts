import type { Millis } from "@mnet/core";
import { CLOCK_GRANULARITY, type TcpParameters } from "./params.ts";

/**
 * The retransmission timeout of RFC 6298, milliseconds. One segment is timed at a time and never a retransmitted one (Karn), so
 * after a back-off the timeout stays long until an octet that was sent once is acknowledged (section 5, last note).
 */
export class RoundTripEstimator {
  /** SRTT; 0 before the first measurement. */
  smoothed: Millis = 0;
  /** RTTVAR. */
  variation: Millis = 0;
  /** The smallest measurement; Infinity before the first. */
  minimum: Millis = Number.POSITIVE_INFINITY;
  /** RTO with its back-off: what the timer is set to. */
  timeout: Millis;
  readonly #leastMargin: Millis;
  readonly #ceiling: Millis;

  constructor(params: TcpParameters) {
    this.timeout = params.initialTimeout;
    this.#leastMargin = params.minimumTimeout;
    this.#ceiling = params.maximumTimeout;
  }

  /**
   * Takes one measurement R (RFC 6298 2.2 and 2.3). On a steady path RTTVAR goes to nothing, and with it what RTO is longer than a round trip. In the
   * place of the RFC's second (2.4) a margin keeps it above an acknowledgment that the peer delays, whatever the path.
   */
  sample(measured: Millis): void {
    // A negative value can only come from a caller's clock that went back.
    const roundTrip = Math.max(0, measured);
    if (this.minimum === Number.POSITIVE_INFINITY) {
      this.smoothed = roundTrip;
      this.variation = roundTrip / 2;
    } else {
      // The order matters: RTTVAR is updated with the SRTT from before.
      this.variation += (Math.abs(this.smoothed - roundTrip) - this.variation) / 4;
      this.smoothed += (roundTrip - this.smoothed) / 8;
    }
    this.minimum = Math.min(this.minimum, roundTrip);
    this.#set(this.smoothed + Math.max(CLOCK_GRANULARITY, this.#leastMargin, 4 * this.variation));
  }

  /** The timer expired (RFC 6298 5.5): doubles the timeout. */
  backOff(): void {
    this.#set(this.timeout * 2);
  }

  /** Puts the timeout in the place of one that was backed off (RFC 6298 5.7). */
  restart(timeout: Millis): void {
    this.#set(timeout);
  }

  #set(timeout: Millis): void {
    this.timeout = Math.min(this.#ceiling, timeout);
  }
}
