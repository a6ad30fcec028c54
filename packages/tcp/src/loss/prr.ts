/**
 * Proportional rate reduction (RFC 9937): while losses are repaired, or after a congestion mark, what is sent follows what is delivered, so that
 * at the end about `threshold` octets are in flight, without a pause and without a burst. Amounts are octets.
 */
export class ProportionalRateReduction {
  /** sndcnt: what may be sent before the next acknowledgment. */
  budget = 0;
  /** prr_delivered and prr_out. */
  delivered = 0;
  out = 0;
  /** RecoverFS. */
  flight = 0;

  /** An episode begins. @param flight outstanding, what was selectively acknowledged before excluded. */
  start(flight: number, segment: number): void {
    this.delivered = 0;
    this.out = 0;
    this.flight = Math.max(1, flight);
    // Found by a timer: the fast retransmission goes without waiting for an acknowledgment.
    this.budget = segment;
  }

  /**
   * An acknowledgment of the episode, but not the one that ends it.
   * @param delivered what it newly told. @param pipe what is in the network now. @param safe it moved SND.UNA and told of no further loss.
   */
  acknowledged(delivered: number, pipe: number, threshold: number, segment: number, safe: boolean): void {
    if (delivered <= 0) return;
    this.delivered += delivered;
    let count: number;
    if (pipe > threshold) {
      count = Math.ceil((this.delivered * threshold) / this.flight) - this.out;
    } else {
      // Conservative reduction bound; the slow start one while recovery goes well.
      count = Math.max(this.delivered - this.out, delivered);
      if (safe) count += segment;
      count = Math.min(threshold - pipe, count);
    }
    // Section 6.2: the first retransmission is not to wait.
    this.budget = Math.max(count, this.out === 0 ? segment : 0);
  }

  /** `octets` left, new or again. */
  sent(octets: number): void {
    this.out += octets;
    this.budget -= octets;
  }
}
