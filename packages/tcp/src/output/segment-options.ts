import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import {
  type SynOptions,
  sackLength,
  synOptionsLength,
  writeSynOptions,
  writeTimestamps,
} from "../options.ts";
import { announcedSegment, optionsOf } from "./path.ts";
import { writeSack } from "./sack.ts";

/** Octets of the options of a segment with these flags and so many SACK blocks. */
export function optionsLength(block: ControlBlock, flags: number, blocks: number): number {
  if (flags & TcpFlag.Syn) return synOptionsLength(offered(block, 0));
  return optionsOf(block) + sackLength(blocks);
}

/** Writes them at `at`. */
export function writeOptions(
  block: ControlBlock,
  view: DataView,
  at: number,
  flags: number,
  blocks: number,
  now: Millis,
): void {
  const { timestamps } = block;
  // RFC 7323 3.2: TSecr is valid with ACK only, and zero without.
  const echo = flags & TcpFlag.Ack ? timestamps.recent : 0;
  if (flags & TcpFlag.Syn) {
    const announced = announcedSegment(block.route, block.network.family);
    const options = offered(block, Math.min(block.maximumSegment, announced));
    writeSynOptions(view, at, options, timestamps.value(now), echo);
    return;
  }
  if (optionsOf(block) > 0) writeTimestamps(view, at, timestamps.value(now), echo);
  if (blocks > 0) writeSack(block, view, at + optionsOf(block), blocks);
}

/** What our SYN offers, or our SYN-ACK agrees to. */
function offered(block: ControlBlock, maximumSegment: number): SynOptions {
  const { receiveScale, sackPermitted, timestamps } = block;
  return { maximumSegment, windowScale: receiveScale, sackPermitted, timestamps: timestamps.enabled };
}
