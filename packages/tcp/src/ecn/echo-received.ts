import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { reduceForMark } from "../loss/recovery.ts";

/** An acknowledgment may say that something of ours met congestion: once per window of data that is like a loss (RFC 3168 6.1.2). @param flight FlightSize before it. */
export function echoReceived(block: ControlBlock, segment: Segment, flight: number, now: Millis): void {
  const { ecn, loss } = block;
  if (!ecn.enabled || !segment.has(TcpFlag.Ece)) return;
  // Once per window, and not for one that a loss has reduced already.
  if (loss.state !== "open" && loss.state !== "disorder") return;
  block.context.statistics.markedWindows++;
  reduceForMark(block, flight, now);
}
