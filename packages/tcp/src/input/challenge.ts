import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";

/**
 * Answers a segment that may be forged with an acknowledgment that tells a real peer the truth (RFC 5961), a bounded number of times per
 * second. The bound belongs to the connection: a shared one could be read by others (CVE-2016-5696).
 */
export function challenge(block: ControlBlock, now: Millis): void {
  if (now - block.challengeSince >= 1000) {
    block.challengeSince = now;
    block.challengesLeft = block.context.params.challengesPerSecond;
  }
  if (block.challengesLeft <= 0) return;
  block.challengesLeft--;
  block.context.statistics.challengeAcknowledgments++;
  block.acknowledgeNow = true;
  block.context.markDirty(block);
}
