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
  const { dirty, blocked } = context;
  context.deviceBusy = false;
  for (let round = 0; round < FLUSH_ROUNDS && dirty.size > 0 && !context.deviceBusy; round++) {
    // Who becomes dirty meanwhile has a turn in the next round; when the device is busy nobody else would get through.
    for (let left = dirty.size; left > 0 && !context.deviceBusy; left--) {
      const block = dirty.shift();
      if (block === null) break;
      block.dirty = false;
      const turn = takeTurn(block, now);
      if (turn === Turn.More) {
        context.markDirty(block);
      } else if (turn === Turn.Blocked && !block.dirty) {
        block.dirty = true;
        blocked.push(block);
      }
    }
  }
  context.flushing = false;
  const workLeft = dirty.size > 0 && !context.deviceBusy;
  dirty.moveToFront(blocked);
  return workLeft;
}

function takeTurn(block: ControlBlock, now: Millis): Turn {
  if (block.state === TcpState.Closed || block.state === TcpState.TimeWait) return Turn.Done;
  const turn = transmit(block, FLUSH_QUANTUM, now);
  // Room below is announced by the device, but not by every queue: try again after a timeout at the latest.
  if (turn === Turn.Blocked && block.retransmitDeadline === Number.POSITIVE_INFINITY)
    armRetransmit(block, now);
  block.chronicle.note(block, now);
  block.armTimers();
  raise(block);
  return turn;
}
