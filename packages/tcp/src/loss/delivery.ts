import type { Millis } from "@mnet/core";
import type { RoundTripEstimator } from "../rtt.ts";
import type { RecordTable } from "./record-table.ts";

/** What one acknowledgment newly told about what was sent: filled while it is taken in, one reused record per layer. */
export class Delivery {
  now: Millis = 0;
  /** Octets acknowledged or selectively acknowledged for the first time. */
  octets = 0;
  /** Of which selectively. */
  sacked = 0;
  /** Something that was sent more than once is acknowledged cumulatively: nobody knows which of them arrived (Karn). */
  resentAcknowledged = false;
  /** When the first and the last sent were sent that were sent only once; -1 for none. */
  firstSentAt: Millis = -1;
  lastSentAt: Millis = -1;
  /** Octets before `recover` were delivered that had been sent only once: RFC 5682's sign of a spurious timeout. */
  original = false;
  /** The same by selective acknowledgment. */
  originalSacked = false;
  /** RFC 8985 6.2, step 3: what had not been sent again was delivered after something sent behind it. */
  reordered = false;
  /** RACK.fack: one past the highest sequence number delivered. */
  forward = 0;
  /** The latest transmission that was delivered: number, end, time; 0 for none. */
  serial = 0;
  end = 0;
  sentAt: Millis = 0;
  /** `recover`: see {@link Delivery.original}. */
  #recover = 0;
  /** RACK.min_RTT, and what the acknowledgment echoes; see {@link Delivery.#isAmbiguous}. */
  #minimumRoundTrip: Millis = 0;
  #echo = 0;
  #offset = 0;
  #echoes = false;

  /** @param forward RACK.fack. @param recover what was the highest sequence number sent when recovery began. */
  begin(forward: number, recover: number, roundTrip: Pick<RoundTripEstimator, "minimum">, now: Millis): void {
    this.now = now;
    this.octets = 0;
    this.sacked = 0;
    this.resentAcknowledged = false;
    this.firstSentAt = -1;
    this.lastSentAt = -1;
    this.original = false;
    this.originalSacked = false;
    this.reordered = false;
    this.forward = forward;
    this.serial = 0;
    this.#recover = recover;
    this.#minimumRoundTrip = roundTrip.minimum;
    this.#echoes = false;
  }

  /** The acknowledgment echoes a timestamp. @param offset what timestamps are ahead of the clock by. */
  echoed(echo: number, offset: number): void {
    this.#echoes = true;
    this.#echo = echo;
    this.#offset = offset;
  }

  /** `octets` of the record, up to `end`, were delivered. @param selectively by SACK. */
  add(table: RecordTable, slot: number, octets: number, end: number, selectively: boolean): void {
    this.octets += octets;
    if (selectively) this.sacked += octets;
    const sentAt = table.sentAt[slot]!;
    const again = table.again[slot]! !== 0;
    if (again) {
      if (!selectively) this.resentAcknowledged = true;
    } else {
      if (this.firstSentAt < 0) this.firstSentAt = sentAt;
      if (sentAt > this.lastSentAt) this.lastSentAt = sentAt;
      if (((end - this.#recover) | 0) <= 0) {
        this.original = true;
        if (selectively) this.originalSacked = true;
      }
    }
    if (((end - this.forward) | 0) > 0) this.forward = end;
    else if (!again) this.reordered = true;
    if (again && this.#isAmbiguous(sentAt)) return;
    const serial = table.serial[slot]!;
    if (serial < this.serial) return;
    if (serial === this.serial && ((end - this.end) | 0) <= 0) return;
    this.serial = serial;
    this.end = end;
    this.sentAt = sentAt;
  }

  /**
   * RFC 8985 6.2, step 2: whether what was sent again may have been delivered by its first transmission: the echo is older, or no round trip
   * is that short.
   */
  #isAmbiguous(sentAt: Millis): boolean {
    if (this.#echoes && ((this.#echo - (this.#offset + (sentAt | 0))) | 0) < 0) return true;
    return this.now - sentAt < this.#minimumRoundTrip;
  }
}
