import { type Millis, Verdict } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import { asksForEcn } from "../ecn/ecn.ts";
import type { HalfOpen, SynQueue } from "../half-open.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { acknowledgeHalfOpen, resetUnacceptable, sendSynAck } from "../output/reply.ts";
import { isOlder } from "../timestamps/paws.ts";
import { completeHandshake } from "./complete.ts";

/** SEGMENT ARRIVES in SYN-RECEIVED after a passive open (RFC 9293 3.10.7.4), for the compact record. */
export function arriveHalfOpen(context: TcpContext, half: HalfOpen, segment: Segment, now: Millis): Verdict {
  const offset = (segment.sequence - half.initialReceive - 1) | 0;
  const rst = segment.has(TcpFlag.Rst);
  // The SYN again: our answer was lost.
  if (segment.has(TcpFlag.Syn) && !rst && offset === -1) {
    let again =
      half.timestamps && segment.hasTimestamp ? half.queue.echo(half, segment.timestampValue) : half;
    // RFC 3168 6.1.1.1: one SYN without it, and there is none.
    if (half.ecn && !asksForEcn(segment)) again = half.queue.dropEcn(half);
    sendSynAck(context, again, now, true);
    return Verdict.Duplicate;
  }
  // First, check the timestamp (RFC 7323 5.3, R1) and the sequence number.
  if (!rst && half.timestamps && segment.hasTimestamp) {
    if (isOlder(segment.timestampValue, half.timestampRecent)) {
      context.statistics.outdatedTimestamps++;
      challengeHalfOpen(context, half, now);
      return Verdict.OutOfWindow;
    }
  }
  const { receiveLimit, largestReceiveLimit } = half.queue.settings;
  const isFixed = receiveLimit === largestReceiveLimit && half.peerScale < 0;
  const window = isFixed ? receiveLimit : Math.min(0xffff, receiveLimit);
  if (offset >= window || offset + Math.max(1, segment.length) <= 0) {
    if (!rst) challengeHalfOpen(context, half, now);
    return Verdict.OutOfWindow;
  }
  // Second, check the RST bit: back to LISTEN, and nobody is told (MUST-11).
  if (rst) {
    if (offset !== 0 && !context.params.acceptResetInWindow) {
      challengeHalfOpen(context, half, now);
      return Verdict.OutOfWindow;
    }
    drop(context, half);
    return Verdict.Handled;
  }
  // Fourth, check the SYN bit: a passive open returns to LISTEN.
  if (segment.has(TcpFlag.Syn)) {
    drop(context, half);
    return Verdict.BadFlags;
  }
  // Fifth, check the ACK field: it can only acknowledge our SYN.
  if (!segment.has(TcpFlag.Ack)) return Verdict.BadFlags;
  if (segment.acknowledgment !== ((half.initialSend + 1) | 0)) {
    resetUnacceptable(context, half, segment.acknowledgment, now);
    return Verdict.BadAcknowledgment;
  }
  return completeHandshake(context, half, segment, now);
}

function drop(context: TcpContext, half: HalfOpen): void {
  context.statistics.attemptFails++;
  half.queue.forget(half);
}

/** At most one answer per second and record, as RFC 5961 7 asks. */
function challengeHalfOpen(context: TcpContext, half: HalfOpen, now: Millis): void {
  if (!half.queue.mayChallenge(half, now)) return;
  context.statistics.challengeAcknowledgments++;
  acknowledgeHalfOpen(context, half, now);
}

/** The timer of the SYN-ACKs: sends each again a few times, with the doubling of RFC 6298 5.5, then forgets. */
export function synQueueExpired(context: TcpContext, queue: SynQueue, now: Millis): void {
  const { params } = context;
  for (let half = queue.first(); half !== null && half.deadline <= now; half = queue.first()) {
    if (half.retries >= params.synAckRetries) {
      drop(context, half);
      continue;
    }
    const timeout = params.initialTimeout * 2 ** (half.retries + 1);
    queue.retried(half, now + Math.min(params.maximumTimeout, timeout));
    sendSynAck(context, half, now, true);
  }
  context.timers.arm(queue);
}
