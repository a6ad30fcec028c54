import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { finish } from "../lifecycle.ts";
import { armTailProbe } from "../loss/tail-loss-probe.ts";
import { triedInVain } from "../loss/undo.ts";
import { paced, pacingHolds } from "../pacing/pacing.ts";
import { probeOctets, probeSent } from "../path-mtu/path-mtu.ts";
import { raise } from "../signals.ts";
import { isSynchronized, TcpState } from "../state.ts";
import { armPersist, stopPersist } from "../timers/persist.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { hasUnsent, octetsToRepeat, octetsToSend, restartAfterIdle } from "./decide.ts";
import { acceptableSequence, emit, mustWait } from "./emit.ts";
import { currentRoute } from "./path.ts";
import { repeatLost, transmitProbe } from "./repeat.ts";
import { sendText, transmitFin } from "./send-new.ts";

const never: Millis = Number.POSITIVE_INFINITY;

/** How a turn of one connection ended. */
export const Turn = {
  /** Nothing is left to send now. */
  Done: 0,
  /** The quantum is used up. */
  More: 1,
  /** Something below has no room for now. */
  Blocked: 2,
} as const;
export type Turn = (typeof Turn)[keyof typeof Turn];

/** Sends what the connection may send, about `quantum` octets at most: its turn in a flush. */
export function transmit(block: ControlBlock, quantum: number, now: Millis): Turn {
  if (block.state === TcpState.SynSent || block.state === TcpState.SynReceived)
    return transmitSyn(block, now);
  if (!isSynchronized(block.state)) return Turn.Done;
  // Before anything is measured: the path may take less than it did.
  currentRoute(block);
  const turn = transmitText(block, quantum, now);
  if (turn !== Turn.Done) return turn;
  const { sendNext } = block;
  if (mustWait(transmitFin(block, now))) return Turn.Blocked;
  // RFC 8985 7.2: a FIN is a tail like any other.
  if (block.sendNext !== sendNext) armTailProbe(block, now);
  if (transmitAcknowledgments(block, now)) return Turn.Blocked;
  // Nothing outstanding means no acknowledgment will come to open the way for what is left (RFC 9293 3.8.6.1).
  const isStuck = block.retransmitDeadline === never && block.pacingDeadline === never;
  if (hasUnsent(block) && isStuck) armPersist(block, now);
  else stopPersist(block);
  return Turn.Done;
}

/** The SYN, or the SYN-ACK of a simultaneous open, if it is due; else an acknowledgment that is. */
function transmitSyn(block: ControlBlock, now: Millis): Turn {
  const received = block.state === TcpState.SynReceived;
  if (block.resendNext !== block.initialSend)
    return transmitAcknowledgments(block, now) ? Turn.Blocked : Turn.Done;
  const flags = received ? TcpFlag.Syn | TcpFlag.Ack : TcpFlag.Syn;
  const verdict = emit(block, block.initialSend, flags, 0, 0, now);
  if (mustWait(verdict)) return Turn.Blocked;
  if (verdict === Verdict.NeighborFailed && !received) {
    // Our own link's word, not an ICMP message's (MUST-56 is about those): a neighbour that is not there will not answer, so do as Linux.
    finish(block, "EHOSTUNREACH");
    raise(block);
    return Turn.Done;
  }
  sentSyn(block, now);
  return Turn.Done;
}

function sentSyn(block: ControlBlock, now: Millis): void {
  const isFirst = block.sendNext === block.initialSend;
  block.sendNext = (block.initialSend + 1) | 0;
  block.resendNext = block.sendNext;
  if (isFirst) block.timedAt = now;
  block.lastSentAt = now;
  armRetransmit(block, now);
}

function transmitText(block: ControlBlock, quantum: number, now: Millis): Turn {
  const { sendNext } = block;
  // Whatever is sent again may be the tail.
  let isTail = block.loss.probeDue;
  if (block.loss.probeDue && mustWait(transmitProbe(block, now))) return Turn.Blocked;
  if (mustWait(probePath(block, now))) return Turn.Blocked;
  let left = quantum;
  let turn: Turn = Turn.Done;
  for (;;) {
    // RFC 6675 5, NextSeg: what is lost first.
    const again = octetsToRepeat(block);
    const length = again || octetsToSend(block) || forcedOctets(block);
    if (length === 0 && triedInVain(block)) {
      isTail = true;
      continue;
    }
    if (length === 0) break;
    if (left <= 0) turn = Turn.More;
    if (left <= 0 || pacingHolds(block, now)) break;
    restartAfterIdle(block, now);
    const verdict = again > 0 ? repeatLost(block, again, now) : sendText(block, length, now);
    if (mustWait(verdict)) turn = Turn.Blocked;
    if (turn === Turn.Blocked) break;
    isTail ||= again > 0;
    paced(block, length, now);
    left -= length;
  }
  if (isTail || block.sendNext !== sendNext) armTailProbe(block, now);
  return turn;
}

/** A segment larger than the path is known to carry, when one is due (RFC 4821 7.3): the next text, not repeated in any other way. */
function probePath(block: ControlBlock, now: Millis): Verdict {
  const octets = probeOctets(block, now);
  if (octets === 0 || block.resendNext !== block.sendNext) return Verdict.Handled;
  const { pathMtu, sendOptions, resendNext } = block;
  pathMtu.sending = true;
  sendOptions.dontFragment = "probe";
  const verdict = sendText(block, octets, now);
  sendOptions.dontFragment = "yes";
  pathMtu.sending = false;
  if (!mustWait(verdict)) probeSent(block, resendNext, (resendNext + octets) | 0);
  return verdict;
}

/** What the persist timer sends against the rules: what fits the window, one octet beyond a closed one. */
function forcedOctets(block: ControlBlock): number {
  if (!block.forceSend || block.unsent <= 0) return 0;
  const outstanding = (block.resendNext - block.sendUnacknowledged) | 0;
  const usable = block.sendWindow - outstanding;
  if (usable > 0) return Math.min(usable, block.unsent, block.sendSegment);
  return 0;
}

/**
 * Pure acknowledgments: one for everything in order, and one duplicate per segment out of order (RFC 5681 4.2), which let the peer see the
 * loss. @returns whether something below had no room.
 */
function transmitAcknowledgments(block: ControlBlock, now: Millis): boolean {
  const sequence = acceptableSequence(block);
  if (block.acknowledgeNow && mustWait(emit(block, sequence, TcpFlag.Ack, 0, 0, now))) return true;
  while (block.duplicatesOwed > 0) {
    if (mustWait(emit(block, sequence, TcpFlag.Ack, 0, 0, now))) return true;
    block.duplicatesOwed--;
    block.context.statistics.duplicateAcknowledgmentsSent++;
  }
  return false;
}
