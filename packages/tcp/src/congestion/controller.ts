import type { Millis } from "@mnet/core";

/**
 * How much may be in flight. The connection detects what happened (acknowledgments, losses, timeouts, idleness) and tells the controller,
 * which answers with one number, {@link CongestionController.window}. All amounts are octets.
 *
 * Any implementation can be plugged in through `TcpParameters.congestion`; one instance serves one connection.
 */
export interface CongestionController {
  /** A name for diagnosis, such as `newreno`. */
  readonly name: string;
  /** The congestion window (cwnd). */
  readonly window: number;
  /** The slow start threshold (ssthresh); Infinity before the first loss. */
  readonly threshold: number;
  /** The connection is established. @param segment SMSS. @param initialWindow cwnd to begin with. */
  start(segment: number, initialWindow: number): void;
  /** SMSS changed with the path MTU. */
  segmentChanged(segment: number): void;
  /**
   * New data was acknowledged outside recovery, while the window was in use.
   * @param afterTimeout the octets were outstanding when the retransmission timer last expired.
   */
  acknowledged(octets: number, afterTimeout: boolean, now: Millis): void;
  /** A loss was detected by duplicate acknowledgments. @param inFlight FlightSize. */
  recoveryStarted(inFlight: number, now: Millis): void;
  /** One more duplicate acknowledgment during recovery: a segment has left the network. */
  duplicateAcknowledged(): void;
  /** During recovery part of what was outstanding at its start was acknowledged. */
  partiallyAcknowledged(octets: number): void;
  /** All that was outstanding when recovery started is acknowledged. @param inFlight what still is, FlightSize. */
  recoveryEnded(inFlight: number, now: Millis): void;
  /** The retransmission timer expired. @param again it did already for the same segment. */
  timedOut(inFlight: number, again: boolean, now: Millis): void;
  /** Sending resumes after at least one timeout of silence (RFC 5681 4.1). */
  restarted(now: Millis): void;
}
