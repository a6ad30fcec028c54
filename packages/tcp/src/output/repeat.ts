import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { probeSent } from "../loss/tail-loss-probe.ts";
import { probeRepeated } from "../path-mtu/path-mtu.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { octetsToProbe } from "./decide.ts";
import { emit, mustWait } from "./emit.ts";
import { sendText } from "./send-new.ts";

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
  const { loss } = block;
  // Something may have been acknowledged since it became due.
  if (loss.records.flying === 0) {
    loss.probeDue = false;
    return Verdict.Handled;
  }
  const fresh = octetsToProbe(block);
  const verdict = fresh > 0 ? sendText(block, fresh, now) : repeatTail(block, now);
  loss.probeDue = mustWait(verdict);
  // A probe puts the retransmission timer off, but only the first; one that has to wait does as well.
  if (!loss.probing) armRetransmit(block, now);
  if (!loss.probeDue) probeSent(block, fresh === 0);
  return verdict;
}

/** The last segment once more; where that is known to have arrived or to be lost, the one that left last. */
function repeatTail(block: ControlBlock, now: Millis): Verdict {
  const { records } = block.loss;
  const { sendSegment } = block;
  const control = block.finSent ? 1 : 0;
  const tail = Math.min(records.tailSegment(control), sendSegment + control);
  const octets = tail > 0 ? tail : Math.min(records.newestOctets, sendSegment);
  const from = tail > 0 ? (block.resendNext - tail) | 0 : records.newestFrom;
  const verdict = repeat(block, from, octets, now);
  if (mustWait(verdict)) return verdict;
  if (tail > 0) records.resentTail(octets, sendSegment, now);
  else records.resentNewest(octets, sendSegment, now);
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
  probeRepeated(block, from, end);
  block.loss.repeated += octets;
  block.lastSentAt = now;
  return verdict;
}
