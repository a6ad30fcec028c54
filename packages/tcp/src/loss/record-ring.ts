import type { RecordTable } from "./record-table.ts";

/**
 * The records in the order of their sequence numbers, as a ring of slots. Records are found by binary search; what goes in or out in the
 * middle moves the shorter side by one place: 4 octets a record, one move of memory.
 */
export class RecordRing {
  count = 0;
  head = 0;
  /** Places moved so far; tests bound it. */
  moves = 0;

  /** The slot at a place, counted from the lowest sequence number. */
  at(table: RecordTable, place: number): number {
    return table.order[(this.head + place) & (table.capacity - 1)]!;
  }

  /** The place of the record that `sequence` is in: the last one that does not start behind it. */
  find(table: RecordTable, sequence: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (((table.start[this.at(table, middle)]! - sequence) | 0) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  push(table: RecordTable, slot: number): void {
    table.order[(this.head + this.count++) & (table.capacity - 1)] = slot;
  }

  /** Takes the lowest record off. */
  shift(table: RecordTable): void {
    this.head = (this.head + 1) & (table.capacity - 1);
    this.count--;
  }

  insert(table: RecordTable, place: number, slot: number): void {
    if (place < this.count - place) {
      this.head = (this.head - 1) & (table.capacity - 1);
      this.#move(table, 1, 0, place);
    } else {
      this.#move(table, place, place + 1, this.count - place);
    }
    this.count++;
    table.order[(this.head + place) & (table.capacity - 1)] = slot;
  }

  /** Takes `number` records out from `place` on. */
  remove(table: RecordTable, place: number, number: number): void {
    const behind = this.count - place - number;
    if (place < behind) {
      this.#move(table, 0, number, place);
      this.head = (this.head + number) & (table.capacity - 1);
    } else {
      this.#move(table, place + number, place, behind);
    }
    this.count -= number;
  }

  clear(): void {
    this.count = 0;
    this.head = 0;
  }

  /** Moves `number` places from `from` to `to`, of which either may wrap; they may overlap. */
  #move(table: RecordTable, from: number, to: number, number: number): void {
    if (number === 0 || from === to) return;
    this.moves += number;
    const { order, capacity } = table;
    const mask = capacity - 1;
    const source = (this.head + from) & mask;
    const target = (this.head + to) & mask;
    if (source + number <= capacity && target + number <= capacity) {
      order.copyWithin(target, source, source + number);
    } else if (from < to) {
      for (let i = number - 1; i >= 0; i--) order[(target + i) & mask] = order[(source + i) & mask]!;
    } else {
      for (let i = 0; i < number; i++) order[(target + i) & mask] = order[(source + i) & mask]!;
    }
  }
}
