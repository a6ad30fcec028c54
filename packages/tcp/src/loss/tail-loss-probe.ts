import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { TAIL_PROBE_DELAY, TAIL_PROBE_INITIAL, TAIL_PROBE_MARGIN } from "../params.ts";
import { reduceAtOnce } from "./recovery.ts";

/**
 * Tail loss probes (RFC 8985 7): when the end of a flight is lost nothing comes after it that could tell. After two round trips of silence the
 * last segment, or a new one, provokes an acknowledgment, from which RACK learns what is missing.
 */

/** 7.2: starts, or restarts, the timer of a probe when nothing is wrong and none is out. It is never later than the retransmission timer. */
export function armTailProbe(block: ControlBlock, now: Millis): void {
  const { loss } = block;
  if (loss.isReordering) return;
  loss.deadline = Number.POSITIVE_INFINITY;
  if (!block.sackPermitted || !block.context.params.tailLossProbe) return;
  if ((loss.state !== "open" && loss.state !== "cwr") || loss.probing || loss.records.count === 0) return;
  loss.deadline = Math.min(now + probeTimeout(block), block.retransmitDeadline);
}

/** PTO. A peer may hold back the acknowledgment of less than two full segments (RFC 9293 3.8.6.3, where the RFC says: of one segment). */
function probeTimeout(block: ControlBlock): Millis {
  const { smoothed } = block.roundTrip;
  if (smoothed === 0) return TAIL_PROBE_INITIAL;
  const mayBeHeldBack = block.loss.records.flying < 2 * block.sendSegment;
  return 2 * smoothed + (mayBeHeldBack ? TAIL_PROBE_DELAY : TAIL_PROBE_MARGIN);
}

/** 7.3: the probe left. @param repeats whether it sent something again. */
export function probeSent(block: ControlBlock, repeats: boolean): void {
  const { loss } = block;
  loss.probeDue = false;
  loss.probing = true;
  loss.probeEnd = block.sendNext;
  loss.probeRepeats = repeats;
  block.context.statistics.tailLossProbes++;
}

/**
 * 7.4.2: what an acknowledgment tells about a probe. When it repaired the one loss there was, nobody else noticed, and the window has to be
 * reduced for it all the same.
 * @param twice octets that the peer got twice. @param isRepetition the acknowledgment tells nothing new at all. @param flight FlightSize before.
 */
export function probeAcknowledged(
  block: ControlBlock,
  twice: number,
  isRepetition: boolean,
  flight: number,
  now: Millis,
): void {
  const { loss } = block;
  const beyond = (block.sendUnacknowledged - loss.probeEnd) | 0;
  if (beyond < 0) return;
  if (!loss.probeRepeats || twice > 0) {
    // New data needs no repair; and of what came twice nothing was lost.
    loss.probing = false;
  } else if (beyond > 0) {
    loss.probing = false;
    if (loss.state === "open" || loss.state === "disorder") reduceAtOnce(block, "loss", flight, now);
  } else if (isRepetition) {
    // A peer that knows no D-SACK says so with a plain duplicate.
    loss.probing = false;
  }
}
