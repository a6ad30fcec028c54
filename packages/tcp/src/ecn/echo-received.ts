import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { reduceForMark } from "../loss/recovery.ts";
import { armRetransmit } from "../timers/retransmit.ts";

/**
 * An acknowledgment may say that something of ours met congestion: once per window of data that is like a loss (RFC 3168 6.1.2). The peer says
 * so until it has the segment with CWR, which is the first one after the window that was reduced for: also the acknowledgment of exactly that
 * window still does, and tells nothing new.
 * @param flight FlightSize before it.
 */
export function echoReceived(block: ControlBlock, segment: Segment, flight: number, now: Millis): void {
  const { ecn, loss } = block;
  if (!ecn.enabled) return;
  if (ecn.isTelling && ((block.sendUnacknowledged - ecn.reducedEnd) | 0) > 0) ecn.isTelling = false;
  if (ecn.isTelling || !segment.has(TcpFlag.Ece)) return;
  if (loss.state !== "open" && loss.state !== "disorder") return;
  block.context.statistics.markedWindows++;
  if (block.congestion.window < 2 * block.sendSegment) hold(block, now);
  reduceForMark(block, flight, now);
}

/** A window of one segment cannot be reduced: the next one leaves when the retransmission timer, reset now, would expire (RFC 3168 6.1.2, MUST). */
function hold(block: ControlBlock, now: Millis): void {
  block.ecn.heldUntil = now + block.roundTrip.timeout;
  if (block.sendUnacknowledged !== block.sendNext) armRetransmit(block, now);
}
