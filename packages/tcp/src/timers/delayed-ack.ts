import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";

/** An acknowledgment is owed, but may wait for text or another segment (RFC 9293 3.8.6.3, RFC 5681 4.2). */
export function delayAcknowledgment(block: ControlBlock, now: Millis): void {
  if (block.acknowledgeDeadline !== Number.POSITIVE_INFINITY) return;
  block.acknowledgeDeadline = now + block.context.params.delayedAcknowledgment;
}

export function delayedAcknowledgmentExpired(block: ControlBlock): void {
  block.acknowledgeDeadline = Number.POSITIVE_INFINITY;
  block.acknowledgeNow = true;
  block.acknowledgmentPace.unanswered();
  block.context.statistics.delayedAcknowledgments++;
  block.context.markDirty(block);
}
