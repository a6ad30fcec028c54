import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { abort, timeOut } from "../lifecycle.ts";
import { emit, mustWait } from "../output/emit.ts";

const off: Millis = Number.POSITIVE_INFINITY;

/**
 * Something waits, nothing is outstanding: the peer's window is closed or too small for a segment worth sending. First after RTO, then
 * doubling (RFC 9293 3.8.6.1, SHLD-29, SHLD-30).
 */
export function armPersist(block: ControlBlock, now: Millis): void {
  if (block.persistDeadline !== off) return;
  block.persistInterval = block.roundTrip.timeout;
  block.persistDeadline = now + block.persistInterval;
}

export function stopPersist(block: ControlBlock): void {
  if (block.persistDeadline === off) return;
  block.persistDeadline = off;
  block.forceSend = false;
  block.unansweredProbes = 0;
  block.orphanProbes = 0;
}

/**
 * Nobody holds the connection any more, and the peer has kept its window closed for long. To go on as long as it answers (MUST-37) would let it
 * keep the memory for ever; RFC 6429 leaves the end to the application, or to the system when there is none.
 */
function isForsaken(block: ControlBlock): boolean {
  const { orphanRetries, maximumTimeout } = block.context.params;
  if (!block.fullyClosed || block.userTimeout !== null) return false;
  return block.orphanProbes >= orphanRetries && block.persistInterval >= maximumTimeout;
}

/**
 * Sends what a too small window allows, or probes a closed one with the next octet. For ever as long as the peer answers (MUST-37) and the
 * application has not closed; probes without any answer count like retransmissions (R2).
 */
export function persistExpired(block: ControlBlock, now: Millis): void {
  const { params } = block.context;
  if (block.unansweredProbes >= params.giveUpAfter && block.userTimeout === null) {
    timeOut(block);
    return;
  }
  if (isForsaken(block)) {
    block.context.statistics.abortedOnTimeout++;
    abort(block, block.softError ?? "ETIMEDOUT", now);
    return;
  }
  if (block.fullyClosed) block.orphanProbes++;
  block.unansweredProbes++;
  if (block.unansweredProbes === params.adviseAfter) block.network.doubt(block.route, now);
  block.persistInterval = Math.min(params.maximumTimeout, block.persistInterval * 2);
  block.persistDeadline = now + block.persistInterval;
  if (block.sendWindow > 0) {
    // The override of the silly window rule (RFC 9293 3.8.6.2.1, (4)).
    block.forceSend = true;
    block.context.markDirty(block);
  } else {
    probe(block, now);
  }
}

/**
 * One octet of text beyond the window, or the FIN (MUST-36). It counts as sent: an acknowledgment of it is acceptable; but `resendNext`
 * stays, so that it is sent again with what follows when the window opens.
 */
function probe(block: ControlBlock, now: Millis): void {
  const { statistics } = block.context;
  const text = ((block.sendEnd - block.sendUnacknowledged) | 0) > 0;
  const from = block.sendUnacknowledged;
  const flags = text ? TcpFlag.Ack : TcpFlag.Ack | TcpFlag.Fin;
  const verdict = emit(block, from, flags, 0, text ? 1 : 0, now);
  if (mustWait(verdict)) return;
  statistics.windowProbes++;
  const end = (from + 1) | 0;
  if (((end - block.sendNext) | 0) > 0) block.sendNext = end;
}
