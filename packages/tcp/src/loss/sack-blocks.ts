import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";
import type { Delivery } from "./delivery.ts";

/** Takes in the SACK option (RFC 2018 4, RFC 2883 4) of an acceptable segment. @returns octets that the peer says it got twice, 0 for none. */
export function takeBlocks(block: ControlBlock, segment: Segment, delivery: Delivery): number {
  const edges = segment.sackEdges;
  const number = segment.sackCount;
  const isDuplicate = isDuplicateBlock(segment);
  const from = isDuplicate ? 1 : 0;
  const twice = isDuplicate ? duplicateOctets(block, edges[0]!, edges[1]!) : 0;
  if (block.loss.distrusted) {
    if (((block.sendUnacknowledged - block.loss.reneged) | 0) < 0) return twice;
    block.loss.distrusted = false;
  }
  sortBlocks(edges, from, number);
  for (let i = from; i < number; i++) takeBlock(block, edges[2 * i]!, edges[2 * i + 1]!, delivery);
  return twice;
}

/** RFC 2883 4: the first block is a D-SACK when it lies below the cumulative acknowledgment, or within the second block. */
export function isDuplicateBlock(segment: Segment): boolean {
  const edges = segment.sackEdges;
  const left = edges[0]!;
  const right = edges[1]!;
  if (((right - segment.acknowledgment) | 0) <= 0) return true;
  if (segment.sackCount < 2) return false;
  return ((left - edges[2]!) | 0) >= 0 && ((right - edges[3]!) | 0) <= 0;
}

/** The length of a D-SACK block that can be about something we sent; 0 for any other. */
function duplicateOctets(block: ControlBlock, left: number, right: number): number {
  const octets = (right - left) | 0;
  const old = (block.sendUnacknowledged - left) | 0;
  const isOurs = ((right - block.sendNext) | 0) <= 0 && old <= block.maximumSendWindow;
  return isOurs && octets > 0 ? octets : 0;
}

/** By their left edges: what is delivered is looked at in the order in which it was first sent (RFC 8985 6.2, step 3). */
function sortBlocks(edges: Int32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const left = edges[2 * i]!;
    const right = edges[2 * i + 1]!;
    let at = i;
    for (; at > from && ((edges[2 * at - 2]! - left) | 0) > 0; at--) {
      edges[2 * at] = edges[2 * at - 2]!;
      edges[2 * at + 1] = edges[2 * at - 1]!;
    }
    edges[2 * at] = left;
    edges[2 * at + 1] = right;
  }
}

/** A block that is not between SND.UNA and SND.NXT is ignored; one that begins below SND.UNA may be late, and counts from there. */
function takeBlock(block: ControlBlock, left: number, right: number, delivery: Delivery): void {
  const una = block.sendUnacknowledged;
  if (((right - left) | 0) <= 0 || ((right - block.sendNext) | 0) > 0) return;
  const from = ((left - una) | 0) < 0 ? una : left;
  const to = ((right - block.resendNext) | 0) > 0 ? block.resendNext : right;
  if (((to - from) | 0) > 0) block.loss.records.sack(from, to, delivery);
}
