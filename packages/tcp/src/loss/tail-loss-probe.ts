import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import type { Segment } from "../header.ts";
import { TAIL_PROBE_DELAY, TAIL_PROBE_INITIAL, TAIL_PROBE_MARGIN } from "../params.ts";
import { Frto } from "./loss-recovery.ts";
import { recentFlight, reduceAtOnce } from "./recovery.ts";

/**
 * Tail loss probes (RFC 8985 7): when the end of a flight is lost nothing comes after it that could tell. After two round trips of silence the
 * last segment, or a new one, provokes an acknowledgment, from which RACK learns what is missing.
 */

/**
 * 7.2: starts, or restarts, the timer of a probe. It is never later than the retransmission timer. Other than in the RFC, and as in QUIC
 * (RFC 9002 6.2), also while recovering, and an unanswered probe is followed by another after twice the time, as long as that is before the
 * retransmission timer: a retransmission or a probe that is lost with nothing after it would else have to wait for the timeout, two hundred
 * round trips on a short path. With one probe, 10 % of losses leave 0.61 of what the window allows there, and 0.83 with several (docs/network.md).
 */
export function armTailProbe(block: ControlBlock, now: Millis): void {
  const { loss } = block;
  if (loss.isReordering) return;
  loss.deadline = Number.POSITIVE_INFINITY;
  if (!block.sackPermitted || !block.context.params.tailLossProbe) return;
  if (loss.state === "disorder" || loss.records.flying === 0) return;
  // The timer that expired last decides until something is acknowledged.
  if (loss.state === "loss" && (block.retransmissions > 0 || loss.frto !== Frto.Off)) return;
  if (!loss.probing) {
    loss.deadline = Math.min(now + probeTimeout(block), block.retransmitDeadline);
    return;
  }
  if (mayBeHeldBack(block)) return;
  const due = now + probeTimeout(block) * 2 ** loss.probes;
  if (due < block.retransmitDeadline) loss.deadline = due;
}

/** PTO. */
function probeTimeout(block: ControlBlock): Millis {
  const { smoothed } = block.roundTrip;
  if (smoothed === 0) return TAIL_PROBE_INITIAL;
  return 2 * smoothed + (mayBeHeldBack(block) ? TAIL_PROBE_DELAY : TAIL_PROBE_MARGIN);
}

/**
 * A peer may hold back the acknowledgment of less than two full segments (RFC 9293 3.8.6.3, where RFC 8985 says: of one segment), but of none
 * while something is missing there (RFC 5681 4.2); and while recovering a probe of new data costs nothing but itself.
 */
function mayBeHeldBack(block: ControlBlock): boolean {
  const { records, recovering } = block.loss;
  if (recovering && (records.sacked > 0 || block.unsent > 0)) return false;
  return records.flying < 2 * block.sendSegment;
}

/** 7.3: the probe left. @param repeats whether it sent something again. */
export function probeSent(block: ControlBlock, repeats: boolean): void {
  const { loss } = block;
  loss.probeDue = false;
  loss.probes = loss.probing ? loss.probes + 1 : 1;
  loss.probing = true;
  loss.probeEnd = block.sendNext;
  loss.probeRepeats = repeats;
  loss.probeFlight = recentFlight(block, block.inFlight);
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
    repairedByProbe(block, flight, now);
  } else if (isRepetition) {
    // A peer that knows no D-SACK says so with a plain duplicate.
    loss.probing = false;
  }
}

/**
 * An acknowledgment without blocks that moves nothing, with nothing outstanding: from a peer that knows no D-SACK it says that what the probe
 * repeated came twice, unless it brings text or another window (as in Linux).
 */
export function plainRepetition(block: ControlBlock, segment: Segment): void {
  const { loss } = block;
  if (!loss.probeRepeats || block.sendUnacknowledged !== loss.probeEnd || segment.length > 0) return;
  if (segment.window << block.sendScale === block.sendWindow) loss.probing = false;
}

/**
 * Text is about to leave after a timeout of silence, with nothing outstanding: an acknowledgment that says the probe was not needed would have
 * come. The reduction is one of the window that was in use, not of the one that sending restarts with.
 */
export function probeUnanswered(block: ControlBlock, now: Millis): void {
  if (block.loss.probing && block.loss.probeRepeats) repairedByProbe(block, 0, now);
}

/** The probe filled a gap, which is congestion: the window is reduced from what was in use when it left, whatever is in flight by now. */
function repairedByProbe(block: ControlBlock, flight: number, now: Millis): void {
  const { loss, congestion } = block;
  loss.probing = false;
  if (loss.state !== "open" && loss.state !== "disorder") return;
  reduceAtOnce(block, "loss", Math.max(flight, Math.min(congestion.window, loss.probeFlight)), now);
}
