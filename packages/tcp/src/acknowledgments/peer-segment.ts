import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";

/**
 * Takes the size of a segment that came in order: the estimate of the peer's full-sized segment, and whether this is one that its sender may
 * wait with the next for (Nagle): one that is less than full, or ends a write.
 */
export function measureSegment(block: ControlBlock, segment: Segment): void {
  const size = segment.segmentSize > 0 ? segment.segmentSize : segment.textLength;
  if (size < block.receiveSegment) {
    block.acknowledgmentPace.small();
    return;
  }
  block.receiveSegment = size;
  if (segment.has(TcpFlag.Psh)) block.acknowledgmentPace.pushed();
}
