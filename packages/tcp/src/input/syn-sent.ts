import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { takeCrossingSyn, takeSynAck } from "../ecn/ecn.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { finish, setState } from "../lifecycle.ts";
import { emit } from "../output/emit.ts";
import { TcpState } from "../state.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { becomeEstablished } from "./establish.ts";
import { isSynFin, synchronize, takeSynWindow } from "./synchronize.ts";
import { textAndFin } from "./text-and-fin.ts";

/** SEGMENT ARRIVES in SYN-SENT (RFC 9293 3.10.7.3). */
export function arriveSynSent(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  // First, check the ACK bit: acceptable is SND.UNA < SEG.ACK =< SND.NXT.
  const hasAck = segment.has(TcpFlag.Ack);
  if (hasAck && !acknowledgesSyn(block, segment)) {
    if (!segment.has(TcpFlag.Rst)) emit(block, segment.acknowledgment, TcpFlag.Rst, 0, 0, now);
    return Verdict.BadAcknowledgment;
  }
  // Second, check the RST bit: without an acceptable acknowledgment anybody could have sent it.
  if (segment.has(TcpFlag.Rst)) {
    if (!hasAck) return Verdict.OutOfWindow;
    finish(block, "ECONNREFUSED");
    return Verdict.Handled;
  }
  // Third, security: none is configured.
  // Fourth, check the SYN bit. Fifth: neither SYN nor RST, drop.
  if (!segment.has(TcpFlag.Syn) || isSynFin(block.context, segment)) return Verdict.BadFlags;
  block.lastTextAt = now;
  block.lastAcknowledgedAt = now;
  synchronize(block, segment, now);
  takeSynWindow(block, segment.window, segment.sequence, hasAck ? segment.acknowledgment : block.initialSend);
  if (!hasAck) {
    takeCrossingSyn(block, segment);
    openSimultaneously(block, now);
    return Verdict.Handled;
  }
  takeSynAck(block, segment);
  acknowledgeSyn(block, now);
  becomeEstablished(block, segment, now);
  block.acknowledgeNow = true;
  // "If there are other controls or text in the segment, then continue processing at the sixth step."
  segment.sequence = (segment.sequence + 1) | 0;
  segment.flags &= ~TcpFlag.Syn;
  return textAndFin(block, segment, now);
}

function acknowledgesSyn(block: ControlBlock, segment: Segment): boolean {
  const acknowledged = (segment.acknowledgment - block.sendUnacknowledged) | 0;
  return acknowledged > 0 && ((segment.acknowledgment - block.sendNext) | 0) <= 0;
}

/** Our SYN is acknowledged; nothing else was sent with it. */
function acknowledgeSyn(block: ControlBlock, now: Millis): void {
  block.sendUnacknowledged = block.sendNext;
  block.resendNext = block.sendNext;
  block.softError = null;
  block.network.confirm(block.route, now);
}

/** Both sides sent a SYN (RFC 9293 3.5, figure 8): ours goes again, with an acknowledgment. Text on the peer's will come again. */
function openSimultaneously(block: ControlBlock, now: Millis): void {
  setState(block, TcpState.SynReceived);
  block.resendNext = block.initialSend;
  block.timedAt = -1;
  armRetransmit(block, now);
  block.context.markDirty(block);
}
