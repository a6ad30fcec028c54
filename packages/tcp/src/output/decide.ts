import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { Frto } from "../loss/loss-recovery.ts";
import { probeUnanswered } from "../loss/tail-loss-probe.ts";
import { headersOf, optionsOf } from "./path.ts";

/**
 * Octets that may enter the network now: what PRR grants, or what the congestion window has room for. What was selectively acknowledged or
 * told by a duplicate acknowledgment has left the network, and so lets new data follow: limited transmit (RFC 3042).
 */
function congestionRoom(block: ControlBlock): number {
  const { loss } = block;
  return loss.isMetered ? loss.prr.budget : block.congestion.window - loss.pipe;
}

/** Octets from `sequence` on that the peer's window has room for. */
function windowRoom(block: ControlBlock, sequence: number): number {
  return block.sendWindow - ((sequence - block.sendUnacknowledged) | 0);
}

/**
 * How many octets from `loss.records.lostFrom` on to send again now; 0 for none. A segment that the peer's window has room for a part of
 * only is cut when it is the one that the peer waits for.
 */
export function octetsToRepeat(block: ControlBlock): number {
  const { loss } = block;
  const { records } = loss;
  if (records.missing === 0 || loss.frto === Frto.Trying) return 0;
  const usable = windowRoom(block, records.lostFrom);
  if (usable <= 0) return 0;
  const octets = records.lostRun(block.sendSegment);
  const isFree = loss.forceFirst || loss.pipe === 0;
  if (!isFree && octets > congestionRoom(block)) return 0;
  if (octets <= usable) return octets;
  return records.lostFrom === block.sendUnacknowledged ? usable : 0;
}

/** How many new octets a tail loss probe sends, whatever the congestion window says; 0 when it has to repeat some. */
export function octetsToProbe(block: ControlBlock): number {
  if (block.resendNext !== block.sendNext || block.loss.records.full) return 0;
  return Math.max(0, Math.min(block.sendSegment, block.unsent, windowRoom(block, block.resendNext)));
}

/**
 * How many octets to send from `resendNext` now; 0 for none. Holds the Nagle algorithm (RFC 9293 3.7.4) and the sender's silly window
 * avoidance (3.8.6.2.1, MUST-38): a full segment, or the last one when no small one is outstanding, or half the largest window when nothing is.
 */
export function octetsToSend(block: ControlBlock): number {
  const queued = block.unsent;
  const most = Math.min(congestionRoom(block), windowRoom(block, block.resendNext), queued);
  if (most <= 0 || block.loss.records.full) return 0;
  const segment = block.sendSegment;
  if (most >= segment) return largestSegment(block, most, queued);
  // What goes again after a timeout was decided on before, but a full window's rest is not worth a segment.
  if (block.resendNext !== block.sendNext) {
    return most === queued || block.resendNext === block.sendUnacknowledged ? most : 0;
  }
  if (most === queued) return tailMayLeave(block) ? most : 0;
  const isUrged = block.noDelay || block.finQueued || block.sendUnacknowledged === block.sendNext;
  return isUrged && most >= block.maximumSendWindow >> 1 ? most : 0;
}

/**
 * Whether the last octets written may leave although they fill no segment: the Nagle algorithm as Minshall changed it (RFC 9293 A.3). They wait
 * for the acknowledgment of another small segment, not for that of the full ones in front of them, which a peer may delay.
 */
function tailMayLeave(block: ControlBlock): boolean {
  return block.noDelay || block.finQueued || ((block.smallEnd - block.sendUnacknowledged) | 0) <= 0;
}

/** One full segment, or as many as the link takes as one (design: offload) and the windows allow. */
function largestSegment(block: ControlBlock, most: number, queued: number): number {
  const segment = block.sendSegment;
  const { segmentation } = block.route.capabilities;
  const offload = block.network.family === 4 ? segmentation.tcp4 : segmentation.tcp6;
  if (!offload || block.resendNext !== block.sendNext) return segment;
  const whole = segmentation.maxOctets - headersOf(block.network.family) - optionsOf(block);
  const large = Math.min(most, Math.floor(whole / segment) * segment);
  if (large <= segment) return segment;
  // A last small one rides along only where it would be sent anyway.
  return large === queued && tailMayLeave(block) ? large : large - (large % segment);
}

/** Whether the FIN goes out now: all text has been sent, and the window has room for its sequence number. */
export function finDue(block: ControlBlock): boolean {
  if (!block.finQueued || block.resendNext !== block.sendEnd) return false;
  return ((block.resendNext - block.sendUnacknowledged) | 0) < block.sendWindow;
}

/** Whether a segment that ends at the last octet written may carry the FIN as well. */
export function finFits(block: ControlBlock, end: number): boolean {
  return (
    block.finQueued && end === block.sendEnd && ((end - block.sendUnacknowledged) | 0) < block.sendWindow
  );
}

/** Whether something waits to be sent or sent again. */
export function hasUnsent(block: ControlBlock): boolean {
  return block.unsent > 0 || (block.finQueued && block.resendNext === block.sendEnd);
}

/** RFC 5681 4.1: cwnd says nothing about the path after at least one timeout without sending. */
export function restartAfterIdle(block: ControlBlock, now: Millis): void {
  if (block.sendUnacknowledged !== block.sendNext) return;
  if (now - block.lastSentAt <= block.roundTrip.timeout) return;
  probeUnanswered(block, now);
  block.congestion.restarted(now);
  block.loss.usage.restarted();
}
