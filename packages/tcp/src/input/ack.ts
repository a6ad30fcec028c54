import type { Millis } from "@mnet/core";
import { roomAgain } from "../buffers/send-tuning.ts";
import type { ControlBlock } from "../control-block.ts";
import { echoReceived } from "../ecn/echo-received.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { boundFinWait2, enterTimeWait, finish, setState } from "../lifecycle.ts";
import { learn } from "../loss/learn.ts";
import { emit } from "../output/emit.ts";
import { probeAnswered, probeRepeated } from "../path-mtu/path-mtu.ts";
import { Signal } from "../signals.ts";
import { TcpState } from "../state.ts";
import { stopPersist } from "../timers/persist.ts";
import { restartUserTimeout } from "../timers/user-timeout.ts";
import { challenge } from "./challenge.ts";
import { becomeEstablished } from "./establish.ts";

/**
 * RFC 9293 3.10.7.4, fifth: check the ACK field, which is known to be there.
 * @returns whether processing goes on; the state may have changed, even to CLOSED or TIME-WAIT.
 */
export function acknowledge(block: ControlBlock, segment: Segment, now: Millis): boolean {
  const acknowledged = (segment.acknowledgment - block.sendUnacknowledged) | 0;
  const ahead = (segment.acknowledgment - block.sendNext) | 0;
  if (block.state === TcpState.SynReceived) {
    if (acknowledged <= 0 || ahead > 0) {
      emit(block, segment.acknowledgment, TcpFlag.Rst, 0, 0, now);
      return false;
    }
    becomeEstablished(block, segment, now);
  } else if (ahead > 0 || acknowledged < -block.maximumSendWindow) {
    // RFC 5961 5.2: acceptable is SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT.
    challenge(block, now);
    return false;
  }
  block.unansweredProbes = 0;
  block.lastAcknowledgedAt = now;
  const { inFlight } = block;
  const isRepeated = acknowledged === 0 && isDuplicate(block, segment);
  if (acknowledged > 0) acknowledgeNew(block, acknowledged);
  learn(block, segment, acknowledged, inFlight, isRepeated, now);
  if (acknowledged > 0) madeProgress(block, now);
  if (acknowledged >= 0) updateWindow(block, segment, acknowledged > 0, now);
  echoReceived(block, segment, inFlight, now);
  afterFin(block, now);
  return true;
}

/** RFC 5681 2: outstanding data, no text, no SYN or FIN, the same acknowledgment, the same window; and not the answer to a probe. */
function isDuplicate(block: ControlBlock, segment: Segment): boolean {
  return (
    block.sendUnacknowledged !== block.sendNext &&
    segment.length === 0 &&
    segment.window << block.sendScale === block.sendWindow &&
    block.persistDeadline === Number.POSITIVE_INFINITY
  );
}

/** SND.UNA moves on by `octets`. */
function acknowledgeNew(block: ControlBlock, octets: number): void {
  block.sendUnacknowledged = (block.sendUnacknowledged + octets) | 0;
  const una = block.sendUnacknowledged;
  if (((block.resendNext - una) | 0) < 0) block.resendNext = una;
  if (((block.smallEnd - una) | 0) < 0) block.smallEnd = una;
  // The FIN and the SYN have no octet in the ring.
  const text = Math.min((una - block.sendBase) | 0, block.sendRing.length);
  if (text > 0) {
    block.sendRing.drop(text);
    block.sendBase = (block.sendBase + text) | 0;
  }
  block.retransmissions = 0;
  block.softError = null;
}

/** What the progress means for everything but loss recovery, which knows already. */
function madeProgress(block: ControlBlock, now: Millis): void {
  block.network.confirm(block.route, now);
  probeAnswered(block, now);
  restartUserTimeout(block, now);
  block.progressAt = now;
  roomAgain(block);
  if (block.unsent > 0 || block.finQueued) block.context.markDirty(block);
  // What the closed window kept back has arrived after all: there is nothing to probe with.
  else stopPersist(block);
}

/** Takes the window of a segment that is not older than the one it was last taken from (SND.WL1, SND.WL2). */
function updateWindow(block: ControlBlock, segment: Segment, moved: boolean, now: Millis): void {
  const newer = (segment.sequence - block.windowUpdateSequence) | 0;
  // What acknowledges more than anything before it is newer whatever its sequence number, as Linux has it: text that was sent far ahead would
  // else keep the window for ever that it came with.
  if (!moved && newer < 0) return;
  if (!moved && newer === 0 && ((segment.acknowledgment - block.windowUpdateAcknowledgment) | 0) < 0) return;
  const window = segment.window << block.sendScale;
  const before = block.sendWindow;
  block.sendWindow = window;
  block.windowUpdateSequence = segment.sequence;
  block.windowUpdateAcknowledgment = segment.acknowledgment;
  if (window > block.maximumSendWindow) block.maximumSendWindow = window;
  if (window > before) block.context.markDirty(block);
  if (window === 0 && block.sendUnacknowledged !== block.sendNext) windowClosed(block, now);
}

/** The window shrank to nothing over data in flight: probe it in the standard way instead of retransmitting (MUST-35). */
function windowClosed(block: ControlBlock, now: Millis): void {
  block.retransmitDeadline = Number.POSITIVE_INFINITY;
  block.resendNext = block.sendUnacknowledged;
  if (block.loss.isMetered) block.congestion.recovered(now);
  block.loss.abandon();
  probeRepeated(block, block.sendUnacknowledged, block.sendNext);
  block.context.markDirty(block);
}

/** What the acknowledgment of our FIN does in each state. */
function afterFin(block: ControlBlock, now: Millis): void {
  if (!block.finAcknowledged) return;
  switch (block.state) {
    case TcpState.FinWait1:
      setState(block, TcpState.FinWait2);
      block.signals |= Signal.Finished;
      boundFinWait2(block, now);
      break;
    case TcpState.Closing:
      block.signals |= Signal.Finished;
      enterTimeWait(block, now);
      break;
    case TcpState.LastAck:
      block.signals |= Signal.Finished;
      finish(block, null);
      break;
    default:
  }
}
