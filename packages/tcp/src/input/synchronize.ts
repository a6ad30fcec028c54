import type { Millis } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { MAXIMUM_UNSCALED_WINDOW, MINIMUM_PEER_SEGMENT } from "../params.ts";

/** What a SYN says about its sender. */
export interface PeerSyn {
  /** IRS. */
  readonly sequence: number;
  /** MSS option, 0 when absent. */
  readonly maximumSegment: number;
  /** Window scale option, -1 when absent. */
  readonly windowScale: number;
  readonly sackPermitted: boolean;
  readonly hasTimestamp: boolean;
  readonly timestampValue: number;
}

/**
 * Takes over what the peer's SYN says. Scaling, timestamps and selective acknowledgments are in use only when both SYNs offered them
 * (RFC 7323 2.2 and 3.2, RFC 2018 2); without scaling the window is at most 65535.
 */
export function synchronize(block: ControlBlock, syn: PeerSyn, now: Millis): void {
  block.initialReceive = syn.sequence;
  block.receiveNext = (syn.sequence + 1) | 0;
  block.receiveEdge = (block.receiveNext + block.synWindow) | 0;
  block.lastAcknowledgment = block.receiveNext;
  if (syn.maximumSegment > 0) block.peerSegment = Math.max(MINIMUM_PEER_SEGMENT, syn.maximumSegment);
  block.sackPermitted &&= syn.sackPermitted;
  block.timestamps.enabled &&= syn.hasTimestamp;
  if (block.timestamps.enabled) block.timestamps.take(syn.timestampValue, now);
  if (syn.windowScale >= 0 && block.receiveScale >= 0) {
    block.sendScale = syn.windowScale;
  } else {
    block.sendScale = 0;
    block.receiveScale = -1;
    if (block.context.params.acceptWithinBuffer) block.unscaledBuffer = block.receiveLimit;
    block.receiveLimit = block.synWindow;
    block.receiveTuning.bound(MAXIMUM_UNSCALED_WINDOW);
  }
}

/** The window of a SYN, which is not scaled, is the first we know of (SND.WND, SND.WL1, SND.WL2). */
export function takeSynWindow(
  block: ControlBlock,
  window: number,
  sequence: number,
  acknowledgment: number,
): void {
  block.sendWindow = window;
  block.maximumSendWindow = window;
  block.windowUpdateSequence = sequence;
  block.windowUpdateAcknowledgment = acknowledgment;
}

/** SYN and FIN at once, which no host but a scanner's sends. */
export function isSynFin(context: TcpContext, segment: Segment): boolean {
  return segment.has(TcpFlag.Syn) && segment.has(TcpFlag.Fin) && !context.params.acceptSynFin;
}
