/**
 * Where a connection stands with losses. `open`: nothing suspicious; `disorder`: something was received out of order; `cwr`: the window is
 * being reduced for a congestion mark; `recovery`: what was lost is sent again; `loss`: the same after a retransmission timeout.
 */
export type LossState = "open" | "disorder" | "cwr" | "recovery" | "loss";

/** What one connection knows of losses and does about them. Sequence numbers are int32, amounts octets, times milliseconds. */
export class LossRecovery {
  duplicateAcks = 0;
  /** Octets by which duplicates may still inflate the window: what was in flight at the last loss found. */
  inflationLeft = 0;
  /** By how much duplicates have inflated the window of fast recovery, less what partial acknowledgments took. */
  inflation = 0;
  /** FlightSize when the first of them came, before limited transmit. */
  inFlightAtFirstDuplicate = 0;
  /** In fast recovery (RFC 6582). */
  recovering = false;
  /** `recover` of RFC 6582: what was the highest sequence number sent when recovery or a timeout began. */
  recoverySequence: number;
  /** Whether the timer has been restarted by a partial acknowledgment in this recovery. */
  recoveryTimerRestarted = false;
  /** One segment at SND.UNA is to be sent again now. */
  resendFirst = false;

  constructor(initialSend: number) {
    this.recoverySequence = initialSend;
  }
}
