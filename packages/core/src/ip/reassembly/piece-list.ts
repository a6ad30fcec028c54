const FIRST_CAPACITY = 16;

/**
 * Which ranges of a datagram are there, sorted by where they start and disjoint, and where their octets are kept. In columns of
 * 16-bit numbers, so that making room for a piece that came early is one move of a few kilobytes at most.
 */
export class PieceList {
  #starts = new Uint16Array(FIRST_CAPACITY);
  #ends = new Uint16Array(FIRST_CAPACITY);
  #positions = new Uint16Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  startOf(index: number): number {
    return this.#starts[index]!;
  }

  endOf(index: number): number {
    return this.#ends[index]!;
  }

  /** Where the piece's octets begin in the queue's store. */
  positionOf(index: number): number {
    return this.#positions[index]!;
  }

  /** The index of the first piece that starts at `start` or later; `count` when there is none. */
  find(start: number): number {
    let low = 0;
    let high = this.#count;
    // Pieces mostly come in order.
    if (high === 0 || this.#starts[high - 1]! < start) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether `[start, end)` has an octet in common with a piece. @param index what `find(start)` said. */
  overlaps(index: number, start: number, end: number): boolean {
    if (index > 0 && this.#ends[index - 1]! > start) return true;
    return index < this.#count && this.#starts[index]! < end;
  }

  insert(index: number, start: number, end: number, position: number): void {
    const count = this.#count;
    if (count === this.#starts.length) this.#grow();
    if (index < count) {
      this.#starts.copyWithin(index + 1, index, count);
      this.#ends.copyWithin(index + 1, index, count);
      this.#positions.copyWithin(index + 1, index, count);
    }
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#positions[index] = position;
    this.#count = count + 1;
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
    this.#positions = doubled(this.#positions);
  }
}

function doubled(column: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(column.length * 2);
  larger.set(column);
  return larger;
}
