import { type Millis, Verdict } from "@mnet/core";
import { TcpConnection } from "../connection.ts";
import type { TcpContext } from "../context.ts";
import { ControlBlock } from "../control-block.ts";
import type { HalfOpen } from "../half-open.ts";
import type { Segment } from "../header.ts";
import { setState } from "../lifecycle.ts";
import type { TcpParameters } from "../params.ts";
import { TcpState } from "../state.ts";
import { arrive } from "./arrive.ts";
import { synchronize, takeSynWindow } from "./synchronize.ts";

/**
 * The handshake is complete: a connection takes the place of the record and handles the same segment, so that text and FIN on it count. With
 * the accept queue full the acknowledgment is ignored, as Linux does: the SYN-ACK goes again, and so will the peer's answer.
 */
export function completeHandshake(
  context: TcpContext,
  half: HalfOpen,
  segment: Segment,
  now: Millis,
): Verdict {
  const { network } = half;
  const { listener } = half.queue;
  if (listener.full) {
    context.statistics.listenOverflows++;
    return Verdict.BacklogFull;
  }
  if (context.slabs.exhausted) {
    context.statistics.refusedOnMemory++;
    return Verdict.NoBuffers;
  }
  const route = network.route(half.remote, half.local);
  if (route === null) return Verdict.NoRoute;
  const isKept = half.at >= 0;
  if (isKept) half.queue.forget(half);
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
  block.connection = new TcpConnection(block);
  block.listener = listener;
  block.sendNext = (half.initialSend + 1) | 0;
  block.resendNext = block.sendNext;
  block.receiveScale = listener.settings.windowScale;
  const syn = {
    sequence: half.initialReceive,
    maximumSegment: half.peerSegment,
    windowScale: half.peerScale,
    sackPermitted: half.sackPermitted,
    hasTimestamp: half.timestamps,
    timestampValue: half.timestampRecent,
  };
  synchronize(block, syn, now);
  block.ecn.enabled = half.ecn;
  takeSynWindow(block, 0, half.initialReceive, half.initialSend);
  block.synRetransmissions = half.retries;
  if (isKept) block.openedAt = firstAnswered(half, context.params);
  if (isKept && half.retries === 0) block.timedAt = block.openedAt;
  context.flows.add(block);
  setState(block, TcpState.SynReceived);
  return arrive(block, segment, now);
}

/** When the SYN-ACK of the record was first sent: what it waited since is known from how often it was sent again. */
function firstAnswered(half: HalfOpen, { initialTimeout, maximumTimeout }: TcpParameters): Millis {
  let at = half.deadline;
  for (let i = 0; i <= half.retries; i++) at -= Math.min(maximumTimeout, initialTimeout * 2 ** i);
  return at;
}
