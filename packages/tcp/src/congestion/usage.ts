/**
 * Whether a congestion window is in use: when at least half of it was in flight at some time in the present round trip or the one before (RFC 7661 4.2,
 * where that is pipeACK). A window that is not says nothing about the path, and must not grow.
 */
export class WindowUsage {
  #largest = 0;
  #before = 0;
  /** SND.NXT when the round began: its acknowledgment ends it. */
  #roundEnd = 0;
  #begun = false;

  /** Takes an acknowledgment. @param una SND.UNA. @param flight FlightSize before it. */
  acknowledged(una: number, sendNext: number, flight: number): void {
    if (!this.#begun || ((una - this.#roundEnd) | 0) > 0) {
      this.#begun = true;
      this.#before = this.#largest;
      this.#largest = 0;
      this.#roundEnd = sendNext;
    }
    if (flight > this.#largest) this.#largest = flight;
  }

  /** The largest FlightSize of this round trip and the one before. */
  get recent(): number {
    return Math.max(this.#largest, this.#before);
  }

  isInUse(window: number): boolean {
    return 2 * this.recent >= window;
  }

  /** Sending resumes after silence. */
  restarted(): void {
    this.#largest = 0;
    this.#before = 0;
    this.#begun = false;
  }
}
