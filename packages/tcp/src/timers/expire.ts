import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { finish } from "../lifecycle.ts";
import { lossTimerExpired } from "../loss/learn.ts";
import { pacingExpired } from "../pacing/pacing.ts";
import { raise } from "../signals.ts";
import { TcpState } from "../state.ts";
import { delayedAcknowledgmentExpired } from "./delayed-ack.ts";
import { keepAliveExpired } from "./keep-alive.ts";
import { persistExpired } from "./persist.ts";
import { retransmitExpired } from "./retransmit.ts";
import { userTimeoutExpired } from "./user-timeout.ts";

/** Does what is due of a connection's timers, and arms the next. */
export function connectionExpired(block: ControlBlock, now: Millis): void {
  // Each one may end the connection, which stops the others.
  if (block.userDeadline <= now) userTimeoutExpired(block, now);
  if (block.finWaitDeadline <= now) finish(block, null);
  // A tail loss probe that is due at the same time goes first, and puts the retransmission timer off.
  if (block.loss.deadline <= now) lossTimerExpired(block, now);
  if (block.retransmitDeadline <= now) retransmitExpired(block, now);
  if (block.persistDeadline <= now) persistExpired(block, now);
  if (block.acknowledgeDeadline <= now) delayedAcknowledgmentExpired(block);
  if (block.pacingDeadline <= now) pacingExpired(block);
  if (block.keepAliveDeadline <= now) keepAliveExpired(block, now);
  if (block.state !== TcpState.Closed && block.state !== TcpState.TimeWait) block.context.timers.arm(block);
  raise(block);
}
