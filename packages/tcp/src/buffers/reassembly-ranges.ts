/**
 * Which sequence numbers beyond RCV.NXT have been received: disjoint ranges in order, no two of them touching. Looking up is a binary
 * search, inserting one move of memory, and there are at most `limit`: no order of arrival makes it slow (CVE-2018-5390).
 */
export class ReassemblyRanges {
  count = 0;
  readonly #limit: number;
  #starts = none;
  #ends = none;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Octets in all ranges. */
  get octets(): number {
    let octets = 0;
    for (let i = 0; i < this.count; i++) octets += (this.#ends[i]! - this.#starts[i]!) | 0;
    return octets;
  }

  /** Whether [start, end) could be inserted: it touches a range, or there is room for one more. */
  accepts(start: number, end: number): boolean {
    return this.count < this.#limit || this.#firstEndingFrom(start) < this.#firstStartingAfter(end);
  }

  /** Adds [start, end), merging what it touches. Call only when {@link ReassemblyRanges.accepts}. */
  insert(start: number, end: number): void {
    const from = this.#firstEndingFrom(start);
    const to = this.#firstStartingAfter(end);
    if (from === to) {
      this.#open(from);
      this.#starts[from] = start;
      this.#ends[from] = end;
      return;
    }
    if (((start - this.#starts[from]!) | 0) < 0) this.#starts[from] = start;
    const last = this.#ends[to - 1]!;
    this.#ends[from] = ((end - last) | 0) > 0 ? end : last;
    this.#remove(from + 1, to);
  }

  /** Removes every range that begins at or before `next`; returns how far the octets are contiguous from there. */
  takeFrom(next: number): number {
    let reached = next;
    let taken = 0;
    while (taken < this.count && ((this.#starts[taken]! - reached) | 0) <= 0) {
      const end = this.#ends[taken]!;
      if (((end - reached) | 0) > 0) reached = end;
      taken++;
    }
    if (taken > 0) this.#remove(0, taken);
    return reached;
  }

  start(range: number): number {
    return this.#starts[range]!;
  }

  end(range: number): number {
    return this.#ends[range]!;
  }

  /** The range that `sequence` is in, or -1. */
  indexOf(sequence: number): number {
    const at = this.#firstEndingFrom((sequence + 1) | 0);
    return at < this.count && ((this.#starts[at]! - sequence) | 0) <= 0 ? at : -1;
  }

  /** The first range that has octets of [start, end), or -1. */
  overlapping(start: number, end: number): number {
    const at = this.#firstEndingFrom((start + 1) | 0);
    return at < this.count && ((this.#starts[at]! - end) | 0) < 0 ? at : -1;
  }

  clear(): void {
    this.count = 0;
  }

  /** The ranges as pairs, for diagnosis and tests. */
  toArray(): [number, number][] {
    return Array.from({ length: this.count }, (_, i) => [this.#starts[i]!, this.#ends[i]!]);
  }

  /** The first range whose end is at or after `sequence`. */
  #firstEndingFrom(sequence: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.#ends[middle]! - sequence) | 0) >= 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The first range whose start is after `sequence`. */
  #firstStartingAfter(sequence: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.#starts[middle]! - sequence) | 0) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #open(at: number): void {
    if (this.count === this.#starts.length) {
      const size = Math.min(this.#limit, Math.max(8, this.count * 2));
      this.#starts = grown(this.#starts, size);
      this.#ends = grown(this.#ends, size);
    }
    this.#starts.copyWithin(at + 1, at, this.count);
    this.#ends.copyWithin(at + 1, at, this.count);
    this.count++;
  }

  #remove(from: number, to: number): void {
    this.#starts.copyWithin(from, to, this.count);
    this.#ends.copyWithin(from, to, this.count);
    this.count -= to - from;
  }
}

const none = new Int32Array(0);

function grown(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(array);
  return larger;
}
