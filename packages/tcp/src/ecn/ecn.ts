import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import type { EcnMode } from "../params.ts";

/**
 * Explicit congestion notification (RFC 3168; RFC 8311 lifts some of its restrictions, none of which is made use of: the only codepoint
 * sent is ECT(0), and ECT(1) counts like it).
 */

/** The ECN field of the IP header (RFC 3168 5). */
const ECT0 = 2;
const CONGESTION_EXPERIENCED = 3;
const DSCP = 0xfc;
/** An ECN-setup SYN has both, an ECN-setup SYN-ACK only ECE (RFC 3168 6.1.1). */
const SETUP: number = TcpFlag.Ece | TcpFlag.Cwr;

/** What one connection knows of it. */
export class EcnState {
  /** Both ends take part. */
  enabled = false;
  /** The application wants it, at least when the peer asks. */
  readonly permitted: boolean;
  /** Our SYN asks for it. */
  requested: boolean;
  /** A datagram came that had met congestion: acknowledgments say so until the peer has slowed down. */
  echo = false;
  /** We have slowed down: the next new text tells the peer. */
  reduced = false;
  /** Where the window ends that was reduced last, and whether the peer may not know of it yet: nothing behind it is acknowledged. */
  reducedEnd = 0;
  isTelling = false;
  /** The acknowledgment that is being looked at says that something of ours met congestion. */
  isEchoed = false;
  /** Until when no text leaves: a mark came with a window that cannot be smaller. */
  heldUntil: Millis = Number.NEGATIVE_INFINITY;

  constructor(mode: EcnMode) {
    this.permitted = mode !== "off";
    this.requested = mode === "on";
  }
}

/** Whether a SYN asks for ECN. Those with one of the bits only do not (RFC 3168 6.1.1). */
export function asksForEcn(segment: Segment): boolean {
  return (segment.flags & SETUP) === SETUP;
}

/** The SYN-ACK to our SYN: it agrees when it has ECE without CWR, and ours asked. Some middleboxes return both as they came. */
export function takeSynAck(block: ControlBlock, segment: Segment): void {
  block.ecn.enabled = block.ecn.requested && (segment.flags & SETUP) === TcpFlag.Ece;
}

/** The peer's SYN crossed ours (RFC 9293 3.5, figure 8): our SYN-ACK agrees as it does to any other. */
export function takeCrossingSyn(block: ControlBlock, segment: Segment): void {
  block.ecn.enabled = block.ecn.permitted && asksForEcn(segment);
}

/**
 * The control bits of a segment that is about to leave, and the ECN field of its datagram: ECT(0) on new text only. Retransmissions and
 * window probes could otherwise be used to make us slow down (RFC 3168 6.1.5, 6.1.6); on pure acknowledgments a mark would tell nobody
 * anything (6.1.4).
 */
export function markOutgoing(block: ControlBlock, sequence: number, flags: number, length: number): number {
  const { ecn, sendOptions } = block;
  sendOptions.trafficClass &= DSCP;
  if (flags & TcpFlag.Syn) return flags | synBits(block, flags);
  if (!ecn.enabled || (flags & TcpFlag.Rst) !== 0) return flags;
  let marked = ecn.echo ? flags | TcpFlag.Ece : flags;
  const isNew = sequence === block.sendNext && length > 0;
  if (isNew && block.sendWindow > 0 && !block.pathMtu.sending) {
    sendOptions.trafficClass |= ECT0;
    if (ecn.reduced) marked |= TcpFlag.Cwr;
  }
  return marked;
}

function synBits(block: ControlBlock, flags: number): number {
  const { ecn } = block;
  if (flags & TcpFlag.Ack) return ecn.enabled ? TcpFlag.Ece : 0;
  // 6.1.1.1: whoever does not answer may be behind something that drops such SYNs.
  if (block.synRetransmissions > 0) ecn.requested = false;
  return ecn.requested ? SETUP : 0;
}

/** Text arrived: notes a mark, or that the peer has heard of the last one (RFC 3168 6.1.3). */
export function noticeMark(block: ControlBlock, segment: Segment): void {
  const { ecn } = block;
  if (!ecn.enabled || segment.textLength === 0) return;
  if (segment.has(TcpFlag.Cwr)) {
    ecn.echo = false;
    // The peer's window may be down to a segment or two: it needs the acknowledgment to go on, as Linux gives it.
    block.acknowledgeNow = true;
  }
  if (segment.ecn !== CONGESTION_EXPERIENCED) return;
  ecn.echo = true;
  block.context.statistics.congestionExperienced++;
  // Waiting would only let the queue grow.
  block.acknowledgeNow = true;
}

/** The window was reduced for whatever reason: the next new text says so (RFC 3168 6.1.2). */
export function windowReduced(block: ControlBlock): void {
  const { ecn } = block;
  if (!ecn.enabled) return;
  ecn.reduced = true;
  ecn.reducedEnd = block.sendNext;
  ecn.isTelling = true;
}
