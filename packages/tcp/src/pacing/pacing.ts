import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";

/**
 * Pacing: a window is sent over a round trip instead of at once (recommended by RFC 9002 7.7 and RFC 9406 4.3; the factors are Linux'). It is
 * driven by a deadline of the connection like any timer, so a late timer may make up for what it missed, but only for a bounded burst.
 */

const never: Millis = Number.POSITIVE_INFINITY;
/** Part of window / SRTT at which to send: the window doubles per round trip in slow start, and otherwise has to keep up with it. */
const SLOW_START_FACTOR = 2;
const FACTOR = 1.2;
/** Segments that may leave at once in any case. */
const BURST_SEGMENTS = 2;
/** Milliseconds of the rate that may leave at once: what one tick of a timer is late. */
const BURST_TIME: Millis = 1;
/** Most octets that may leave at once. */
const LARGEST_BURST = 65_536;

/** What one connection that paces keeps. */
export class Pacer {
  /** When the next text may leave. */
  next: Millis = -never;
}

/** Octets per millisecond; Infinity before the first round trip is known. */
export function pacingRate(block: ControlBlock): number {
  const { congestion, roundTrip } = block;
  if (roundTrip.smoothed <= 0) return Number.POSITIVE_INFINITY;
  const own = congestion.pacingRate?.(roundTrip.smoothed);
  if (own !== undefined) return own;
  const factor = congestion.window * 2 < congestion.threshold ? SLOW_START_FACTOR : FACTOR;
  return (factor * congestion.window) / roundTrip.smoothed;
}

/** Whether text has to wait, for the pace or after a mark with the smallest window; then the connection's deadline is set. */
export function pacingHolds(block: ControlBlock, now: Millis): boolean {
  const { pacer, ecn } = block;
  const next = pacer === null ? ecn.heldUntil : Math.max(pacer.next, ecn.heldUntil);
  if (next <= now) return false;
  block.pacingDeadline = next;
  return true;
}

/** `octets` of text left, new or again. */
export function paced(block: ControlBlock, octets: number, now: Millis): void {
  const { pacer } = block;
  if (pacer === null) return;
  const rate = pacingRate(block);
  const least = Math.max(BURST_SEGMENTS * block.sendSegment, BURST_TIME * rate);
  const burst = Math.min(LARGEST_BURST, least) - block.sendSegment;
  // Time that was not used counts for one burst; that is how many octets leave before the first has to wait.
  pacer.next = Math.max(pacer.next, now - burst / rate) + octets / rate;
}

/** The time has come for more. */
export function pacingExpired(block: ControlBlock): void {
  block.pacingDeadline = never;
  block.context.markDirty(block);
}
