import type { Millis } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import type { ControlBlock } from "../control-block.ts";
import { FlowKind } from "../demux.ts";
import { abort } from "../lifecycle.ts";
import { RECLAIM_INTERVAL, STALLED_AFTER } from "../params.ts";

/**
 * A ring was refused: looks for memory, at most a few times per second, since it has to look at every connection. First what costs nobody
 * anything: text out of order, which its sender keeps until it is acknowledged, and the empty part of rings. Where that is not enough the
 * connections end that have held memory longest without progress: readers that do not read, peers with closed windows.
 */
export function reclaim(context: TcpContext, now: Millis): void {
  const { slabs } = context;
  if (!slabs.starved || now - context.reclaimedAt < RECLAIM_INTERVAL) return;
  slabs.starved = false;
  context.reclaimedAt = now;
  const holders: ControlBlock[] = [];
  for (const flow of context.flows.toArray()) {
    if (flow.kind !== FlowKind.Connection || flow.sendRing.capacity + flow.receiveRing.capacity === 0)
      continue;
    if (flow.ranges.count > 0) forgetOutOfOrder(flow);
    flow.receiveRing.shrink();
    flow.sendRing.shrink();
    if (now - flow.progressAt >= STALLED_AFTER) holders.push(flow);
  }
  holders.sort((a, b) => a.progressAt - b.progressAt);
  for (const block of holders) {
    if (slabs.lent <= slabs.limits.pressure) return;
    context.statistics.abortedOnMemory++;
    // Nobody will read what is left.
    block.fullyClosed = true;
    abort(block, "ENOBUFS", now);
  }
}

/** No memory for what is held out of order; its sender has it still (RFC 2018 8). */
export function forgetOutOfOrder(block: ControlBlock): void {
  if (block.ranges.count === 0) return;
  block.context.statistics.outOfOrderPrunes++;
  discardOutOfOrder(block);
}

/** Nothing is held out of order any more, nor told of, and its memory goes back. */
export function discardOutOfOrder(block: ControlBlock): void {
  if (block.ranges.count === 0) return;
  block.ranges.clear();
  block.sackReport.clear();
  block.receiveRing.forget();
}
