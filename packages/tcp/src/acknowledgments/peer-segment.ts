import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag, TcpHeader } from "../header.ts";
import { TIMESTAMPS_LENGTH } from "../options.ts";
import { DEFAULT_PEER_SEGMENT_V4 } from "../params.ts";

/** Flags of a segment that may be less than full because nothing more was there to send. */
const REMNANT = TcpFlag.Fin | TcpFlag.Urg | TcpFlag.Psh;
/** Octets of text that a segment has at least on a path that anybody sends full segments over, as Linux has it. */
const LEAST_FULL = 88;

/**
 * Takes the size of a segment that came in order: the estimate of the peer's full-sized segment, and whether this is one that its sender may
 * wait with the next for (Nagle): one that is less than full, or ends a write.
 */
export function measureSegment(block: ControlBlock, segment: Segment): void {
  const size = segment.segmentSize > 0 ? segment.segmentSize : segment.textLength;
  const last = block.lastSegment;
  block.lastSegment = 0;
  if (size >= block.receiveSegment) {
    block.receiveSegment = size;
    if (segment.has(TcpFlag.Psh)) block.acknowledgmentPace.pushed();
    return;
  }
  if (mayBeFull(segment, size)) {
    block.lastSegment = withoutJitter(block, segment, size);
    if (block.lastSegment === last) {
      block.receiveSegment = last;
      return;
    }
  }
  block.acknowledgmentPace.small();
}

/** Whether the peer may have no larger segments any more: no host of today has a path below 536 octets, or nothing says that text was lacking. */
function mayBeFull(segment: Segment, size: number): boolean {
  const text = size + optionsLength(segment);
  return text >= DEFAULT_PEER_SEGMENT_V4 || (text >= LEAST_FULL && !segment.has(REMNANT));
}

/** What the segment would carry if its only option were the timestamps: full segments are equally long, but other options come and go. */
function withoutJitter({ timestamps }: ControlBlock, segment: Segment, size: number): number {
  return size + optionsLength(segment) - (timestamps.enabled ? TIMESTAMPS_LENGTH : 0);
}

function optionsLength({ textStart, packet }: Segment): number {
  return textStart - packet.start - TcpHeader.Length;
}
