import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { abort } from "../lifecycle.ts";
import { hasUnsent } from "../output/decide.ts";
import { TcpState } from "../state.ts";

/** Whether the peer owes us something: an acknowledgment, or a window for what waits. */
function isPending(block: ControlBlock): boolean {
  return block.sendUnacknowledged !== block.sendNext || hasUnsent(block);
}

/** When the user timeout ends work that begins to wait now. */
export function userDeadlineFrom(block: ControlBlock, now: Millis): Millis {
  return block.userTimeout === null ? Number.POSITIVE_INFINITY : now + block.userTimeout;
}

/** Starts the user timeout (RFC 9293 3.8.3) when work begins to wait; one that runs goes on. */
export function startUserTimeout(block: ControlBlock, now: Millis): void {
  if (block.userDeadline === Number.POSITIVE_INFINITY) block.userDeadline = userDeadlineFrom(block, now);
}

/** The peer acknowledged something new: what still waits has the whole time again. */
export function restartUserTimeout(block: ControlBlock, now: Millis): void {
  block.userDeadline = isPending(block) ? userDeadlineFrom(block, now) : Number.POSITIVE_INFINITY;
}

export function userTimeoutExpired(block: ControlBlock, now: Millis): void {
  block.userDeadline = Number.POSITIVE_INFINITY;
  const opening = block.state === TcpState.SynSent || block.state === TcpState.SynReceived;
  if (!opening && !isPending(block)) return;
  block.context.statistics.abortedOnTimeout++;
  abort(block, block.softError ?? "ETIMEDOUT", now);
}
