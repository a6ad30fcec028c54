import type { Millis } from "@mnet/core";
import { measureSegment } from "../acknowledgments/peer-segment.ts";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { forgetOutOfOrder } from "../memory/reclaim.ts";
import { acceptableSequence, emit } from "../output/emit.ts";
import { acceptanceWindow } from "../output/window.ts";
import { Signal } from "../signals.ts";
import { delayAcknowledgment } from "../timers/delayed-ack.ts";
import { passUrgent } from "../urgent.ts";
import { cameTwice, heldTwice, tellApart } from "./duplicate.ts";

/**
 * Cuts the segment to the receive window (RFC 9293 3.10.7.4: "segments with higher beginning sequence numbers should be held", "one could
 * tailor actual segments to fit"). A FIN that lies behind text which does not fit is cut off with it.
 */
export function trim(block: ControlBlock, segment: Segment, now: Millis): void {
  const before = (block.receiveNext - segment.sequence) | 0;
  if (before > 0) {
    const old = Math.min(before, segment.textLength);
    cameTwice(block, segment.sequence, (segment.sequence + old) | 0, now);
    segment.sequence = (segment.sequence + old) | 0;
    segment.textStart += old;
    segment.textLength -= old;
  }
  const offset = (segment.sequence - block.receiveNext) | 0;
  const room = Math.max(0, acceptanceWindow(block) - offset);
  if (segment.textLength > room) {
    segment.textLength = room;
    segment.flags &= ~TcpFlag.Fin;
    block.acknowledgeNow = true;
    block.context.markDirty(block);
  }
}

/** RFC 9293 3.10.7.4, seventh: process the segment text, trimmed to the window. */
export function acceptText(block: ControlBlock, segment: Segment, now: Millis): void {
  if (segment.textLength === 0) return;
  block.context.markDirty(block);
  const offset = (segment.sequence - block.receiveNext) | 0;
  if (offset === 0) acceptInOrder(block, segment, now);
  else holdOutOfOrder(block, segment, offset, now);
}

function acceptInOrder(block: ControlBlock, segment: Segment, now: Millis): void {
  const { textLength } = segment;
  if (!block.readShutdown && !block.receiveRing.write(0, segment.text)) {
    refused(block);
    return;
  }
  acknowledgeEverySecond(block, segment, now);
  const before = block.receiveNext;
  heldTwice(block, before, (before + textLength) | 0, now);
  block.receiveNext = (before + textLength) | 0;
  if (block.ranges.count > 0) {
    block.receiveNext = block.ranges.takeFrom(block.receiveNext);
    block.acknowledgmentPace.disturbed();
    // RFC 5681 4.2: at once when a gap is filled, in part or in whole.
    block.acknowledgeNow = true;
  }
  const gained = (block.receiveNext - before) | 0;
  block.octetsReceived += gained;
  block.lastTextAt = now;
  // The gap the duplicates told of has moved.
  block.duplicatesOwed = 0;
  block.unacknowledgedOctets += gained;
  block.receiveTuning.arrived(block, segment, now);
  oweAcknowledgment(block, segment, now);
  if (block.readShutdown) {
    passUrgent(block);
    return;
  }
  block.receiveRing.advance(gained);
  block.signals |= Signal.Readable;
}

/**
 * No memory for text in order: it counts as lost and comes again. What is held out of order here must not keep the memory that the text in
 * front of it needs (RFC 2018 8 lets a receiver go back on what it told).
 */
function refused(block: ControlBlock): void {
  block.context.statistics.receiveDrops++;
  forgetOutOfOrder(block);
  block.acknowledgeNow = true;
}

/** Out of order: to its place in the ring, and an immediate duplicate acknowledgment (RFC 5681 4.2, SHLD-31). */
function holdOutOfOrder(block: ControlBlock, segment: Segment, offset: number, now: Millis): void {
  const { statistics } = block.context;
  const { sequence, textLength } = segment;
  const end = (sequence + textLength) | 0;
  tellApart(block, sequence, end, now);
  // What tells of a duplicate in this segment is this segment's acknowledgment.
  if (!block.sackReport.hasDuplicate || !block.acknowledgeNow) block.duplicatesOwed++;
  block.acknowledgmentPace.disturbed();
  // Whoever reads nothing needs nothing kept: the text will come again in order.
  if (block.readShutdown) return;
  if (!block.ranges.accepts(sequence, end) || !block.receiveRing.write(offset, segment.text)) {
    statistics.outOfOrderDrops++;
    return;
  }
  statistics.outOfOrderSegments++;
  block.ranges.insert(sequence, end);
  block.sackReport.arrived(sequence, block.ranges);
}

/**
 * In one batch an acknowledgment for everything leaves at the end, but not fewer than one per two full-sized segments (RFC 5681 4.2): a peer
 * that counts acknowledgments would grow its window too slowly. Segments that came as one large one were sent by a peer that does not.
 */
function acknowledgeEverySecond(block: ControlBlock, segment: Segment, now: Millis): void {
  if (!block.acknowledgeNow || segment.segmentSize > 0) return;
  if (block.unacknowledgedOctets < 2 * block.receiveSegment) return;
  emit(block, acceptableSequence(block), TcpFlag.Ack, 0, 0, now);
}

/** Now, for every second full-sized segment or while the peer is in slow start; else a little later. */
function oweAcknowledgment(block: ControlBlock, segment: Segment, now: Millis): void {
  measureSegment(block, segment);
  const atOnce = block.acknowledgmentPace.received(now, block.roundTrip);
  const second =
    block.context.params.acknowledgeEverySecond === "any"
      ? block.acknowledgeDeadline !== Number.POSITIVE_INFINITY
      : block.unacknowledgedOctets >= 2 * block.receiveSegment;
  if (atOnce || second) block.acknowledgeNow = true;
  if (!block.acknowledgeNow) delayAcknowledgment(block, now);
}
