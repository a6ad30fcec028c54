import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";
import { setState } from "../lifecycle.ts";
import { effectiveSegment } from "../output/path.ts";
import { INITIAL_WINDOW_SEGMENT, TIMEOUT_AFTER_LOST_SYN } from "../params.ts";
import { Signal } from "../signals.ts";
import { TcpState } from "../state.ts";
import { restartKeepAlive } from "../timers/keep-alive.ts";
import { userDeadlineFrom } from "../timers/user-timeout.ts";
import { echoedRoundTrip } from "../timestamps/round-trip.ts";

/** SYN-SENT or SYN-RECEIVED became ESTABLISHED; the peer's SYN and ours are known on both sides. */
export function becomeEstablished(block: ControlBlock, segment: Segment, now: Millis): void {
  setState(block, TcpState.Established);
  block.retransmitDeadline = Number.POSITIVE_INFINITY;
  block.retransmissions = 0;
  block.sendSegment = effectiveSegment(block);
  block.congestion.start(block.sendSegment, initialWindow(block), now);
  measureSyn(block, segment, now);
  block.userDeadline = block.unsent > 0 ? userDeadlineFrom(block, now) : Number.POSITIVE_INFINITY;
  restartKeepAlive(block, now);
  block.signals |= Signal.Established;
  // RFC 9293 3.10.4: a CLOSE that came before was queued until now.
  if (block.finQueued) setState(block, TcpState.FinWait1);
  block.context.markDirty(block);
}

/**
 * The first measurement: of our SYN if it was sent once (Karn), else of the one that is echoed, as Linux does it. Without either the timeout that
 * waited for an answer to the SYN says nothing about the path, and is 3 s again (RFC 6298 5.7).
 */
function measureSyn(block: ControlBlock, segment: Segment, now: Millis): void {
  const measured = block.timedAt >= 0 ? now - block.timedAt : echoedRoundTrip(block, segment, now);
  block.timedAt = -1;
  if (measured >= 0) block.roundTrip.sample(measured);
  else if (block.synRetransmissions > 0) block.roundTrip.restart(TIMEOUT_AFTER_LOST_SYN);
}

/**
 * IW = min(10 MSS, max(2 MSS, 14600)) (RFC 6928 2). One segment when SYNs were lost (RFC 5681 3.1); one lost SYN alone may have been only
 * late, so RFC 6928 asks for two.
 */
function initialWindow(block: ControlBlock): number {
  const segment = block.sendSegment;
  if (block.synRetransmissions > 1) return segment;
  const segments = block.context.params.initialWindow;
  return Math.min(segments * segment, Math.max(2 * segment, segments * INITIAL_WINDOW_SEGMENT));
}
