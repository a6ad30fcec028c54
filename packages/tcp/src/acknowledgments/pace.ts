import type { Millis } from "@mnet/core";
import type { RoundTripEstimator } from "../rtt.ts";

/**
 * When a lone segment is acknowledged: at once while its sender is in slow start and every acknowledgment opens its window, later while
 * the application answers what comes and the acknowledgment can ride on the answer. As Linux does with its quick-ack and ping-pong modes;
 * two full segments are acknowledged in any case (RFC 9293 3.8.6.3, RFC 5681 4.2).
 */
export class AcknowledgmentPace {
  /** Segments still to be acknowledged at once. */
  #quick: number;
  /** We answer what comes. */
  #interactive = false;
  #textAt: Millis = Number.NEGATIVE_INFINITY;
  /** Segments since the last acknowledgment that their sender may wait for, the second of which counts; 2 at most. */
  #awaited = 0;
  readonly #atOnce: number;

  /** @param atOnce segments acknowledged at once before any delay. */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
    this.#quick = atOnce;
  }

  /** Text came in order; whether to acknowledge it at once. After a timeout without any the peer's window starts anew (RFC 5681 4.1). */
  received(now: Millis, roundTrip: RoundTripEstimator): boolean {
    if (now - this.#textAt > roundTrip.timeout) this.#quick = this.#atOnce;
    this.#textAt = now;
    if (this.#interactive || this.#quick === 0) return false;
    this.#quick--;
    return true;
  }

  /** Something was lost, came twice or out of order: the peer needs acknowledgments to recover. */
  disturbed(): void {
    this.#quick = this.#atOnce;
    this.#interactive = false;
  }

  /** We sent text: an answer, if it was as quick as an acknowledgment that waits. */
  answered(now: Millis, delay: Millis): void {
    if (now - this.#textAt < delay) this.#interactive = true;
  }

  /** A segment less than full came in order. */
  small(): void {
    this.#awaited = this.#awaited === 0 ? 1 : 2;
  }

  /** A full segment came in order that ends a write. */
  pushed(): void {
    if (this.#awaited === 0) this.#awaited = 1;
  }

  /** An acknowledgment of everything was sent. */
  acknowledged(): void {
    this.#awaited = 0;
  }

  /** The application has read everything; whether to acknowledge it at once: no answer may come, and the peer may wait with the next write. */
  drained(): boolean {
    return this.#awaited > (this.#interactive ? 1 : 0);
  }

  /** The acknowledgment waited in vain. */
  unanswered(): void {
    this.#interactive = false;
  }
}
