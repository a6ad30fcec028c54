import type { Route } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { writeSackHead } from "../options.ts";
import { MOST_SACK_BLOCKS } from "../params.ts";
import { headersOf, optionsOf } from "./path.ts";

/** Octets of options that a header takes at most (RFC 9293 3.1). */
const MOST_OPTIONS = 40;

/**
 * How many SACK blocks a segment reports. All that fit on an acknowledgment without text; with text those that the path has room for, since
 * text of a full segment is worth more, and whatever is out of order was told at once by an acknowledgment of its own.
 */
export function sackBlocks(block: ControlBlock, route: Route, flags: number, length: number): number {
  if (!block.sackPermitted || (flags & (TcpFlag.Ack | TcpFlag.Syn | TcpFlag.Rst)) !== TcpFlag.Ack) return 0;
  if (block.ranges.count === 0 && !block.sackReport.hasDuplicate) return 0;
  const options = optionsOf(block);
  const room = Math.min(
    MOST_OPTIONS - options,
    route.mtu - headersOf(block.network.family) - options - length,
  );
  const fit = Math.min(MOST_SACK_BLOCKS, (room - 4) >> 3);
  return fit <= 0 ? 0 : block.sackReport.blocks(block.ranges, fit);
}

/** Writes the SACK option of so many blocks at `at`. */
export function writeSack(block: ControlBlock, view: DataView, at: number, blocks: number): void {
  writeSackHead(view, at, blocks);
  block.sackReport.write(block.ranges, view, at + 4, blocks);
}
