import type { RecordTable } from "./record-table.ts";

/** The records that fly in the order in which they were last sent: what RACK reads from its old end (RFC 8985 6.2, step 5). */
export class TransmissionOrder {
  /** Slots; -1 for none. */
  oldest = -1;
  newest = -1;

  append(table: RecordTable, slot: number): void {
    table.older[slot] = this.newest;
    table.newer[slot] = -1;
    if (this.newest < 0) this.oldest = slot;
    else table.newer[this.newest] = slot;
    this.newest = slot;
  }

  prepend(table: RecordTable, slot: number): void {
    table.newer[slot] = this.oldest;
    table.older[slot] = -1;
    if (this.oldest < 0) this.newest = slot;
    else table.older[this.oldest] = slot;
    this.oldest = slot;
  }

  /** Puts `slot`, a part of the transmission `before`, behind it. */
  insertAfter(table: RecordTable, before: number, slot: number): void {
    const after = table.newer[before]!;
    table.older[slot] = before;
    table.newer[slot] = after;
    table.newer[before] = slot;
    if (after < 0) this.newest = slot;
    else table.older[after] = slot;
  }

  remove(table: RecordTable, slot: number): void {
    const older = table.older[slot]!;
    const newer = table.newer[slot]!;
    if (older < 0) this.oldest = newer;
    else table.newer[older] = newer;
    if (newer < 0) this.newest = older;
    else table.older[newer] = older;
  }

  clear(): void {
    this.oldest = -1;
    this.newest = -1;
  }
}
