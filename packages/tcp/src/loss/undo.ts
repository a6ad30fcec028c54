import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";
import type { Delivery } from "./delivery.ts";
import { Frto } from "./loss-recovery.ts";
import { settle } from "./recovery.ts";

/**
 * Eifel detection (RFC 3522): the acknowledgment that moves SND.UNA over what was sent again first echoes a time before that, so it is the
 * first transmission that arrived, late. (A receiver that has the second one echoes its time from then on.)
 */
export function echoesOriginal(block: ControlBlock, segment: Segment): boolean {
  const { undo } = block.loss;
  if (!undo.repeated || !block.timestamps.enabled || !segment.hasTimestamp) return false;
  if (((block.sendUnacknowledged - undo.first) | 0) <= 0 || segment.timestampEcho === 0) return false;
  return ((segment.timestampEcho - undo.stamp) | 0) < 0;
}

/**
 * The peer got `twice` octets twice, those that end at `end` (RFC 3708 3): when that is true of all that was sent again, nothing was lost.
 */
export function allCameTwice(block: ControlBlock, twice: number, end: number): boolean {
  const { undo } = block.loss;
  if (!undo.repeated) return false;
  const start = (end - twice) | 0;
  if (((start - undo.first) | 0) < 0 || ((end - undo.last) | 0) > 0) return false;
  undo.resent -= twice;
  return undo.resent <= 0;
}

/**
 * F-RTO (RFC 5682 2.1 and 3.1) after a timeout. The first acknowledgment that moves SND.UNA makes us try new data; when the next one tells of
 * something that was sent only once, before the timeout, its first transmission arrived: nothing was lost.
 * @returns whether the timeout was spurious.
 */
export function timeoutWasSpurious(block: ControlBlock, delivery: Delivery, moved: boolean): boolean {
  const { loss } = block;
  // What was sent once may have come before what filled the gap: only SACK tells, or an acknowledgment of such octets alone.
  const proven = delivery.original && (delivery.originalSacked || !delivery.resentAcknowledged);
  if (proven) return loss.undo.active;
  if (loss.frto === Frto.Trying) {
    // Nothing of before: what was lost was lost, and goes now, although the new data fills the window.
    loss.frto = Frto.Off;
    loss.forceFirst = true;
  } else if (moved && ((block.sendUnacknowledged - loss.recoverySequence) | 0) < 0 && block.unsent > 0) {
    loss.frto = Frto.Trying;
    loss.recoverySequence = block.sendNext;
  } else {
    loss.frto = Frto.Off;
  }
  return false;
}

/**
 * Nothing may be sent although F-RTO wants to try new data: there is none, or the peer's window, the congestion window or the Nagle algorithm
 * forbid it. What is lost goes now (RFC 5682 2.1, step 2b). Text that pacing alone holds back is tried when its time comes.
 * @returns whether that was so.
 */
export function triedInVain(block: ControlBlock): boolean {
  const { loss } = block;
  if (loss.frto !== Frto.Trying || block.sendNext !== loss.recoverySequence) return false;
  loss.frto = Frto.Off;
  return true;
}

/** The last reduction was a mistake (RFC 4015 3): window and threshold are restored, and what was not sent again is on its way still. */
export function undoReduction(block: ControlBlock): void {
  const { loss } = block;
  block.congestion.undo();
  // What the peer echoes is another matter, and not answered yet.
  block.ecn.isTelling = false;
  loss.undo.active = false;
  loss.frto = Frto.Off;
  loss.forceFirst = false;
  loss.records.findLost();
  loss.duplicates = 0;
  loss.duplicateOctets = 0;
  loss.untold = 0;
  block.context.statistics.undoneReductions++;
  settle(block);
}
