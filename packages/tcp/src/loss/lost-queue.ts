import type { RecordTable } from "./record-table.ts";

/** The lost records of a connection, the one with the lowest sequence number first: a binary heap, so that any order of losses is cheap. */
export class LostQueue {
  size = 0;

  /** The slot with the lowest sequence number; there is one. */
  first(table: RecordTable): number {
    return table.heap[0]!;
  }

  add(table: RecordTable, slot: number): void {
    this.#rise(table, this.size++, slot);
  }

  remove(table: RecordTable, slot: number): void {
    const at = table.heapAt[slot]!;
    const last = table.heap[--this.size]!;
    if (last === slot) return;
    this.#rise(table, at, last);
    this.#sink(table, table.heapAt[last]!, last);
  }

  clear(): void {
    this.size = 0;
  }

  #rise(table: RecordTable, from: number, slot: number): void {
    const { heap, heapAt, start } = table;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (((start[above]! - start[slot]!) | 0) <= 0) break;
      heap[at] = above;
      heapAt[above] = at;
      at = parent;
    }
    heap[at] = slot;
    heapAt[slot] = at;
  }

  #sink(table: RecordTable, from: number, slot: number): void {
    const { heap, heapAt, start } = table;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && ((start[heap[child + 1]!]! - start[heap[child]!]!) | 0) < 0) child++;
      const below = heap[child]!;
      if (((start[slot]! - start[below]!) | 0) <= 0) break;
      heap[at] = below;
      heapAt[below] = at;
      at = child;
    }
    heap[at] = slot;
    heapAt[slot] = at;
  }
}
