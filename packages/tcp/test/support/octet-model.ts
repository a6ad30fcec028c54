/** One octet that is outstanding. */
interface Octet {
  /** Flying 0, sacked 1, lost 2, as `RecordState`. */
  state: number;
  sentAt: number;
  again: boolean;
  /** Which segment it left in: those of one are selectively acknowledged together. */
  segment: number;
}

/** The naive model of what a sender knows: one entry for each octet that is outstanding. Offsets count from the first octet ever sent. */
export class OctetModel {
  octets: Octet[] = [];
  begin = 0;
  #segments = 0;

  get end(): number {
    return this.begin + this.octets.length;
  }

  get outstanding(): number {
    return this.octets.length;
  }

  push(octets: number, segment: number, now: number): void {
    for (let i = 0; i < octets; i++) {
      if (i % segment === 0) this.#segments++;
      this.octets.push({ state: 0, sentAt: now, again: false, segment: this.#segments });
    }
  }

  /** @returns octets that nobody knew to have arrived. */
  acknowledge(until: number): number {
    const gone = this.octets.splice(0, until - this.begin);
    this.begin = until;
    return gone.filter(({ state }) => state !== 1).length;
  }

  /** @returns octets newly acknowledged: those of segments that the block covers to the end. */
  sack(from: number, to: number): number {
    let news = 0;
    const whole = new Map<number, boolean>();
    this.octets.forEach(({ segment }, i) => {
      const covered = this.begin + i >= from && this.begin + i < to;
      whole.set(segment, (whole.get(segment) ?? true) && covered);
    });
    for (const octet of this.octets) {
      if (octet.state === 1 || whole.get(octet.segment) !== true) continue;
      octet.state = 1;
      news++;
    }
    return news;
  }

  lose(from: number, to: number): void {
    for (let offset = from; offset < to; offset++) this.octets[offset - this.begin]!.state = 2;
  }

  loseFirst(): void {
    const first = this.octets[0];
    if (first === undefined || first.state !== 0) return;
    for (const octet of this.octets) if (octet.segment === first.segment) octet.state = 2;
  }

  findLost(): void {
    for (const octet of this.octets) if (octet.state === 2 && !octet.again) octet.state = 0;
  }

  forgetSacked(segment: number): void {
    let run = 0;
    for (const octet of this.octets) {
      if (octet.state !== 1) {
        run = 0;
        continue;
      }
      if (run++ % segment === 0) this.#segments++;
      octet.state = 2;
      octet.again = true;
      octet.segment = this.#segments;
    }
  }

  /** Where the first lost octet is and how many lost ones, `most` at most, follow each other from there. */
  lostRun(most: number): [from: number, octets: number] {
    const from = this.octets.findIndex(({ state }) => state === 2);
    let to = from;
    while (to < this.octets.length && to - from < most && this.octets[to]!.state === 2) to++;
    return [this.begin + from, to - from];
  }

  repeat(from: number, octets: number, now: number): void {
    this.#segments++;
    for (let offset = from; offset < from + octets; offset++) {
      this.octets[offset - this.begin] = { state: 0, sentAt: now, again: true, segment: this.#segments };
    }
  }
}
