import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { windowReduced } from "../ecn/ecn.ts";
import { Frto } from "./loss-recovery.ts";
import { reorderingWindow } from "./rack.ts";

/** The states of loss recovery: how each is entered and left. */

/**
 * Something is lost: fast recovery begins (RFC 6675 5, step 4; RFC 6582 3.2, step 2), with one reduction for everything that is outstanding
 * now.
 * @param delivered what the acknowledgment that showed it newly told.
 */
export function beginRecovery(block: ControlBlock, delivered: number, now: Millis): void {
  const { loss } = block;
  const isReduced = loss.state === "cwr";
  loss.state = "recovery";
  loss.restarted = false;
  loss.probing = false;
  loss.duplicateAllowance = block.inFlight;
  block.context.statistics.fastRetransmissions++;
  if (isReduced) return;
  reduce(block, "loss", block.inFlight, delivered, now);
  loss.undo.start();
}

/** A router marked a segment (RFC 3168 6.1.2): as for a loss, but once per window and only when nothing is lost anyway. */
export function reduceForMark(block: ControlBlock, flight: number, now: Millis): void {
  const { loss } = block;
  if (loss.state !== "open" && loss.state !== "disorder") return;
  loss.undo.active = false;
  if (block.sendUnacknowledged === block.sendNext) {
    reduceAtOnce(block, "ecn", flight, now);
    return;
  }
  loss.state = "cwr";
  reduce(block, "ecn", flight, 0, now);
}

/** The reduction for what is over already. @param flight FlightSize when it happened. */
export function reduceAtOnce(block: ControlBlock, kind: "loss" | "ecn", flight: number, now: Millis): void {
  block.congestion.congested(kind, recentFlight(block, flight), now);
  block.congestion.recovered(now);
  windowReduced(block);
  block.loss.undo.active = false;
}

/**
 * What a reduction starts from, octets: as much of the window as was in use in the last two round trips (RFC 9438 4.6 allows cwnd where its growth
 * is validated; Linux takes it). FlightSize alone would depend on how many acknowledgments came before the one that tells of the congestion: those
 * of one batch leave nothing to answer with in between.
 * @param flight FlightSize now.
 */
export function recentFlight(block: ControlBlock, flight: number): number {
  return Math.max(flight, Math.min(block.congestion.window, block.loss.usage.recent));
}

function reduce(
  block: ControlBlock,
  kind: "loss" | "ecn",
  flight: number,
  delivered: number,
  now: Millis,
): void {
  const { loss } = block;
  loss.recoverySequence = block.sendNext;
  // RFC 3042 3: what limited transmit sent is not part of the FlightSize.
  const before = loss.flightBefore;
  const outstanding = before > 0 ? Math.min(flight, before) : flight;
  block.congestion.congested(kind, recentFlight(block, outstanding), now);
  windowReduced(block);
  loss.prr.start(loss.pipe + loss.records.missing + delivered, block.sendSegment);
  loss.untold = 0;
}

/** Everything that was outstanding when the state was entered is acknowledged. */
export function endRecovery(block: ControlBlock, now: Millis): void {
  const { loss } = block;
  if (loss.isMetered) block.congestion.recovered(now);
  if (loss.recovering) loss.rack.recovered();
  loss.frto = Frto.Off;
  loss.duplicates = 0;
  loss.duplicateOctets = 0;
  settle(block);
}

/** Nothing is being repaired any more: open, or disorder while something is out of order. */
export function settle(block: ControlBlock): void {
  const { loss } = block;
  const { records } = loss;
  const orderly = records.sacked === 0 && records.missing === 0 && loss.duplicates === 0;
  if (!orderly && loss.state === "open") loss.flightBefore = block.inFlight;
  else if (orderly) loss.flightBefore = 0;
  loss.state = orderly ? "open" : "disorder";
}

/**
 * The retransmission timer expired: what is outstanding counts as lost, and goes again from SND.UNA as the window allows. With SACK only what
 * was sent long enough ago (RFC 8985 6.3); what is selectively acknowledged stays so, unless the peer seems to have thrown it away: when
 * the next octet it needs is one that it had, or nothing at all was acknowledged since the last expiry (RFC 2018 8, RFC 6675 5.1).
 */
export function loseOutstanding(block: ControlBlock, now: Millis): void {
  const { loss } = block;
  const { records, undo } = loss;
  const isReduced = loss.isMetered;
  const isRepeated = block.retransmissions > 1;
  const { inFlight } = block;
  const flight = loss.flightBefore > 0 ? Math.min(inFlight, loss.flightBefore) : inFlight;
  block.congestion.timedOut(flight, isRepeated || isReduced, now);
  windowReduced(block);
  // A recovery was under way: its reduction was for something.
  if (isReduced) undo.active = false;
  else if (!isRepeated) undo.start();
  loss.frto = undo.active ? Frto.Waiting : Frto.Off;
  if (records.count > 0) {
    if (records.ranges > 0 && (isRepeated || records.hasReneged)) forget(block);
    const recent = block.sackPermitted && loss.rack.serial > 0;
    const limit = recent ? now - loss.rack.roundTrip - reorderingWindow(block) : now;
    for (let slot = records.sent.oldest; slot >= 0; slot = records.sent.oldest) {
      if (records.table.sentAt[slot]! > limit) break;
      records.lose(slot);
    }
    records.loseFirst();
    loss.forceFirst = records.missing > 0;
  }
  enterLoss(block);
}

/** What is lost is sent again within the congestion window, which is as large as somebody has made it. */
function enterLoss(block: ControlBlock): void {
  const { loss } = block;
  loss.state = "loss";
  loss.recoverySequence = block.sendNext;
  loss.duplicates = 0;
  loss.duplicateOctets = 0;
  loss.untold = 0;
  loss.probing = false;
  loss.probeDue = false;
  loss.stopTimer();
}

/**
 * The path takes smaller segments only (RFC 1191 6.5, RFC 8899 4.3): what was sent in larger ones goes again in smaller ones, without a
 * reduction, because nothing says that the path is congested.
 */
export function pathShrank(block: ControlBlock): void {
  const { loss, sendSegment } = block;
  if (!loss.records.loseLarger(sendSegment)) return;
  loss.frto = Frto.Off;
  if (loss.state === "open" || loss.state === "disorder") {
    loss.undo.active = false;
    enterLoss(block);
  }
  block.context.markDirty(block);
}

/** Only a probe of the path's MTU is lost, which says nothing of congestion: it goes again in ordinary segments (RFC 4821 7.7). */
export function repairProbe(block: ControlBlock): void {
  block.loss.undo.active = false;
  enterLoss(block);
  block.context.markDirty(block);
}

/** The peer needs what it had selectively acknowledged (RFC 2018 8: it reneged): its word counts for nothing for a while. */
export function reneged(block: ControlBlock): void {
  forget(block);
  block.loss.rack.forward = block.sendUnacknowledged;
}

function forget(block: ControlBlock): void {
  const { loss } = block;
  loss.records.forgetSacked(block.sendSegment);
  loss.distrusted = true;
  loss.reneged = block.sendNext;
  block.context.statistics.sackReneges++;
}
