import type { Millis } from "@mnet/core";

/**
 * What one acknowledgment told. The record is used again for the next one: keep the numbers, not the record. Octets and milliseconds;
 * sequence numbers are int32.
 */
export interface DeliverySample {
  /** Newly delivered: acknowledged cumulatively or selectively for the first time. */
  readonly octets: number;
  /** By how much SND.UNA moved. */
  readonly acknowledged: number;
  /** In the network (pipe) before this acknowledgment. */
  readonly inFlight: number;
  /** The round trip measured with it; -1 for none. */
  readonly roundTrip: Millis;
  /** The window was in use, not the application or the peer's window the limit: it may grow (RFC 7661 3, RFC 9438 5.8). */
  readonly windowLimited: boolean;
  /** The octets were outstanding when the retransmission timer last expired. */
  readonly afterTimeout: boolean;
  /** SND.NXT, to count rounds with. */
  readonly sendNext: number;
  /** SND.UNA after this acknowledgment. */
  readonly sendUnacknowledged: number;
  readonly now: Millis;
}

/**
 * How much may be in flight. The connection finds out what happened (acknowledgments, losses, timeouts, idleness) and tells the controller,
 * which answers with one number, {@link CongestionController.window}. All amounts are octets.
 *
 * Finding losses, and metering what is sent while they are repaired (PRR), are the connection's business: from `congested` to `recovered`
 * it sends by itself towards {@link CongestionController.threshold}.
 *
 * Any implementation can be plugged in through `ConnectionOptions.congestion`; one instance serves one connection. It is called from the
 * inside of the protocol: it must not throw, call back, or take long.
 */
export interface CongestionController {
  /** A name for diagnosis, such as `cubic`. */
  readonly name: string;
  /** The congestion window (cwnd). */
  readonly window: number;
  /** The slow start threshold (ssthresh); Infinity before the first loss. */
  readonly threshold: number;
  /** The connection is established. @param segment SMSS. @param initialWindow cwnd to begin with. */
  start(segment: number, initialWindow: number, now: Millis): void;
  /** SMSS changed with the path MTU. */
  segmentChanged(segment: number): void;
  /** Something was delivered, outside recovery. */
  delivered(sample: DeliverySample): void;
  /**
   * A segment was lost, or a router marked one (ECN). At most once per window of data. Sets the threshold, and the window to it; for
   * a mark the window may be down to one segment (RFC 9438 4.6).
   * @param inFlight what was in the network when it happened.
   */
  congested(kind: "loss" | "ecn", inFlight: number, now: Millis): void;
  /** All that was outstanding when recovery began is acknowledged: the window is the threshold, or what it was reduced to if that is less. */
  recovered(now: Millis): void;
  /** The retransmission timer expired. @param again it did already for the same octets. */
  timedOut(inFlight: number, again: boolean, now: Millis): void;
  /** The last `congested` or `timedOut` was a mistake, nothing was lost: window and threshold are as before it, or better. */
  undo(): void;
  /** Sending resumes after at least one timeout of silence (RFC 5681 4.1). */
  restarted(now: Millis): void;
  /** Something leaves with nothing outstanding, and there was nothing for `idle` milliseconds; {@link CongestionController.restarted} may come before. */
  resumed?(idle: Millis): void;
  /** Octets per millisecond at which to send, for a connection that paces. Default: from window and round trip. */
  pacingRate?(smoothedRoundTrip: Millis): number;
}
