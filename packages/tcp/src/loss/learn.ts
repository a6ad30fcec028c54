import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { type Segment, TcpFlag } from "../header.ts";
import { probeLost } from "../path-mtu/path-mtu.ts";
import { armRetransmit } from "../timers/retransmit.ts";
import { echoedRoundTrip } from "../timestamps/round-trip.ts";
import type { Delivery } from "./delivery.ts";
import { countDuplicate, countProgress } from "./duplicates.ts";
import { Frto } from "./loss-recovery.ts";
import { detectLosses } from "./rack.ts";
import { beginRecovery, endRecovery, reneged, repairProbe, settle } from "./recovery.ts";
import { takeBlocks } from "./sack-blocks.ts";
import { armTailProbe, plainRepetition, probeAcknowledged } from "./tail-loss-probe.ts";
import { allCameTwice, echoesOriginal, timeoutWasSpurious, undoReduction } from "./undo.ts";

/**
 * What an acceptable acknowledgment tells about what was sent: SND.UNA has moved by `moved` already, SND.WND not yet. First what was delivered,
 * then what that means: the reduction was a mistake, recovery is over, something is lost. Then how much may be sent, and the timers.
 * @param flight FlightSize before. @param isDuplicate in the sense of RFC 5681 2.
 */
export function learn(
  block: ControlBlock,
  segment: Segment,
  moved: number,
  flight: number,
  isDuplicate: boolean,
  now: Millis,
): void {
  const hasBlocks = block.sackPermitted && segment.sackCount > 0;
  const { loss } = block;
  if (moved <= 0 && !hasBlocks && !isDuplicate) {
    if (loss.probing && moved === 0) plainRepetition(block, segment);
    return;
  }
  const { delivery } = block.context;
  delivery.begin(loss.rack.forward, loss.recoverySequence, block.roundTrip, now);
  if (block.timestamps.enabled && segment.hasTimestamp) {
    delivery.echoed(segment.timestampEcho, block.timestamps.offset);
  }
  if (moved > 0) loss.records.acknowledge(block.sendUnacknowledged, delivery);
  const twice = hasBlocks ? takeBlocks(block, segment, delivery) : 0;
  const isCredible = twice > 0 && cameTwice(block, twice);
  let found = false;
  if (block.sackPermitted) {
    loss.rack.update(delivery);
    loss.rack.duplicated(isCredible, block.sendUnacknowledged, block.sendNext);
  } else if (moved > 0) found = countProgress(block, delivery);
  else if (isDuplicate) found = countDuplicate(block, delivery);
  measure(block, segment, moved, delivery, now);
  block.ecn.isEchoed = block.ecn.enabled && segment.has(TcpFlag.Ece);
  const isNews = moved > 0 || delivery.octets > 0;
  if (loss.undo.active && (isNews || twice > 0 || isDuplicate)) {
    if (isMistake(block, segment, moved, delivery, isCredible ? twice : 0)) undoReduction(block);
  }
  if (isNews) loss.probes = 0;
  if (isNews) react(block, delivery, moved, flight, found, now);
  if (loss.probing) probeAcknowledged(block, twice, isDuplicate && !hasBlocks, flight, now);
  if (moved > 0) restartTimers(block, now);
  // What was selectively acknowledged while recovering stopped the timer of RACK: what still flies needs one.
  else if (isNews && loss.recovering) armTailProbe(block, now);
  if (block.unsent > 0 || block.finQueued || loss.records.missing > 0) block.context.markDirty(block);
}

/**
 * The peer got `twice` octets twice. @returns whether that can be our doing: a peer that tells of more than was sent again has a network that
 * duplicates, or tales to tell.
 */
function cameTwice(block: ControlBlock, twice: number): boolean {
  const { loss } = block;
  loss.dsacks++;
  loss.duplicated += twice;
  return loss.duplicated <= loss.repeated;
}

/**
 * RTT (RFC 6298 3): one measurement per flight, of what was sent only once (Karn); where nothing of that kind is acknowledged the timestamp
 * measures (RFC 7323 4.1).
 */
function measure(
  block: ControlBlock,
  segment: Segment,
  moved: number,
  delivery: Delivery,
  now: Millis,
): void {
  const { roundTrip, loss, context } = block;
  context.sample.roundTrip = -1;
  if (delivery.firstSentAt >= 0 && !delivery.resentAcknowledged) {
    const latest = now - delivery.lastSentAt;
    context.sample.roundTrip = latest;
    if (delivery.firstSentAt >= loss.measuredAt) {
      roundTrip.sample(now - delivery.firstSentAt);
      loss.measuredAt = now;
    } else if (latest < roundTrip.minimum) roundTrip.minimum = latest;
  } else if (moved > 0 && delivery.octets > 0) {
    const echoed = echoedRoundTrip(block, segment, now);
    if (echoed >= 0) roundTrip.sample(echoed);
  }
}

