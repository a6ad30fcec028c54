import type { ControlBlock } from "../control-block.ts";
import { DUPLICATE_THRESHOLD } from "../params.ts";
import type { Delivery } from "./delivery.ts";

/**
 * Loss detection for peers without SACK: duplicate acknowledgments (RFC 5681 3.2, RFC 6582). Each one says that a segment has left the network,
 * not which.
 */

/** Duplicates before recovery that limited transmit answers with a new segment each (RFC 3042 2). */
const LIMITED_TRANSMIT = 2;

/**
 * One more duplicate. The third means that the first segment is lost, unless it may be for what was sent before the last recovery or timeout
 * (RFC 6582 3.2, step 2, and 4.1).
 * @returns whether a loss was found.
 */
export function countDuplicate(block: ControlBlock, delivery: Delivery): boolean {
  const { loss, sendSegment } = block;
  const { records } = loss;
  if (loss.state === "loss" || records.count === 0) return false;
  loss.duplicates++;
  const mayRecover = ((block.sendUnacknowledged - loss.recoverySequence) | 0) > 0;
  const found = loss.duplicates === DUPLICATE_THRESHOLD && loss.state !== "recovery" && mayRecover;
  if (found) records.loseFirst();
  if (!found && loss.state !== "recovery" && loss.duplicates > LIMITED_TRANSMIT) return false;
  // The first segment has not arrived; and of what is outstanding each can have arrived once: RFC 5681 3.2, step 4 allows this bound against
  // forged duplicates.
  const most = records.flying - (records.missing > 0 ? 0 : sendSegment);
  let octets = Math.min(sendSegment, most - loss.duplicateOctets);
  if (loss.state === "recovery") octets = Math.min(octets, loss.duplicateAllowance);
  if (octets <= 0) return found;
  loss.duplicateAllowance -= octets;
  loss.duplicateOctets += octets;
  delivery.octets += octets;
  return found;
}

/**
 * SND.UNA moved: what duplicates had told of before does not count again. In recovery this is a partial acknowledgment: the next segment is
 * lost as well (RFC 6582 3.2, step 3).
 * @returns whether a loss was found.
 */
export function countProgress(block: ControlBlock, delivery: Delivery): boolean {
  const { loss } = block;
  const { records } = loss;
  const known = Math.min(loss.duplicateOctets, Math.max(0, delivery.octets - block.sendSegment));
  delivery.octets -= known;
  if (loss.state === "recovery" && ((block.sendUnacknowledged - loss.recoverySequence) | 0) < 0) {
    records.loseFirst();
    // It goes at once, whatever PRR grants.
    loss.forceFirst = true;
    loss.duplicateAllowance = block.inFlight;
    loss.duplicateOctets = Math.min(loss.duplicateOctets - known, records.flying);
    return true;
  }
  loss.duplicates = 0;
  loss.duplicateOctets = 0;
  return false;
}
