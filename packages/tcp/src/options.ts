import type { Segment } from "./header.ts";
import { MAXIMUM_WINDOW_SCALE } from "./params.ts";

/** Option kinds (RFC 9293 3.1, RFC 7323 2.2 and 3.2, RFC 2018 2 and 3). Every other kind is skipped by its length (MUST-6). */
export const TcpOption = {
  End: 0,
  NoOperation: 1,
  MaximumSegment: 2,
  WindowScale: 3,
  SackPermitted: 4,
  Sack: 5,
  Timestamps: 8,
} as const;

/** NOP, NOP and the head of a timestamps option: how RFC 7323 appendix A lays out the only option of most segments. */
const ALIGNED_TIMESTAMPS = 0x0101_080a;
/** NOP, NOP and the head of a SACK option, but for its length. */
const ALIGNED_SACK = 0x0101_0500;
/** Octets of the timestamps option with the two NOPs that align it. */
export const TIMESTAMPS_LENGTH = 12;

/**
 * Reads the options `[from, to)` of a segment into it. Total: a list that lies about a length (0, 1, past the end) ends there, and what
 * came before it counts (MUST-7). The last one of a repeated option wins. What belongs on a SYN only is read everywhere, and looked at there.
 */
export function parseOptions(view: DataView, from: number, to: number, segment: Segment): void {
  if (to - from === TIMESTAMPS_LENGTH && view.getInt32(from) === ALIGNED_TIMESTAMPS) {
    readTimestamps(view, from + 4, segment);
    return;
  }
  let at = from;
  while (at < to) {
    const kind = view.getUint8(at);
    if (kind === TcpOption.End) return;
    if (kind === TcpOption.NoOperation) {
      at++;
      continue;
    }
    if (at + 1 >= to) return;
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > to) return;
    readOption(view, at, kind, length, segment);
    at += length;
  }
}

/** One option whose length is known to fit; one of a wrong length is skipped. */
function readOption(view: DataView, at: number, kind: number, length: number, segment: Segment): void {
  switch (kind) {
    case TcpOption.MaximumSegment:
      // 0 is how a segment says that there was none.
      if (length === 4) segment.maximumSegment = Math.max(1, view.getUint16(at + 2));
      break;
    case TcpOption.WindowScale:
      // RFC 7323 2.3: a shift over 14 is used as 14.
      if (length === 3) segment.windowScale = Math.min(MAXIMUM_WINDOW_SCALE, view.getUint8(at + 2));
      break;
    case TcpOption.SackPermitted:
      if (length === 2) segment.sackPermitted = true;
      break;
    case TcpOption.Sack:
      if (length % 8 === 2 && length > 2) readSack(view, at + 2, (length - 2) / 8, segment);
      break;
    case TcpOption.Timestamps:
      if (length === 10) readTimestamps(view, at + 2, segment);
      break;
    default:
  }
}

function readTimestamps(view: DataView, at: number, segment: Segment): void {
  segment.hasTimestamp = true;
  segment.timestampValue = view.getInt32(at);
  segment.timestampEcho = view.getInt32(at + 4);
}

function readSack(view: DataView, at: number, blocks: number, segment: Segment): void {
  segment.sackCount = blocks;
  for (let edge = 0; edge < 2 * blocks; edge++) segment.sackEdges[edge] = view.getInt32(at + 4 * edge);
}

/** The options of a SYN to be written. */
export interface SynOptions {
  /** MSS (MUST-14). */
  readonly maximumSegment: number;
  /** -1: none. */
  readonly windowScale: number;
  readonly sackPermitted: boolean;
  /** Whether there are timestamps. */
  readonly timestamps: boolean;
}

/** Octets of {@link writeSynOptions}, a multiple of 4. */
export function synOptionsLength(o: Omit<SynOptions, "maximumSegment">): number {
  let length = 4;
  if (o.timestamps) length += TIMESTAMPS_LENGTH;
  else if (o.sackPermitted) length += 4;
  return o.windowScale >= 0 ? length + 4 : length;
}

/**
 * Writes the options of a SYN, as Linux orders and aligns them: MSS, SACK-permitted in place of the NOPs before timestamps, window scale
 * behind one NOP.
 * @param value TSval. @param echo TSecr, 0 on a SYN without ACK.
 */
export function writeSynOptions(
  view: DataView,
  at: number,
  o: SynOptions,
  value: number,
  echo: number,
): void {
  view.setInt32(at, (TcpOption.MaximumSegment << 24) | (4 << 16) | o.maximumSegment);
  let next = at + 4;
  const sackPermitted = (TcpOption.SackPermitted << 8) | 2;
  if (o.timestamps) {
    writeTimestamps(view, next, value, echo);
    if (o.sackPermitted) view.setInt16(next, sackPermitted);
    next += TIMESTAMPS_LENGTH;
  } else if (o.sackPermitted) {
    view.setInt32(next, (TcpOption.NoOperation << 24) | (TcpOption.NoOperation << 16) | sackPermitted);
    next += 4;
  }
  if (o.windowScale < 0) return;
  view.setInt32(
    next,
    (TcpOption.NoOperation << 24) | (TcpOption.WindowScale << 16) | (3 << 8) | o.windowScale,
  );
}

/** Writes the timestamps option behind two NOPs, {@link TIMESTAMPS_LENGTH} octets. */
export function writeTimestamps(view: DataView, at: number, value: number, echo: number): void {
  view.setInt32(at, ALIGNED_TIMESTAMPS);
  view.setInt32(at + 4, value);
  view.setInt32(at + 8, echo);
}

/** Octets of a SACK option of so many blocks behind two NOPs; 0 for none. */
export function sackLength(blocks: number): number {
  return blocks === 0 ? 0 : 4 + 8 * blocks;
}

/** Writes the head of a SACK option behind two NOPs; the edges of `blocks` blocks follow, 8 octets each. */
export function writeSackHead(view: DataView, at: number, blocks: number): void {
  view.setInt32(at, ALIGNED_SACK | (2 + 8 * blocks));
}
