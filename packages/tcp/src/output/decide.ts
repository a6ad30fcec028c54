import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { DUPLICATE_THRESHOLD } from "../params.ts";
import { headersOf, optionsOf } from "./path.ts";

/** How much may be outstanding now: the lesser of the peer's and the congestion window. */
function allowance(block: ControlBlock): number {
  let congestion = block.congestion.window + (block.loss.recovering ? block.loss.inflation : 0);
  // RFC 3042 2: the first two duplicate acknowledgments each release one segment beyond cwnd.
  if (
    !block.loss.recovering &&
    block.loss.duplicateAcks > 0 &&
    block.loss.duplicateAcks < DUPLICATE_THRESHOLD
  ) {
    congestion += block.loss.duplicateAcks * block.sendSegment;
  }
  return Math.min(block.sendWindow, congestion);
}

/**
 * How many octets to send from `resendNext` now; 0 for none. Holds the Nagle algorithm (RFC 9293 3.7.4) and the sender's silly window
 * avoidance (3.8.6.2.1, MUST-38): a full segment, or the last one when nothing is outstanding, or half the largest window.
 */
export function octetsToSend(block: ControlBlock): number {
  const queued = block.unsent;
  const usable = allowance(block) - ((block.resendNext - block.sendUnacknowledged) | 0);
  const most = Math.min(usable, queued);
  if (most <= 0) return 0;
  const segment = block.sendSegment;
  if (most >= segment) return largestSegment(block, most, queued);
  // What goes again after a timeout was decided on before, but a full window's rest is not worth a segment.
  if (block.resendNext !== block.sendNext) {
    return most === queued || block.resendNext === block.sendUnacknowledged ? most : 0;
  }
  const mayBeSmall = block.noDelay || block.finQueued || block.sendUnacknowledged === block.sendNext;
  if (!mayBeSmall) return 0;
  return most === queued || most >= block.maximumSendWindow >> 1 ? most : 0;
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
  return large === queued && block.noDelay ? large : large - (large % segment);
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
  if (now - block.lastSentAt > block.roundTrip.timeout) block.congestion.restarted(now);
}
