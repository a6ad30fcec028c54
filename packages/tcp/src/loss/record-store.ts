import type { Millis } from "@mnet/core";
import { LostQueue } from "./lost-queue.ts";
import { RecordRing } from "./record-ring.ts";
import { LARGEST_TABLE, RecordState, type RecordTable, type RecordTables } from "./record-table.ts";
import { TransmissionOrder } from "./transmission-order.ts";

const { Flying, Lost } = RecordState;

/** The `segment` of a record that must not be cut. */
const WHOLE = 0x7fff_ffff;

/**
 * The structure under `SentRecords`: records that follow each other without gaps, kept by sequence number, by time of transmission while they
 * fly and by sequence number again while they are lost.
 */
export class RecordStore {
  /** Octets in each state: in the network, selectively acknowledged, and lost. */
  flying = 0;
  sacked = 0;
  missing = 0;
  /** Octets that fly and were sent more than once. */
  resent = 0;
  readonly ring: RecordRing = new RecordRing();
  readonly sent: TransmissionOrder = new TransmissionOrder();
  readonly lost: LostQueue = new LostQueue();
  /** Records looked at so far; tests bound it. */
  visits = 0;
  readonly #tables: RecordTables;
  readonly #most: number;
  #table: RecordTable | null = null;
  #free = -1;
  #serial = 0;

  /** @param most records; a power of two. */
  constructor(tables: RecordTables, most: number = LARGEST_TABLE) {
    this.#tables = tables;
    this.#most = most;
  }

  /** The records' memory; there is none before the first `add`, and after the last `release`. */
  get table(): RecordTable {
    return this.#table!;
  }

  get count(): number {
    return this.ring.count;
  }

  /** Whether what is sent new has to share the last record: half of the records are kept for cutting. */
  get crowded(): boolean {
    return this.ring.count >= this.#most >> 1;
  }

  /** Whether there is room to cut records. An eighth of them is kept for what is sent again. */
  get mayCut(): boolean {
    return this.ring.count + 2 <= this.#most - (this.#most >> 3);
  }

  /** Hardly room for another record. */
  get isFull(): boolean {
    return this.ring.count + 1 >= this.#most;
  }

  /** The slot of the record at `place`, counted from the lowest sequence number. */
  at(place: number): number {
    return this.ring.at(this.table, place);
  }

  /** Appends a record that flies, sent once and now. */
  add(start: number, end: number, segment: number, now: Millis): void {
    if (this.#table === null) {
      this.#table = this.#tables.take();
      this.#table.free();
      this.#free = 0;
    }
    const slot = this.#take();
    const { table } = this;
    table.start[slot] = start;
    table.end[slot] = end;
    table.state[slot] = Flying;
    table.again[slot] = 0;
    this.stamp(slot, segment, now);
    this.ring.push(table, slot);
    this.sent.append(table, slot);
    this.account(slot, (end - start) | 0);
  }

  /** The record at `place` ends at `at` from now on; what follows is a new one in all else alike. @returns its slot. */
  split(place: number, at: number): number {
    const part = this.#take();
    const { table } = this;
    const slot = this.at(place);
    table.start[part] = at;
    table.end[part] = table.end[slot]!;
    table.end[slot] = at;
    table.anchor[part] = table.anchor[slot]!;
    table.segment[part] = table.segment[slot]!;
    table.sentAt[part] = table.sentAt[slot]!;
    table.serial[part] = table.serial[slot]!;
    table.again[part] = table.again[slot]!;
    const state = table.state[slot]!;
    table.state[part] = state;
    this.ring.insert(table, place + 1, part);
    if (state === Flying) this.sent.insertAfter(table, slot, part);
    else if (state === Lost) this.lost.add(table, part);
    return part;
  }

  /** The record leaves the list that its state keeps it in. */
  unlink(slot: number): void {
    const { table } = this;
    const state = table.state[slot]!;
    if (state === Flying) this.sent.remove(table, slot);
    else if (state === Lost) this.lost.remove(table, slot);
  }

  /** A slot that is in no list any more is free. */
  release(slot: number): void {
    this.table.newer[slot] = this.#free;
    this.#free = slot;
  }

  /** Gives the memory back; there are no records left. */
  giveBack(): void {
    if (this.#table === null) return;
    this.#tables.give(this.#table);
    this.#table = null;
    this.ring.clear();
    this.sent.clear();
    this.lost.clear();
  }

  /** Adds `octets` to what is counted for the record's state. */
  account(slot: number, octets: number): void {
    const { table } = this;
    const state = table.state[slot]!;
    if (state === Flying) this.flying += octets;
    else if (state === Lost) this.missing += octets;
    else this.sacked += octets;
    if (state === Flying && table.again[slot] !== 0) this.resent += octets;
  }

  /** The record is the latest transmission: it left now, in segments of `segment` octets. */
  stamp(slot: number, segment: number, now: Millis): void {
    const { table } = this;
    table.anchor[slot] = table.start[slot]!;
    table.segment[slot] = segment;
    table.sentAt[slot] = now;
    table.serial[slot] = ++this.#serial;
  }

  /**
   * Lets the record, which flies, reach to `end`, because what follows it left with it; with `force` because there is no room for a record
   * of its own, as if all had left now and as one piece.
   * @returns whether it does; the octets are to be accounted for.
   */
  extend(slot: number, end: number, segment: number, force: boolean, now: Millis): boolean {
    const { table } = this;
    const whole = ((table.end[slot]! - table.anchor[slot]!) | 0) % segment === 0;
    const alike = whole && table.segment[slot] === segment;
    if (alike && this.sent.newest === slot && table.sentAt[slot] === now) {
      table.end[slot] = end;
      return true;
    }
    if (!force) return false;
    const { anchor } = table;
    const from = anchor[slot]!;
    this.sent.remove(table, slot);
    this.stamp(slot, alike ? segment : WHOLE, now);
    if (alike) anchor[slot] = from;
    this.sent.append(table, slot);
    table.end[slot] = end;
    return true;
  }

  /** Where the first whole segment of the record begins that is not before `from`; the record's end for none. */
  cutUp(slot: number, from: number): number {
    const { start, end, anchor, segment } = this.table;
    if (((from - start[slot]!) | 0) <= 0) return start[slot]!;
    if (!this.mayCut) return end[slot]!;
    const size = segment[slot]!;
    const offset = Math.ceil(((from - anchor[slot]!) | 0) / size) * size;
    return offset >= ((end[slot]! - anchor[slot]!) | 0) ? end[slot]! : (anchor[slot]! + offset) | 0;
  }

  /** Where the last whole segment of the record ends that is not behind `to`; the record's start for none. */
  cutDown(slot: number, to: number): number {
    const { start, end, anchor, segment } = this.table;
    if (((to - end[slot]!) | 0) >= 0) return end[slot]!;
    if (!this.mayCut) return start[slot]!;
    const size = segment[slot]!;
    const offset = Math.floor(((to - anchor[slot]!) | 0) / size) * size;
    return offset <= ((start[slot]! - anchor[slot]!) | 0) ? start[slot]! : (anchor[slot]! + offset) | 0;
  }

  /** A free slot; the table grows when there is none. */
  #take(): number {
    if (this.#free < 0) {
      const { table, ring } = this;
      const larger = this.#tables.take(table.capacity * 2);
      larger.takeOver(table, ring.head);
      ring.head = 0;
      this.#free = table.capacity;
      this.#tables.give(table);
      this.#table = larger;
    }
    const slot = this.#free;
    this.#free = this.table.newer[slot]!;
    return slot;
  }
}
