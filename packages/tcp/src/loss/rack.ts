import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { DUPLICATE_THRESHOLD, RACK_GRANULARITY } from "../params.ts";

/**
 * RACK (RFC 8985 6.2, step 5): what was sent sufficiently long before something that has been delivered is lost. Records fly in the order in
 * which they were sent, so the search ends at the first one that may be only late; it is looked at again when its time has come. (The RFC
 * waits for the last one that may be late, and finds all of them then: that would have to look at each.)
 * @returns whether something was found lost.
 */
export function detectLosses(block: ControlBlock, now: Millis): boolean {
  const { loss } = block;
  const { records, rack } = loss;
  loss.stopTimer();
  if (rack.serial === 0) return false;
  const patience = rack.roundTrip + reorderingWindow(block);
  let found = false;
  for (let slot = records.sent.oldest; slot >= 0; slot = records.sent.oldest) {
    const { table } = records;
    const serial = table.serial[slot]!;
    if (serial > rack.serial || (serial === rack.serial && ((table.end[slot]! - rack.end) | 0) >= 0)) break;
    records.visits++;
    const due = table.sentAt[slot]! + patience;
    if (due - now > RACK_GRANULARITY) {
      loss.deadline = due;
      loss.isReordering = true;
      break;
    }
    records.lose(slot);
    found = true;
  }
  return found;
}

/**
 * RACK.reo_wnd (step 4): how late what was overtaken may be. None at all while recovering or with three segments overtaking it, unless this
 * path is known to reorder.
 */
export function reorderingWindow(block: ControlBlock): Millis {
  const { loss, roundTrip } = block;
  const { rack, records } = loss;
  if (rack.reorderingsSeen === 0 && (loss.recovering || records.sackedSegments >= DUPLICATE_THRESHOLD))
    return 0;
  const shortest = Math.min(roundTrip.minimum, rack.roundTrip);
  return Math.min((rack.multiplier * shortest) / 4, roundTrip.smoothed || shortest);
}
