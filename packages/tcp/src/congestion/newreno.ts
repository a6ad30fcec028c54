import { BYTE_COUNTING_LIMIT, MAXIMUM_CONGESTION_WINDOW } from "../params.ts";
import type { CongestionController, DeliverySample } from "./controller.ts";

/** Slow start and congestion avoidance of RFC 5681 with the byte counting of RFC 3465. */
export class NewReno implements CongestionController {
  readonly name = "newreno";
  window = 0;
  threshold: number = Number.POSITIVE_INFINITY;
  #segment = 0;
  #initialWindow = 0;
  /** Octets acknowledged since the window last grew in congestion avoidance (RFC 3465 2.1). */
  #acknowledged = 0;
  /** Window and threshold before the last reduction. */
  #windowBefore = 0;
  #thresholdBefore: number = Number.POSITIVE_INFINITY;

  start(segment: number, initialWindow: number): void {
    this.#segment = segment;
    this.#initialWindow = initialWindow;
    this.window = initialWindow;
  }

  segmentChanged(segment: number): void {
    // RFC 5681 says nothing. A path of smaller segments gets no more of them at once, one of larger ones no more octets.
    const segments = Math.floor(this.window / Math.max(1, this.#segment));
    this.window = Math.max(segment, Math.min(this.window, segments * segment));
    this.#segment = segment;
  }

  delivered(sample: DeliverySample): void {
    if (!sample.windowLimited) return;
    if (this.window < this.threshold) {
      // RFC 3465 2.2 and 2.3: L is 2 segments, but 1 while what was lost with a timeout is sent again.
      const limit = sample.afterTimeout ? this.#segment : BYTE_COUNTING_LIMIT * this.#segment;
      this.#grow(Math.min(sample.octets, limit));
      return;
    }
    // RFC 3465 2.1: one segment per window of acknowledged octets.
    this.#acknowledged += sample.octets;
    if (this.#acknowledged < this.window) return;
    this.#acknowledged -= this.window;
    this.#grow(this.#segment);
  }

  congested(kind: "loss" | "ecn", inFlight: number): void {
    this.#remember();
    this.threshold = this.#half(inFlight);
    // RFC 3168 6.1.2: marks bring the window down to one segment, as nothing is lost that would have to be repaired.
    this.window = kind === "loss" ? this.threshold : Math.max(Math.floor(inFlight / 2), this.#segment);
    this.#acknowledged = 0;
  }

  recovered(): void {
    this.window = Math.min(this.window, this.threshold);
    this.#acknowledged = 0;
  }

  timedOut(inFlight: number, again: boolean): void {
    // RFC 5681 3.1, equation 4: held constant when the segment was already sent again by the timer.
    if (!again) {
      this.#remember();
      this.threshold = this.#half(inFlight);
    }
    this.window = this.#segment;
    this.#acknowledged = 0;
  }

  undo(): void {
    this.window = Math.max(this.window, this.#windowBefore);
    this.threshold = Math.max(this.threshold, this.#thresholdBefore);
  }

  restarted(): void {
    // RFC 5681 4.1: RW = min(IW, cwnd); what was known of the path stays as the threshold (RFC 7661 4.4.2).
    this.threshold = Math.max(this.threshold, Math.floor(this.window * 0.75));
    this.window = Math.min(this.window, this.#initialWindow);
  }

  #remember(): void {
    this.#windowBefore = this.window;
    this.#thresholdBefore = this.threshold;
  }

  #half(inFlight: number): number {
    return Math.max(Math.floor(inFlight / 2), 2 * this.#segment);
  }

  #grow(octets: number): void {
    this.window = Math.min(MAXIMUM_CONGESTION_WINDOW, this.window + octets);
  }
}
