import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { setState } from "../lifecycle.ts";
import { effectiveSegment } from "../output/path.ts";
import { INITIAL_WINDOW_SEGMENT, TIMEOUT_AFTER_LOST_SYN } from "../params.ts";
import { Signal } from "../signals.ts";
import { TcpState } from "../state.ts";
import { restartKeepAlive } from "../timers/keep-alive.ts";
import { userDeadlineFrom } from "../timers/user-timeout.ts";

/** SYN-SENT or SYN-RECEIVED became ESTABLISHED; the peer's SYN and ours are known on both sides. */
export function becomeEstablished(block: ControlBlock, now: Millis): void {
  setState(block, TcpState.Established);
  block.retransmitDeadline = Number.POSITIVE_INFINITY;
  block.retransmissions = 0;
  block.sendSegment = effectiveSegment(block);
  block.congestion.start(block.sendSegment, initialWindow(block), now);
  // RFC 6298 5.7.
  if (block.synRetransmissions > 0) block.roundTrip.atLeast(TIMEOUT_AFTER_LOST_SYN);
  block.userDeadline = block.unsent > 0 ? userDeadlineFrom(block, now) : Number.POSITIVE_INFINITY;
  restartKeepAlive(block, now);
  block.signals |= Signal.Established;
  // RFC 9293 3.10.4: a CLOSE that came before was queued until now.
  if (block.finQueued) setState(block, TcpState.FinWait1);
  block.context.markDirty(block);
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
