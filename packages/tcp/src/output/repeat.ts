import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { probeSent } from "../loss/tail-loss-probe.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { octetsToProbe } from "./decide.ts";
import { emit, mustWait } from "./emit.ts";
import { sendText } from "./transmit.ts";

/** What is sent again: segments cut anew from what is outstanding, so that they fit the path as it is now. */

/** Sends the first `octets` that are lost once more; the FIN is one of them. */
export function repeatLost(block: ControlBlock, octets: number, now: Millis): Verdict {
  const { loss } = block;
  const from = loss.records.lostFrom;
  const verdict = repeat(block, from, octets, now);
  if (mustWait(verdict)) return verdict;
  loss.records.resentLost(octets, block.sendSegment, now);
  loss.forceFirst = false;
  if (loss.isMetered) loss.prr.sent(octets);
  if (loss.undo.active) loss.undo.sent(from, octets, block.timestamps.value(now));
  // What the peer waits for has a whole timeout again. Without SACK the timer is the way out of a long series of losses (RFC 6582 4).
  const isFirst = from === block.sendUnacknowledged && block.sackPermitted;
  if (isFirst || block.retransmitDeadline === Number.POSITIVE_INFINITY) armRetransmit(block, now);
  return verdict;
}

/** The tail loss probe (RFC 8985 7.3): new data if there is any that the peer has room for, else the last segment once more. */
export function transmitProbe(block: ControlBlock, now: Millis): Verdict {
  const { loss, sendSegment } = block;
  const fresh = octetsToProbe(block);
  if (fresh > 0) {
    const verdict = sendText(block, fresh, now);
    if (!mustWait(verdict)) probeSent(block, false);
    return verdict;
  }
  const control = block.finSent ? 1 : 0;
  const octets = Math.min(loss.records.tailSegment(control), sendSegment + control);
  loss.probeDue = octets > 0;
  if (octets === 0) return Verdict.Handled;
  const verdict = repeat(block, (block.resendNext - octets) | 0, octets, now);
  if (mustWait(verdict)) return verdict;
  loss.records.resentTail(octets, sendSegment, now);
  probeSent(block, true);
  return verdict;
}

/** Sends the sequence numbers `[from, from + octets)` again; the last may be the FIN's. */
function repeat(block: ControlBlock, from: number, octets: number, now: Millis): Verdict {
  const end = (from + octets) | 0;
  const beyond = (end - block.sendEnd) | 0;
  const text = beyond > 0 ? octets - 1 : octets;
  let flags: number = TcpFlag.Ack;
  if (beyond >= 0 && text > 0) flags |= TcpFlag.Psh;
  if (beyond > 0) flags |= TcpFlag.Fin;
  const verdict = emit(block, from, flags, (from - block.sendBase) | 0, text, now);
  if (mustWait(verdict)) return verdict;
  block.loss.repeated += octets;
  block.lastSentAt = now;
  return verdict;
}
