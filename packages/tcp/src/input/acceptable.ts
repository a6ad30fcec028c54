import { type Millis, Verdict } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { acceptanceWindow } from "../output/window.ts";
import { TcpState } from "../state.ts";
import { acknowledge } from "./ack.ts";
import { challenge } from "./challenge.ts";
import { cameTwice } from "./duplicate.ts";

/**
 * RFC 9293 3.10.7.4, first: whether part of the segment lies in the receive window. While the window is closed, what starts exactly at
 * RCV.NXT passes, so that its ACK, RST and URG are seen (MUST-66); its text is cut off later.
 */
export function isAcceptable(block: ControlBlock, segment: Segment): boolean {
  const offset = (segment.sequence - block.receiveNext) | 0;
  const window = acceptanceWindow(block);
  if (window === 0) return offset === 0;
  const length = segment.length;
  if (length === 0) return offset >= 0 && offset < window;
  return offset < window && offset + length > 0;
}

/** RFC 7323 5.3, R1: a segment with a timestamp of before is dropped, and answered as one outside the window. */
export function answerOutdated(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  if (segment.textLength === 0) {
    challenge(block, now);
  } else {
    block.acknowledgeNow = true;
    block.context.markDirty(block);
  }
  return Verdict.OutOfWindow;
}

/** RFC 9293 3.10.7.4, first: "an acknowledgment should be sent in reply (unless the RST bit is set)"; the segment is dropped. */
export function answerUnacceptable(block: ControlBlock, segment: Segment, now: Millis): Verdict {
  if (segment.has(TcpFlag.Rst)) return Verdict.OutOfWindow;
  const offset = (segment.sequence - block.receiveNext) | 0;
  const length = segment.length;
  if (length > 0 && offset < 0 && !segment.has(TcpFlag.Syn)) {
    // Old text or an old FIN again: our acknowledgment was lost, so this one is not held back.
    cameTwice(block, segment.sequence, (segment.sequence + segment.textLength) | 0, now);
    if (tellsProgress(block, segment)) acknowledge(block, segment, now);
    return Verdict.Duplicate;
  }
  // The special allowance for valid ACKs: a peer that filled our window acknowledges with a sequence number just right of it, and one that
  // probed our closed window with the next octet with one more.
  const beyond = offset - block.receiveWindow;
  const isAllowed = beyond === 0 || beyond === 1 || (offset < 0 && tellsProgress(block, segment));
  const isHeard = length === 0 && isAllowed && segment.has(TcpFlag.Ack);
  const wasBelieved = isHeard && acknowledge(block, segment, now);
  // Just right of it is where a peer has to be that filled the window: as with Linux, nothing needs to be put right.
  if (wasBelieved && beyond === 0) return Verdict.Handled;
  challenge(block, now);
  return Verdict.OutOfWindow;
}

/**
 * Whether an old segment acknowledges something new: its ACK counts, as on BSD. Two ends whose windows were taken back below what they had
 * sent both have to send from the edge of the window, left of what the other expects: neither would ever hear of the other's progress.
 */
function tellsProgress(block: ControlBlock, segment: Segment): boolean {
  if (!segment.has(TcpFlag.Ack) || block.state === TcpState.SynReceived) return false;
  const acknowledged = (segment.acknowledgment - block.sendUnacknowledged) | 0;
  return acknowledged > 0 && ((segment.acknowledgment - block.sendNext) | 0) <= 0;
}
