import type { Segment } from "./header.ts";
import { MAXIMUM_WINDOW_SCALE } from "./params.ts";

/** Option kinds (RFC 9293 3.1, RFC 7323 2.2). Every other kind is skipped by its length (MUST-6). */
export const TcpOption = { End: 0, NoOperation: 1, MaximumSegment: 2, WindowScale: 3 } as const;

/**
 * Reads the options `[from, to)` of a SYN into `segment`. Total: a list that lies about a length (0, 1, past the end) ends there, and
 * what came before it counts (MUST-7). The last one of a repeated option wins.
 */
export function parseOptions(view: DataView, from: number, to: number, segment: Segment): void {
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
    if (kind === TcpOption.MaximumSegment && length === 4) {
      // 0 is how a segment says that there was none.
      segment.maximumSegment = Math.max(1, view.getUint16(at + 2));
    } else if (kind === TcpOption.WindowScale && length === 3) {
      // RFC 7323 2.3: a shift over 14 is used as 14.
      segment.windowScale = Math.min(MAXIMUM_WINDOW_SCALE, view.getUint8(at + 2));
    }
    at += length;
  }
}

/** Octets of {@link writeSynOptions}, a multiple of 4. */
export function synOptionsLength(windowScale: number): number {
  return windowScale >= 0 ? 8 : 4;
}

/** Writes the options of a SYN: MSS (MUST-14) and, unless `windowScale` is -1, window scale behind one NOP. */
export function writeSynOptions(
  view: DataView,
  at: number,
  maximumSegment: number,
  windowScale: number,
): void {
  view.setUint8(at, TcpOption.MaximumSegment);
  view.setUint8(at + 1, 4);
  view.setUint16(at + 2, maximumSegment);
  if (windowScale < 0) return;
  view.setUint8(at + 4, TcpOption.NoOperation);
  view.setUint8(at + 5, TcpOption.WindowScale);
  view.setUint8(at + 6, 3);
  view.setUint8(at + 7, windowScale);
}
