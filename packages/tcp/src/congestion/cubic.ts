import type { Millis } from "@mnet/core";
import { MAXIMUM_CONGESTION_WINDOW } from "../params.ts";
import type { CongestionController, DeliverySample } from "./controller.ts";
import { CUBIC_DECREASE, CubicCurve } from "./cubic-curve.ts";
import { HYSTART_LIMIT, HyStart } from "./hystart.ts";

/** Part of the window that stays as threshold when the window restarts after idling (RFC 7661 4.4.2). */
const KEPT_AFTER_IDLE = 0.75;

/**
 * CUBIC (RFC 9438) with HyStart++ (RFC 9406) in the first slow start, counting octets. Its window is as large at a loss rate p as Reno's
 * where Reno does well, and up to 1.17 (RTT/p)^(3/4) segments on long fat paths.
 */
export class Cubic implements CongestionController {
  readonly name = "cubic";
  window = 0;
  threshold: number = Number.POSITIVE_INFINITY;
  /** cwnd with its fraction of an octet. */
  #exact = 0;
  #segment = 1;
  #initialWindow = 0;
  #roundTrip: Millis = 0;
  /** Since when the window is not in use; -1 while it is. */
  #unusedSince: Millis = -1;
  /** HyStart++ serves the first slow start only. */
  #hystart: HyStart | null = new HyStart();
  /** L, segments by which one acknowledgment grows the window in any slow start. */
  readonly #slowStartLimit: number;
  readonly #curve = new CubicCurve();
  /** Before the last reduction. Made with the first one, which most connections never see. */
  #curveBefore: CubicCurve | null = null;
  #windowBefore = 0;
  #thresholdBefore: number = Number.POSITIVE_INFINITY;

  /** @param pacing whether the connection sends at a pace. */
  constructor(pacing = false) {
    this.#slowStartLimit = pacing ? Number.POSITIVE_INFINITY : HYSTART_LIMIT;
  }

  start(segment: number, initialWindow: number): void {
    this.#segment = segment;
    this.#initialWindow = initialWindow;
    this.#set(initialWindow);
  }

  segmentChanged(segment: number): void {
    // A path of smaller segments gets no more of them at once, one of larger ones no more octets.
    const segments = Math.floor(this.window / this.#segment);
    this.#curve.rescale(this.#segment / segment);
    this.#curveBefore?.rescale(this.#segment / segment);
    this.#segment = segment;
    this.#set(Math.max(segment, Math.min(this.window, segments * segment)));
  }

  delivered(sample: DeliverySample): void {
    const { roundTrip, now } = sample;
    if (roundTrip >= 0) this.#roundTrip += (roundTrip - this.#roundTrip) / (this.#roundTrip === 0 ? 1 : 8);
    if (!sample.windowLimited) {
      if (this.#unusedSince < 0) this.#unusedSince = now;
      return;
    }
    if (this.#unusedSince >= 0) this.#curve.pause(now - this.#unusedSince);
    this.#unusedSince = -1;
    if (this.window < this.threshold) this.#slowStart(sample);
    else this.#avoidCongestion(sample);
  }

  congested(kind: "loss" | "ecn", inFlight: number): void {
    this.#remember();
    this.#curve.reduced(this.#exact / this.#segment);
    this.#hystart = null;
    const left = this.#decreased(inFlight);
    this.threshold = Math.max(left, 2 * this.#segment);
    // RFC 9438 4.6: after a mark the window may be one segment, the threshold may not.
    this.#set(kind === "loss" ? this.threshold : Math.max(left, this.#segment));
  }

  recovered(): void {
    this.#set(Math.min(this.#exact, this.threshold));
    this.#curve.end();
  }

  timedOut(inFlight: number, again: boolean): void {
    this.#hystart = null;
    if (!again) {
      this.#remember();
      this.#curve.reduced(this.#exact / this.#segment);
      this.threshold = Math.max(this.#decreased(inFlight), 2 * this.#segment);
    }
    // RFC 9438 4.8: the next stage has its plateau where it begins.
    this.#curve.plateau = 0;
    this.#curve.end();
    this.#set(this.#segment);
  }

  undo(): void {
    // RFC 9438 4.9: as if nothing had been, unless the window has grown beyond that already.
    this.threshold = Math.max(this.threshold, this.#thresholdBefore);
    if (this.#exact >= this.#windowBefore) return;
    if (this.#curveBefore !== null) this.#curve.copy(this.#curveBefore);
    this.#set(this.#windowBefore);
  }

  restarted(): void {
    // RFC 5681 4.1: RW = min(IW, cwnd); what was known of the path stays as the threshold (RFC 7661 4.4.2).
    this.threshold = Math.max(this.threshold, Math.floor(this.window * KEPT_AFTER_IDLE));
    this.#set(Math.min(this.#exact, this.#initialWindow));
    this.#curve.end();
    this.#unusedSince = -1;
  }

  resumed(idle: Millis): void {
    // RFC 9438 5.8; a window that was not in use before it counts for the whole time when it is again.
    if (this.#unusedSince < 0) this.#curve.pause(idle);
  }

  #slowStart(sample: DeliverySample): void {
    const { octets, afterTimeout } = sample;
    const hystart = this.#hystart;
    if (hystart === null) {
      // RFC 3465 2.3: one while what was lost with a timeout is sent again, which acknowledgments then tell of in lumps.
      const limit = afterTimeout ? 1 : this.#slowStartLimit;
      this.#set(Math.min(this.threshold, this.#exact + Math.min(octets, limit * this.#segment)));
      return;
    }
    const over = hystart.delivered(sample);
    this.#set(this.#exact + hystart.growth(Math.min(octets, this.#slowStartLimit * this.#segment)));
    if (!over) return;
    this.threshold = this.window;
    this.#hystart = null;
  }

  #avoidCongestion(sample: DeliverySample): void {
    const window = this.#exact / this.#segment;
    if (this.#curve.epoch < 0) this.#curve.begin(window, sample.now);
    const next = this.#curve.next(window, sample.octets / this.#segment, this.#roundTrip, sample.now);
    this.#set(next * this.#segment);
  }

  /**
   * RFC 9438 4.6: a part of what was in flight, which is the window in whole segments while the window is the limit: its fraction counts
   * as well, or small windows would lose half a segment each time.
   */
  #decreased(inFlight: number): number {
    return Math.floor(Math.min(this.#exact, inFlight + this.#segment) * CUBIC_DECREASE);
  }

  #remember(): void {
    this.#curveBefore ??= new CubicCurve();
    this.#curveBefore.copy(this.#curve);
    this.#windowBefore = this.#exact;
    this.#thresholdBefore = this.threshold;
  }

  #set(window: number): void {
    this.#exact = Math.min(MAXIMUM_CONGESTION_WINDOW, window);
    this.window = Math.floor(this.#exact);
  }
}