/** Whether what was done about a loss was for nothing: D-SACK, Eifel or F-RTO say so. */
function isMistake(
  block: ControlBlock,
  segment: Segment,
  moved: number,
  delivery: Delivery,
  twice: number,
): boolean {
  const { loss } = block;
  if (twice > 0 && allCameTwice(block, twice, segment.sackEdges[1]!)) return true;
  if (!loss.recovering) return false;
  if (moved > 0 && echoesOriginal(block, segment)) return true;
  return loss.frto !== Frto.Off && timeoutWasSpurious(block, delivery, moved > 0);
}

/** What the delivery means for the state, and what may be sent now. */
function react(
  block: ControlBlock,
  delivery: Delivery,
  moved: number,
  flight: number,
  foundByDuplicates: boolean,
  now: Millis,
): void {
  const { loss } = block;
  const { records } = loss;
  loss.delivered += delivery.octets;
  loss.untold += delivery.octets;
  if (moved > 0) loss.usage.acknowledged(block.sendUnacknowledged, block.sendNext, flight);
  const isOver = moved > 0 && ((block.sendUnacknowledged - loss.recoverySequence) | 0) >= 0;
  if (isOver && (loss.isMetered || loss.recovering)) {
    if (loss.state === "loss") tell(block, moved, flight, now);
    endRecovery(block, now);
    loss.untold = 0;
    moved = 0;
  }
  if (records.hasReneged) reneged(block);
  const found = block.sackPermitted ? detectLosses(block, now) : foundByDuplicates;
  if (records.missing > 0 && !loss.recovering) repair(block, delivery.octets, now);
  if (loss.isMetered) {
    const safe = moved > 0 && !found;
    const target = Math.min(block.congestion.window, block.congestion.threshold);
    loss.prr.acknowledged(delivery.octets, loss.pipe, target, block.sendSegment, safe);
    return;
  }
  if (moved > 0) tell(block, moved, flight, now);
  if (loss.state === "loss") return;
  settle(block);
  // Pulled along, so that it never falls 2^31 behind.
  if (((block.sendUnacknowledged - loss.recoverySequence) | 0) > 0)
    loss.recoverySequence = (block.sendUnacknowledged - 1) | 0;
}

/** Something is lost: a sign of congestion, unless it is only a probe that was too large for the path. */
function repair(block: ControlBlock, delivered: number, now: Millis): void {
  const { lostFrom, missing } = block.loss.records;
  if (probeLost(block, lostFrom, missing)) repairProbe(block);
  else beginRecovery(block, delivered, now);
}

/** Tells the congestion controller what was delivered. @param moved by how much SND.UNA moved. */
function tell(block: ControlBlock, moved: number, flight: number, now: Millis): void {
  const { loss, congestion } = block;
  const { sample } = block.context;
  // Without SACK a duplicate only hints at a delivery; octets count when SND.UNA has passed them, or a peer could make the window grow with
  // duplicates and acknowledgments of single octets in turn (RFC 3465 2.1).
  sample.octets = block.sackPermitted ? loss.untold : moved;
  sample.acknowledged = moved;
  sample.inFlight = flight;
  sample.afterTimeout = loss.state === "loss";
  // A window that is not in use must not grow (RFC 9293 3.8.2 with RFC 7661 4.2: cwnd validation), nor one of which a mark is told (RFC 3168 6.1.2).
  const isInUse = sample.afterTimeout || loss.usage.isInUse(congestion.window);
  sample.windowLimited = isInUse && !block.ecn.isEchoed;
  sample.sendNext = block.sendNext;
  sample.sendUnacknowledged = block.sendUnacknowledged;
  sample.now = now;
  congestion.delivered(sample);
  loss.untold = 0;
}

/** RFC 6298 5.2 and 5.3; RFC 6582 4: without SACK only the first partial acknowledgment restarts the timer. */
function restartTimers(block: ControlBlock, now: Millis): void {
  const { loss } = block;
  if (block.sendUnacknowledged === block.sendNext) {
    block.retransmitDeadline = Number.POSITIVE_INFINITY;
    loss.idleSince = now;
  } else if (block.sackPermitted || loss.state !== "recovery" || !loss.restarted) {
    armRetransmit(block, now);
    loss.restarted = true;
  }
  armTailProbe(block, now);
}

/** The timer of the reordering window or of the tail loss probe expired. */
export function lossTimerExpired(block: ControlBlock, now: Millis): void {
  const { loss } = block;
  if (loss.isReordering) {
    detectLosses(block, now);
    if (loss.records.missing > 0 && !loss.recovering) repair(block, 0, now);
    if (block.retransmitDeadline <= now) armRetransmit(block, now);
    armTailProbe(block, now);
  } else {
    loss.stopTimer();
    loss.probeDue = loss.records.flying > 0;
    if (loss.probeDue && block.retransmitDeadline <= now) armRetransmit(block, now);
  }
  block.context.markDirty(block);
}
