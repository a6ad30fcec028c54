import type { ControlBlock } from "./control-block.ts";
import { type Segment, TcpFlag } from "./header.ts";
import { Signal } from "./signals.ts";

/**
 * Urgent data (RFC 9293 3.8.5), inline as RFC 6093 has it: the octets are part of the stream, and all there is beside them is a mark, one past
 * the last urgent octet, which only moves on.
 */
export class Urgent {
  /** RCV.UP, and whether it is ahead of what has been read. */
  receiveMark = 0;
  isReceiving = false;
  /** SND.UP, and whether it is ahead of SND.UNA. */
  sendMark = 0;
  isSending = false;
}

/** RFC 9293 3.10.7.4, sixth: check the URG bit. The application is told when a mark appears, and when it moves on (MUST-32). */
export function arriveUrgent(block: ControlBlock, segment: Segment): void {
  const { urgent } = block;
  const mark = (segment.sequence + segment.urgentPointer) | 0;
  if (((mark - readPosition(block)) | 0) <= 0) return;
  if (urgentOctets(block) > 0 && ((mark - urgent.receiveMark) | 0) <= 0) return;
  urgent.receiveMark = mark;
  urgent.isReceiving = true;
  block.signals |= Signal.Urgent;
}

/** How many octets of the stream, received or not, are left to read up to the mark (MUST-33). */
export function urgentOctets(block: ControlBlock): number {
  const { urgent } = block;
  if (!urgent.isReceiving) return 0;
  const left = (urgent.receiveMark - readPosition(block)) | 0;
  if (left > 0) return left;
  urgent.isReceiving = false;
  return 0;
}

/**
 * What the application reads, or gives up reading, moved on: a mark that it has passed is forgotten, whether or not it ever asks, before the
 * sequence numbers go half around and the mark seems to lie ahead again.
 */
export function passUrgent(block: ControlBlock): void {
  if (block.urgent.isReceiving) urgentOctets(block);
}

/** What was written so far is urgent up to its end. */
export function markUrgent(block: ControlBlock): void {
  block.urgent.sendMark = block.sendEnd;
  block.urgent.isSending = true;
}

/**
 * The urgent pointer of a segment that is sent now, or 0 for none: it tells of the mark from the moment the text is written until all of it is
 * acknowledged, wherever in the stream the segment is (RFC 9293 3.8.5). Not on large segments, whose parts would need pointers of their own.
 */
export function urgentPointer(block: ControlBlock, sequence: number, flags: number, length: number): number {
  const { urgent } = block;
  if (!urgent.isSending) return 0;
  if (((urgent.sendMark - block.sendUnacknowledged) | 0) <= 0) {
    urgent.isSending = false;
    return 0;
  }
  if ((flags & (TcpFlag.Syn | TcpFlag.Rst)) !== 0 || length > block.sendSegment) return 0;
  const ahead = (urgent.sendMark - sequence) | 0;
  return ahead <= 0 ? 0 : Math.min(0xffff, ahead);
}

/** The sequence number of the next octet that the application reads. */
function readPosition(block: ControlBlock): number {
  return (block.receiveNext - (block.endOfText ? 1 : 0) - block.receiveRing.readable) | 0;
}
