import type { Millis } from "@mnet/core";
import type { ControlBlock } from "../control-block.ts";
import { DUPLICATE_THRESHOLD } from "../params.ts";
import { armRetransmit } from "../timers/retransmit.ts";

/**
 * Loss detection by duplicate acknowledgments and recovery as NewReno does it (RFC 5681 3.2, RFC 6582 3.2). The congestion controller says
 * how much may be sent; this says what was lost.
 */

/** New data was acknowledged. @param inFlight FlightSize before. */
export function newAcknowledgment(block: ControlBlock, octets: number, inFlight: number, now: Millis): void {
  if (!block.loss.recovering) {
    block.loss.duplicateAcks = 0;
    restartTimer(block, now);
    grow(block, octets, inFlight, now);
  } else if (((block.sendUnacknowledged - block.loss.recoverySequence) | 0) >= 0) {
    // Full acknowledgment: recovery is over.
    block.loss.recovering = false;
    block.loss.duplicateAcks = 0;
    restartTimer(block, now);
    block.congestion.recovered(now);
  } else {
    // Partial acknowledgment: the next segment is lost as well. Only the first one restarts the timer (the "impatient" variant).
    deflate(block, octets);
    block.loss.inflationLeft = block.inFlight;
    if (!block.loss.recoveryTimerRestarted) restartTimer(block, now);
    block.loss.recoveryTimerRestarted = true;
    block.loss.resendFirst = true;
  }
}

/** A duplicate acknowledgment: a segment arrived, but not the one at SND.UNA. */
export function duplicateAcknowledgment(block: ControlBlock, now: Millis): void {
  block.context.markDirty(block);
  if (block.loss.recovering) {
    // No more segments can have left the network than were in it: RFC 5681 3.2 step 4 allows this bound against forged duplicates.
    if (block.loss.inflationLeft <= 0) return;
    block.loss.inflationLeft -= block.sendSegment;
    // RFC 5681 3.2 step 4.
    block.loss.inflation += block.sendSegment;
    return;
  }
  if (block.loss.duplicateAcks === 0) block.loss.inFlightAtFirstDuplicate = block.inFlight;
  block.loss.duplicateAcks++;
  if (block.loss.duplicateAcks !== DUPLICATE_THRESHOLD) return;
  // RFC 6582 3.2 step 2: not for losses of before the last recovery or timeout.
  if (((block.sendUnacknowledged - block.loss.recoverySequence) | 0) <= 0) return;
  block.loss.recovering = true;
  block.loss.recoverySequence = block.sendNext;
  block.loss.recoveryTimerRestarted = false;
  block.loss.inflationLeft = block.inFlight;
  block.loss.resendFirst = true;
  block.context.statistics.fastRetransmissions++;
  // RFC 3042 3: what limited transmit sent does not count.
  block.congestion.congested("loss", Math.min(block.inFlight, block.loss.inFlightAtFirstDuplicate), now);
  // RFC 5681 3.2 step 3: the three segments that have left.
  block.loss.inflation = DUPLICATE_THRESHOLD * block.sendSegment;
}

/** RFC 6582 3.2 step 3, partial acknowledgments: by what left the network, but for the segment that is sent now. */
function deflate(block: ControlBlock, octets: number): void {
  const { sendSegment, congestion } = block;
  const inflation = block.loss.inflation - octets + (octets >= sendSegment ? sendSegment : 0);
  block.loss.inflation = Math.max(sendSegment - congestion.window, inflation);
}

/** RFC 6298 5.2 and 5.3. */
function restartTimer(block: ControlBlock, now: Millis): void {
  if (block.sendUnacknowledged === block.sendNext) block.retransmitDeadline = Number.POSITIVE_INFINITY;
  else armRetransmit(block, now);
}

function grow(block: ControlBlock, octets: number, inFlight: number, now: Millis): void {
  const una = block.sendUnacknowledged;
  const afterTimeout = ((una - block.loss.recoverySequence) | 0) <= 0;
  // A window that is not in use must not grow (RFC 9293 3.8.2 with RFC 7661 4.2: cwnd validation).
  const { sample } = block.context;
  sample.octets = octets;
  sample.acknowledged = octets;
  sample.inFlight = inFlight;
  sample.roundTrip = -1;
  sample.windowLimited = afterTimeout || inFlight * 2 >= block.congestion.window;
  sample.afterTimeout = afterTimeout;
  sample.sendNext = block.sendNext;
  sample.sendUnacknowledged = una;
  sample.now = now;
  block.congestion.delivered(sample);
  // Pulled along, so that it never falls 2^31 behind.
  if (!afterTimeout) block.loss.recoverySequence = (una - 1) | 0;
}
