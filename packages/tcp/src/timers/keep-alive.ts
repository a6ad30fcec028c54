import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TcpFlag } from "../header.ts";
import { timeOut } from "../lifecycle.ts";
import { emit } from "../output/emit.ts";
import { isSynchronized } from "../state.ts";

/** Something came from the peer, or the setting changed: counts idle time from now (RFC 9293 3.8.4, MUST-27). */
export function restartKeepAlive(block: ControlBlock, now: Millis): void {
  block.keepAliveDeadline =
    block.keepAlive !== null && isSynchronized(block.state)
      ? now + block.keepAlive.idle
      : Number.POSITIVE_INFINITY;
}

/**
 * Probes with a sequence number just before SND.NXT and no text, which the peer has to acknowledge (SHLD-12). While data is outstanding the
 * retransmission timer is probe enough.
 */
export function keepAliveExpired(block: ControlBlock, now: Millis): void {
  const settings = block.keepAlive;
  if (settings === null) {
    block.keepAliveDeadline = Number.POSITIVE_INFINITY;
    return;
  }
  if (block.inFlight > 0) {
    restartKeepAlive(block, now);
    return;
  }
  // MUST-29: one lost probe proves nothing.
  if (block.unansweredKeepAlives >= settings.probes) {
    emit(block, block.sendNext, TcpFlag.Rst | TcpFlag.Ack, 0, 0, now);
    timeOut(block);
    return;
  }
  block.unansweredKeepAlives++;
  block.context.statistics.keepAliveProbes++;
  emit(block, (block.sendNext - 1) | 0, TcpFlag.Ack, 0, 0, now);
  block.keepAliveDeadline = now + settings.interval;
}
