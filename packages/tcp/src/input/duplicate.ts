import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { acceptableSequence, emit } from "../output/emit.ts";

/**
 * Text [start, end) left of RCV.NXT came again: our acknowledgment was lost or late, so the next one is not held back, and tells it with a
 * D-SACK block (RFC 2883).
 */
export function cameTwice(block: ControlBlock, start: number, end: number, now: Millis): void {
  if (block.sackPermitted && start !== end) {
    // One block tells of one duplicate: the last one has to leave first.
    if (block.sackReport.hasDuplicate) emit(block, acceptableSequence(block), TcpFlag.Ack, 0, 0, now);
    block.sackReport.duplicate(start, end);
  }
  block.acknowledgeNow = true;
  block.acknowledgmentPace.disturbed();
  block.context.markDirty(block);
}

/** Text [start, end) arrives of which some may be held already: that is told with a D-SACK block. */
export function heldTwice(block: ControlBlock, start: number, end: number, now: Millis): void {
  const { ranges, sackReport } = block;
  // The segment began with old text, which is told already: only its first duplicate is (RFC 2883 4).
  if (sackReport.hasDuplicate && sackReport.duplicateEnd === start) return;
  const range = ranges.count === 0 ? -1 : ranges.overlapping(start, end);
  if (range < 0) return;
  const from = ranges.start(range);
  const to = ranges.end(range);
  cameTwice(block, ((from - start) | 0) > 0 ? from : start, ((to - end) | 0) < 0 ? to : end, now);
}

/**
 * Before text [start, end) is held out of order. The first SACK block is of the segment that came last (RFC 2018 4): an acknowledgment that
 * is still owed for another range leaves first, so that the peer hears of each; those for one range tell the same and leave together.
 */
export function tellApart(block: ControlBlock, start: number, end: number, now: Millis): void {
  if (!block.sackPermitted) return;
  const { sackReport, ranges } = block;
  if (block.duplicatesOwed > 0 && (sackReport.hasDuplicate || !sackReport.continues(start, ranges))) {
    emit(block, acceptableSequence(block), TcpFlag.Ack, 0, 0, now);
    block.duplicatesOwed--;
    block.context.statistics.duplicateAcknowledgmentsSent++;
  }
  heldTwice(block, start, end, now);
}
