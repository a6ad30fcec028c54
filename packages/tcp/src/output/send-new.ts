import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { finDue, finFits } from "./decide.ts";
import { emit, mustWait } from "./emit.ts";

/** What is sent for the first time: text in order, and the FIN behind it. */

/** One segment of text from `resendNext`; the last one of what was written carries PSH (MUST-61), and the FIN when it fits. */
export function sendText(block: ControlBlock, length: number, now: Millis): Verdict {
  const end = (block.resendNext + length) | 0;
  const fin = finFits(block, end);
  let flags: number = TcpFlag.Ack;
  if (end === block.sendEnd) flags |= TcpFlag.Psh;
  if (fin) flags |= TcpFlag.Fin;
  const offset = (block.resendNext - block.sendBase) | 0;
  const verdict = emit(block, block.resendNext, flags, offset, length, now);
  if (mustWait(verdict)) return verdict;
  block.acknowledgmentPace.answered(now, block.context.params.delayedAcknowledgment);
  block.forceSend = false;
  if (!block.pathMtu.sending && length % block.sendSegment !== 0) block.smallEnd = end;
  sent(block, fin ? (end + 1) | 0 : end, now);
  return verdict;
}

/** The FIN by itself, if it is due. */
export function transmitFin(block: ControlBlock, now: Millis): Verdict {
  if (!finDue(block)) return Verdict.Handled;
  const verdict = emit(block, block.sendEnd, TcpFlag.Fin | TcpFlag.Ack, 0, 0, now);
  if (!mustWait(verdict)) sent(block, (block.sendEnd + 1) | 0, now);
  return verdict;
}

/** A segment from `resendNext` up to `end` left: takes it down, and makes sure the timer runs (RFC 6298 5.1). */
function sent(block: ControlBlock, end: number, now: Millis): void {
  const wasIdle = block.sendUnacknowledged === block.sendNext;
  const { loss, resendNext } = block;
  if (loss.idleSince >= 0) block.congestion.resumed?.(now - loss.idleSince);
  loss.idleSince = -1;
  const segment = block.pathMtu.sending ? (end - resendNext) | 0 : block.sendSegment;
  loss.records.push(resendNext, end, segment, now);
  if (loss.isMetered) loss.prr.sent((end - resendNext) | 0);
  block.resendNext = end;
  if (((end - block.sendNext) | 0) > 0) block.sendNext = end;
  block.lastSentAt = now;
  if (wasIdle || block.retransmitDeadline === Number.POSITIVE_INFINITY) armRetransmit(block, now);
}
