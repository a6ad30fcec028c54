import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { finish, sendReset } from "../lifecycle.ts";
import { raise } from "../signals.ts";
import { receivesText, TcpState } from "../state.ts";
import { restartKeepAlive } from "../timers/keep-alive.ts";
import { isOutdated, isOvertakenAcknowledgment, takeRecent } from "../timestamps/paws.ts";
import { arriveUrgent } from "../urgent.ts";
import { answerOutdated, answerUnacceptable, isAcceptable } from "./acceptable.ts";
import { acknowledge } from "./ack.ts";
import { challenge } from "./challenge.ts";
import { arriveReset } from "./reset.ts";
import { arriveSynSent } from "./syn-sent.ts";
import { textAndFin } from "./text-and-fin.ts";

/** SEGMENT ARRIVES (RFC 9293 3.10.7) for a connection: changes its state and marks what is to be sent. */
export function arrive(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  block.traffic.received(segment);
  const verdict =
    block.state === TcpState.SynSent
      ? arriveSynSent(block, segment, now)
      : arriveElsewhere(block, segment, now);
  if (block.state !== TcpState.Closed && block.state !== TcpState.TimeWait) {
    block.chronicle.note(block, now);
    block.armTimers();
  }
  raise(block);
  return verdict;
}

/** RFC 9293 3.10.7.4: every state from SYN-RECEIVED on. TIME-WAIT has records of its own. */
function arriveElsewhere(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  // A simultaneous open completes with a SYN-ACK whose SYN we have (3.5, figure 8): only its acknowledgment is new.
  if (block.state === TcpState.SynReceived) skipKnownSyn(block, segment);
  // First, check the timestamp (RFC 7323 5.3, R1), and the sequence number.
  if (isOutdated(block.timestamps, segment, now) && !isOvertakenAcknowledgment(block, segment)) {
    block.context.statistics.outdatedTimestamps++;
    return answerOutdated(block, segment, now);
  }
  if (!isAcceptable(block, segment)) return answerUnacceptable(block, segment, now);
  heard(block, now);
  // Second, check the RST bit.
  if (segment.has(TcpFlag.Rst)) return arriveReset(block, segment, now);
  // Third, security: none is configured.
  // Fourth, check the SYN bit (RFC 5961 4.2).
  if (segment.has(TcpFlag.Syn)) {
    if (block.context.params.acceptSynInWindow) {
      sendReset(block, now);
      finish(block, "ECONNRESET");
    } else {
      challenge(block, now);
    }
    return Verdict.BadFlags;
  }
  // Fifth, check the ACK field.
  if (!segment.has(TcpFlag.Ack)) return Verdict.BadFlags;
  if (!acknowledge(block, segment, now)) return Verdict.BadAcknowledgment;
  takeRecent(block, segment, now);
  // Sixth, check the URG bit.
  if (segment.has(TcpFlag.Urg) && receivesText(block.state)) arriveUrgent(block, segment);
  return textAndFin(block, segment, now);
}

function heard(block: ControlBlock, now: Millis): void {
  if (block.keepAlive === null) return;
  block.unansweredKeepAlives = 0;
  restartKeepAlive(block, now);
}

function skipKnownSyn(block: ControlBlock, segment: Segment): void {
  if (!segment.has(TcpFlag.Syn) || !segment.has(TcpFlag.Ack)) return;
  if (segment.sequence !== block.initialReceive) return;
  segment.flags &= ~TcpFlag.Syn;
  segment.sequence = (segment.sequence + 1) | 0;
}
