/**
 * What tells that the last reduction of the window was for nothing: Eifel (RFC 3522), F-RTO (RFC 5682) and D-SACK (RFC 3708) look at it; see
 * `undo.ts`.
 */
export class UndoState {
  /** A reduction can still be taken back. */
  active = false;
  /** Octets sent again since, less those that the peer had twice. */
  resent = 0;
  /** Whether anything was sent again; where the first of it began, and what timestamp it carried; where the highest ended. */
  repeated = false;
  first = 0;
  stamp = 0;
  last = 0;

  start(): void {
    this.active = true;
    this.resent = 0;
    this.repeated = false;
  }

  /** `octets` from `sequence` on are sent again. */
  sent(sequence: number, octets: number, stamp: number): void {
    const end = (sequence + octets) | 0;
    this.resent += octets;
    if (!this.repeated || ((end - this.last) | 0) > 0) this.last = end;
    if (this.repeated) return;
    this.repeated = true;
    this.first = sequence;
    this.stamp = stamp;
  }
}
