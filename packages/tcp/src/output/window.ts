import type { ControlBlock } from "../control-block.ts";
import { PRESSED_WINDOW_SEGMENTS } from "../params.ts";
import { announcedSegment } from "./path.ts";

/**
 * The right edge of the receive window to offer now. It does not go back (RFC 9293 3.8.6, SHLD-14), and moves only by enough to be worth a
 * segment: receiver silly window avoidance (3.8.6.2.2, MUST-39).
 */
function edgeToOffer(block: ControlBlock): number {
  const edge = (block.receiveNext + room(block)) | 0;
  const gained = (edge - block.receiveEdge) | 0;
  return gained >= worthOffering(block) ? edge : block.receiveEdge;
}

/** What the window may cover now: no more than a few segments while memory is short, but what was offered stays. */
function room(block: ControlBlock): number {
  const most = block.context.slabs.pressed
    ? PRESSED_WINDOW_SEGMENTS * announcedSegment(block.route, block.network.family)
    : block.receiveLimit;
  return Math.max(0, Math.min(most, block.receiveLimit) - block.receiveRing.readable);
}

/**
 * Octets beyond the limit that rounding may offer. A scaled window field is a multiple of 2^shift, so an edge that must not go back has to be
 * rounded up now and then (RFC 7323 2.4); what it may grow by until the application reads is bounded by this.
 */
function roundingSlack(block: ControlBlock): number {
  return block.receiveScale <= 0 ? 0 : Math.max(1 << block.receiveScale, block.receiveLimit >> 6);
}

function worthOffering(block: ControlBlock): number {
  return Math.min(block.receiveLimit >> 1, announcedSegment(block.route, block.network.family));
}

/** The window that segments are accepted in: what was offered, or, with `acceptWithinBuffer`, what the buffer has room for. */
export function acceptanceWindow(block: ControlBlock): number {
  const offered = block.receiveWindow;
  if (block.unscaledBuffer === 0) return offered;
  return Math.max(offered, block.unscaledBuffer - block.receiveRing.readable);
}

/**
 * The window field of a segment that is not a SYN. Scaled values round down, unless that would take back what was offered and rounding up
 * still fits the buffer (RFC 7323 2.4).
 */
export function windowField(block: ControlBlock): number {
  const scale = Math.max(0, block.receiveScale);
  const window = Math.max(0, (edgeToOffer(block) - block.receiveNext) | 0);
  const down = window >> scale;
  const up = (window + (1 << scale) - 1) >> scale;
  const fits = up << scale <= block.receiveLimit + roundingSlack(block) - block.receiveRing.readable;
  const goesBack = (block.receiveNext + (down << scale) - block.receiveEdge) | 0;
  return Math.min(0xffff, goesBack < 0 && fits ? up : down);
}

/** A segment with this window field was sent: what it offers will be honoured. */
export function windowOffered(block: ControlBlock, field: number, scale: number): void {
  const edge = (block.receiveNext + (field << scale)) | 0;
  if (((edge - block.receiveEdge) | 0) > 0) block.receiveEdge = edge;
  block.lastAcknowledgment = block.receiveNext;
}

/**
 * Whether the application's reading opened the window by enough to tell the peer without waiting for a segment to ride on: a quarter of
 * the buffer, or the way out of a window too small for one segment.
 */
export function updateDue(block: ControlBlock): boolean {
  const edge = (block.receiveNext + room(block)) | 0;
  const gained = (edge - block.receiveEdge) | 0;
  if (gained < worthOffering(block)) return false;
  return (
    gained >= block.receiveLimit >> 2 ||
    block.receiveWindow < announcedSegment(block.route, block.network.family)
  );
}
