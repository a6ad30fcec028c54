/**
 * What tells that the last reduction of the window was for nothing: Eifel (RFC 3522), F-RTO (RFC 5682) and D-SACK (RFC 3708) look at it; see
 * `undo.ts`.
 */
export class UndoState {
  /** A reduction can still be taken back. */
  active = false;
  /** SND.UNA and SND.NXT when it was made: only what was outstanding then counts. */
  from = 0;
  to = 0;
  /** Octets sent again since, less those that the peer had twice. */
  resent = 0;
  /** Whether anything was sent again; where the first of it began, and what timestamp it carried. */
  repeated = false;
  first = 0;
  stamp = 0;

  start(sendUnacknowledged: number, sendNext: number): void {
    this.active = true;
    this.from = sendUnacknowledged;
    this.to = sendNext;
    this.resent = 0;
    this.repeated = false;
  }

  /** `octets` from `sequence` on are sent again. */
  sent(sequence: number, octets: number, stamp: number): void {
    this.resent += octets;
    if (this.repeated) return;
    this.repeated = true;
    this.first = sequence;
    this.stamp = stamp;
  }
}
