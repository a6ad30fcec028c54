import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { timeOut } from "../lifecycle.ts";
import { loseOutstanding } from "../loss/recovery.ts";
import { suspectPath } from "../path-mtu/path-mtu.ts";
import { TcpState } from "../state.ts";

/** RFC 6298 5.1 and 5.3: the timer runs while something is outstanding, and anew after each acknowledgment of something new. */
export function armRetransmit(block: ControlBlock, now: Millis): void {
  block.retransmitDeadline = now + block.roundTrip.timeout;
}

/** The retransmission timer expired (RFC 6298 5.4 to 5.7). */
export function retransmitExpired(block: ControlBlock, now: Millis): void {
  block.retransmitDeadline = Number.POSITIVE_INFINITY;
  block.context.markDirty(block);
  // Nothing outstanding: the timer stood in for room below that nobody announced.
  if (block.sendUnacknowledged === block.sendNext) return;
  const { loss } = block;
  if (loss.isReordering && loss.deadline > now) {
    // RACK knows better when what is outstanding is lost, and soon (RFC 8985 8: one timer at a time).
    block.retransmitDeadline = loss.deadline;
    return;
  }
  if (gaveUp(block, now)) {
    timeOut(block);
    return;
  }
  const { params, statistics } = block.context;
  statistics.timeouts++;
  block.retransmissions++;
  // R1 (MUST-20): IP and the layers below may look for another way.
  if (block.retransmissions === params.adviseAfter) block.network.doubt(block.route, now);
  if (isOpening(block)) {
    block.synRetransmissions++;
    block.resendNext = block.initialSend;
    block.timedAt = -1;
  } else {
    loseOutstanding(block, now);
    suspectPath(block, now);
  }
  block.roundTrip.backOff();
  block.context.observer?.timedOut(block.connection, now);
}

function isOpening(block: ControlBlock): boolean {
  return block.state === TcpState.SynSent || block.state === TcpState.SynReceived;
}

/** R2 (MUST-20, MUST-23): a number of retransmissions for text, a time for a SYN; a user timeout takes its place (MUST-21). */
function gaveUp(block: ControlBlock, now: Millis): boolean {
  const { params } = block.context;
  if (block.userTimeout !== null) return false;
  if (isOpening(block)) return now - block.openedAt >= params.connectTimeout;
  return block.retransmissions >= params.giveUpAfter;
}
