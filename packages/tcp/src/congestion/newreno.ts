import { BYTE_COUNTING_LIMIT, DUPLICATE_THRESHOLD, MAXIMUM_CONGESTION_WINDOW } from "../params.ts";
import type { CongestionController } from "./controller.ts";

/** Slow start and congestion avoidance of RFC 5681 with the byte counting of RFC 3465, fast recovery of RFC 6582. */
export class NewReno implements CongestionController {
  readonly name = "newreno";
  window = 0;
  threshold: number = Number.POSITIVE_INFINITY;
  #segment = 0;
  #initialWindow = 0;
  /** Octets acknowledged since the window last grew in congestion avoidance (RFC 3465 2.1). */
  #acknowledged = 0;

  start(segment: number, initialWindow: number): void {
    this.#segment = segment;
    this.#initialWindow = initialWindow;
    this.window = initialWindow;
  }

  segmentChanged(segment: number): void {
    // RFC 5681 says nothing; as many segments as before, so that a smaller path does not also get a burst.
    if (this.#segment > 0) this.window = Math.max(segment, Math.floor(this.window / this.#segment) * segment);
    this.#segment = segment;
  }

  acknowledged(octets: number, afterTimeout: boolean): void {
    if (this.window < this.threshold) {
      // RFC 3465 2.2 and 2.3: L is 2 segments, but 1 while what was lost with a timeout is sent again.
      const limit = afterTimeout ? this.#segment : BYTE_COUNTING_LIMIT * this.#segment;
      this.#grow(Math.min(octets, limit));
      return;
    }
    // RFC 3465 2.1: one segment per window of acknowledged octets.
    this.#acknowledged += octets;
    if (this.#acknowledged < this.window) return;
    this.#acknowledged -= this.window;
    this.#grow(this.#segment);
  }

  recoveryStarted(inFlight: number): void {
    // RFC 5681 3.2 steps 2 and 3.
    this.threshold = this.#half(inFlight);
    this.window = this.threshold + DUPLICATE_THRESHOLD * this.#segment;
    this.#acknowledged = 0;
  }

  duplicateAcknowledged(): void {
    // RFC 5681 3.2 step 4.
    this.#grow(this.#segment);
  }

  partiallyAcknowledged(octets: number): void {
    // RFC 6582 3.2 step 3, partial acknowledgments: deflate by what left the network, add back the segment that is sent now.
    const deflated = this.window - octets + (octets >= this.#segment ? this.#segment : 0);
    this.window = Math.max(this.#segment, deflated);
  }

  recoveryEnded(inFlight: number): void {
    // RFC 6582 3.2 step 3, full acknowledgments, option 1: no burst.
    this.window = Math.min(this.threshold, Math.max(inFlight, this.#segment) + this.#segment);
    this.#acknowledged = 0;
  }

  timedOut(inFlight: number, again: boolean): void {
    // RFC 5681 3.1, equation 4: held constant when the segment was already sent again by the timer.
    if (!again) this.threshold = this.#half(inFlight);
    this.window = this.#segment;
    this.#acknowledged = 0;
  }

  restarted(): void {
    // RFC 5681 4.1: RW = min(IW, cwnd).
    this.window = Math.min(this.window, this.#initialWindow);
  }

  #half(inFlight: number): number {
    return Math.max(Math.floor(inFlight / 2), 2 * this.#segment);
  }

  #grow(octets: number): void {
    this.window = Math.min(MAXIMUM_CONGESTION_WINDOW, this.window + octets);
  }
}
