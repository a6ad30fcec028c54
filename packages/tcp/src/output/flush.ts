import type { Millis } from "@mnet/core";
import type { TcpContext } from "../context.ts";
import type { ControlBlock } from "../control-block.ts";
import { FLUSH_QUANTUM, FLUSH_ROUNDS } from "../params.ts";
import { raise } from "../signals.ts";
import { TcpState } from "../state.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { Turn, transmit } from "./transmit.ts";

/**
 * Gives every connection that has something to send its turns: round-robin with a quantum of octets, so that none starves, and a bounded
 * number of rounds, so that receiving gets its turn too.
 * @returns whether work is left that needs no event from outside. What waits for room below does: it goes on with the next flush.
 */
export function flushConnections(context: TcpContext, now: Millis): boolean {
  // A sink that flushes from inside would exchange the lists under this loop; what it made ready gets its turn anyway.
  if (context.flushing) return true;
  context.flushing = true;
  let blocked: ControlBlock[] | null = null;
  context.deviceBusy = false;
  for (let round = 0; round < FLUSH_ROUNDS && context.dirty.length > 0; round++) {
    const turns = context.dirty;
    context.dirty = context.spareDirty;
    context.spareDirty = turns;
    for (let i = 0; i < turns.length; i++) {
      const block = turns[i]!;
      block.dirty = false;
      const turn = takeTurn(block, now);
      if (turn === Turn.More) {
        context.markDirty(block);
      } else if (turn === Turn.Blocked) {
        blocked ??= [];
        blocked.push(block);
        block.dirty = true;
        if (context.deviceBusy) {
          // Nobody else will get through either: keep the order for the next flush.
          for (let rest = i + 1; rest < turns.length; rest++) blocked.push(turns[rest]!);
          break;
        }
      }
    }
    turns.length = 0;
    if (context.deviceBusy) break;
  }
  context.flushing = false;
  const workLeft = context.dirty.length > 0 && !context.deviceBusy;
  if (blocked !== null) context.dirty = blocked.concat(context.dirty);
  return workLeft;
}

function takeTurn(block: ControlBlock, now: Millis): Turn {
  if (block.state === TcpState.Closed || block.state === TcpState.TimeWait) return Turn.Done;
  const turn = transmit(block, FLUSH_QUANTUM, now);
  // Room below is announced by the device, but not by every queue: try again after a timeout at the latest.
  if (turn === Turn.Blocked && block.retransmitDeadline === Number.POSITIVE_INFINITY)
    armRetransmit(block, now);
  block.armTimers();
  raise(block);
  return turn;
}
