import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";
import { echoedRoundTrip } from "../timestamps/round-trip.ts";

/**
 * How large the receive buffer grows: dynamic right-sizing (Fisk and Feng 2001), as Linux does it. What the application reads in a round
 * trip is what the sender got through in one; the window has to cover twice that, since a sender in slow start doubles.
 */
export class ReceiveTuning {
  /** Whether the limit is ours to raise: the application set none. */
  #most: number;
  #fixed: boolean;
  /** Octets read in the last round trip that was measured. */
  #space = 0;
  #read = 0;
  #readSince: Millis = 0;
  /** Round trips as the receiver sees them; 0 before the first. */
  #roundTrip: Millis = 0;
  /** Without timestamps: when text up to here was allowed. */
  #markSequence = 0;
  #markedAt: Millis = -1;

  /** @param least the limit to begin with. @param most the largest; the same when the application chose it. */
  constructor(least: number, most: number) {
    this.#most = most;
    this.#fixed = least === most;
  }

  /** The application chose the size. */
  get isFixed(): boolean {
    return this.#fixed;
  }

  get roundTrip(): Millis {
    return this.#roundTrip;
  }

  /** Octets read per round trip, for diagnosis. */
  get space(): number {
    return this.#space;
  }

  /** The application sets the limit itself from now on. */
  fix(): void {
    this.#most = 0;
    this.#fixed = true;
  }

  /** The peer takes no scaled windows: a limit that the window field cannot say would look like room to be offered with every read. */
  bound(most: number): void {
    this.#most = Math.min(this.#most, most);
  }

  /** Text came in order: measures the round trip by what it echoes, or by the time that a window takes, which is no less than one. */
  arrived(block: ControlBlock, segment: Segment, now: Millis): void {
    if (block.receiveLimit >= this.#most) return;
    if (block.timestamps.enabled) {
      // A full segment was sent because of the acknowledgment that it echoes; a small one may have waited for its application.
      const measured = segment.textLength >= block.receiveSegment ? echoedRoundTrip(block, segment, now) : -1;
      if (measured < 0) return;
      this.#roundTrip = this.#roundTrip === 0 ? measured : this.#roundTrip + (measured - this.#roundTrip) / 8;
      return;
    }
    if (this.#markedAt >= 0 && ((block.receiveNext - this.#markSequence) | 0) < 0) return;
    if (this.#markedAt >= 0) {
      const measured = now - this.#markedAt;
      this.#roundTrip = this.#roundTrip === 0 ? measured : Math.min(this.#roundTrip, measured);
    }
    this.#markSequence = block.receiveEdge;
    this.#markedAt = now;
  }

  /** The application has read: after each round trip the limit follows what it takes. */
  read(block: ControlBlock, octets: number, segment: number, now: Millis): void {
    if (block.receiveLimit >= this.#most) return;
    this.#read += octets;
    const roundTrip = this.#roundTrip > 0 ? this.#roundTrip : block.roundTrip.smoothed;
    if (now - this.#readSince < roundTrip) return;
    const read = this.#read;
    this.#read = 0;
    this.#readSince = now;
    if (read <= this.#space) return;
    const before = this.#space;
    this.#space = read;
    if (block.context.slabs.pressed) return;
    let wanted = 2 * read + 16 * segment;
    // Faster still while the sender grows faster than twice per round trip, or text waited for the application.
    if (before > 0) wanted += 2 * Math.floor((wanted * (read - before)) / before);
    if (wanted > block.receiveLimit) block.receiveLimit = Math.min(this.#most, wanted);
  }
}
