import { type Millis, Verdict } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import { ControlBlock } from "../control-block.ts";
import type { HalfOpen } from "../half-open.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { setState } from "../lifecycle.ts";
import { acknowledgeHalfOpen, resetUnacceptable, sendSynAck } from "../output/reply.ts";
import { TcpState } from "../state.ts";
import { arrive } from "./arrive.ts";
import { synchronize, takeSynWindow } from "./synchronize.ts";

/** SEGMENT ARRIVES in SYN-RECEIVED after a passive open (RFC 9293 3.10.7.4), for the compact record. */
export function arriveHalfOpen(context: TcpContext, half: HalfOpen, segment: Segment, now: Millis): Verdict {
  const offset = (segment.sequence - half.initialReceive - 1) | 0;
  const rst = segment.has(TcpFlag.Rst);
  // The SYN again: our answer was lost.
  if (segment.has(TcpFlag.Syn) && !rst && offset === -1) {
    sendSynAck(context, half, now);
    return Verdict.Duplicate;
  }
  // First, check the sequence number.
  const window = Math.min(0xffff, half.listener.settings.receiveLimit);
  if (offset >= window || offset + Math.max(1, segment.length) <= 0) {
    if (!rst) challengeHalfOpen(context, half, now);
    return Verdict.OutOfWindow;
  }
  // Second, check the RST bit: back to LISTEN, and nobody is told (MUST-11).
  if (rst) {
    if (offset !== 0) {
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
  return complete(context, half, segment, now);
}

/**
 * The handshake is complete: a connection takes the place of the record and handles the same segment, so that text and FIN on it count. With
 * the accept queue full the acknowledgment is ignored, as Linux does: the SYN-ACK goes again, and so will the peer's answer.
 */
function complete(context: TcpContext, half: HalfOpen, segment: Segment, now: Millis): Verdict {
  const { listener, network } = half;
  if (listener.full) {
    context.statistics.listenOverflows++;
    return Verdict.BacklogFull;
  }
  const route = network.route(half.remote, half.local);
  if (route === null) return Verdict.NoRoute;
  listener.forget(half);
  const ports = { local: half.localPort, remote: half.remotePort };
  const block = new ControlBlock(
    context,
    network,
    route,
    ports,
    listener.settings,
    half.initialSend,
    null,
    now,
  );
  block.listener = listener;
  block.sendNext = (half.initialSend + 1) | 0;
  block.resendNext = block.sendNext;
  block.receiveScale = listener.settings.windowScale;
  const syn = {
    sequence: half.initialReceive,
    maximumSegment: half.peerSegment,
    windowScale: half.peerScale,
  };
  synchronize(block, syn);
  takeSynWindow(block, 0, half.initialReceive, half.initialSend);
  block.synRetransmissions = half.retries;
  if (half.retries === 0) {
    block.timedSequence = block.sendNext;
    block.timedAt = half.sentAt;
  }
  context.flows.add(block);
  setState(block, TcpState.SynReceived);
  return arrive(block, segment, now);
}

function drop(context: TcpContext, half: HalfOpen): void {
  context.statistics.attemptFails++;
  half.listener.forget(half);
}

/** At most one answer per second and record, as RFC 5961 7 asks. */
function challengeHalfOpen(context: TcpContext, half: HalfOpen, now: Millis): void {
  if (now - half.challengedAt < 1000) return;
  half.challengedAt = now;
  context.statistics.challengeAcknowledgments++;
  acknowledgeHalfOpen(context, half, now);
}

/** The SYN-ACK's timer: sends it again a few times, with the doubling of RFC 6298 5.5, then forgets. */
export function halfOpenExpired(context: TcpContext, half: HalfOpen, now: Millis): void {
  const { params } = context;
  if (half.retries >= params.synAckRetries) {
    drop(context, half);
    return;
  }
  half.retries++;
  const timeout = Math.min(params.maximumTimeout, params.initialTimeout * 2 ** half.retries);
  half.deadline = now + timeout;
  context.timers.arm(half);
  context.statistics.retransmittedSegments++;
  sendSynAck(context, half, now);
}
