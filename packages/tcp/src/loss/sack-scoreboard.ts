import type { Delivery } from "./delivery.ts";
import { RecordStore } from "./record-store.ts";
import { RecordState, type RecordTables } from "./record-table.ts";

const { Sacked, Lost } = RecordState;

/**
 * The scoreboard of selective acknowledgments (RFC 2018 8, RFC 6675 3). What is selectively acknowledged is one record for each run, so that
 * a block that tells nothing new is found out by one search, however long it is.
 */
export class Scoreboard extends RecordStore {
  /** Runs that are selectively acknowledged, and the segments in them. */
  ranges = 0;
  sackedSegments = 0;
  readonly #mostRanges: number;

  /** @param mostRanges runs; what would make one more is not believed. */
  constructor(tables: RecordTables, mostRanges: number, mostRecords?: number) {
    super(tables, mostRecords);
    this.#mostRanges = mostRanges;
  }

  /** Whether the next octet that the peer needs is one that it had. */
  get hasReneged(): boolean {
    return this.count > 0 && this.table.state[this.at(0)] === Sacked;
  }

  /** The octets `[from, to)`, between SND.UNA and what was sent last, are selectively acknowledged. Only whole segments count. */
  sack(from: number, to: number, delivery: Delivery): void {
    if (this.count === 0) return;
    let place = this.ring.find(this.table, from);
    const first = this.at(place);
    this.visits++;
    if (this.table.state[first] === Sacked) {
      if (((this.table.end[first]! - to) | 0) >= 0) return;
    } else {
      const cut = this.cutUp(first, from);
      if (cut === this.table.end[first]) place++;
      else if (((this.cutDown(first, to) - cut) | 0) <= 0) return;
      else if (cut !== this.table.start[first]) {
        if (this.ranges >= this.#mostRanges) return;
        this.split(place++, cut);
      }
    }
    if (place < this.count && this.#mayBegin(place)) this.#sackFrom(place, to, delivery);
  }

  /** The peer reneged (RFC 2018 8): what it had selectively acknowledged is lost. @param segment to send it again in. */
  forgetSacked(segment: number): void {
    const { table } = this;
    for (let place = 0; this.ranges > 0; place++) {
      const slot = this.at(place);
      this.visits++;
      if (table.state[slot] !== Sacked) continue;
      const octets = table.length(slot);
      this.account(slot, -octets);
      table.state[slot] = Lost;
      table.again[slot] = 1;
      table.anchor[slot] = table.start[slot]!;
      table.segment[slot] = segment;
      this.lost.add(table, slot);
      this.account(slot, octets);
      this.ranges--;
    }
    this.sackedSegments = 0;
  }

  /** `octets` at the beginning of a sacked record of `length` are acknowledged. */
  protected sackedTaken(slot: number, octets: number, length: number): void {
    const { segment } = this.table;
    const before = segment[slot]!;
    const left = Math.ceil((before * (length - octets)) / length);
    this.sackedSegments += left - before;
    if (octets === length) this.ranges--;
    else segment[slot] = left;
  }

  protected clearSacked(): void {
    this.ranges = 0;
    this.sackedSegments = 0;
  }

  /** One more run of selectively acknowledged octets is allowed, or it joins one that is there. */
  #mayBegin(place: number): boolean {
    if (this.ranges < this.#mostRanges) return true;
    const { state } = this.table;
    return state[this.at(place)] === Sacked || (place > 0 && state[this.at(place - 1)] === Sacked);
  }

  /** Makes one run of everything from the record at `place` up to `to`, and of the runs it touches. */
  #sackFrom(place: number, to: number, delivery: Delivery): void {
    const run = this.at(place);
    let next = place;
    for (; next < this.count; next++) {
      const slot = this.at(next);
      this.visits++;
      if (((this.table.start[slot]! - to) | 0) >= 0) break;
      if (this.table.state[slot] !== Sacked) {
        const cut = this.cutDown(slot, to);
        if (cut === this.table.start[slot]) break;
        if (cut !== this.table.end[slot]) this.split(next, cut);
        this.#deliver(slot, delivery);
      }
      if (next > place) this.#absorb(run, slot);
    }
    if (next === place) return;
    const { table } = this;
    if (next < this.count && table.state[this.at(next)] === Sacked) this.#absorb(run, this.at(next++));
    const before = place > 0 ? this.at(place - 1) : -1;
    const joins = before >= 0 && table.state[before] === Sacked;
    if (joins) this.#absorb(before, run);
    const kept = joins ? place : place + 1;
    this.ring.remove(table, kept, next - kept);
  }

  /** The record is selectively acknowledged from now on; `segment` counts its segments. */
  #deliver(slot: number, delivery: Delivery): void {
    const { table } = this;
    const octets = table.length(slot);
    delivery.add(table, slot, octets, table.end[slot]!, true);
    this.account(slot, -octets);
    this.unlink(slot);
    table.state[slot] = Sacked;
    this.account(slot, octets);
    const segments = Math.ceil(octets / table.segment[slot]!);
    table.segment[slot] = segments;
    this.sackedSegments += segments;
    this.ranges++;
  }

  /** The run takes over the one behind it. */
  #absorb(run: number, next: number): void {
    const { table } = this;
    table.end[run] = table.end[next]!;
    table.segment[run]! += table.segment[next]!;
    this.release(next);
    this.ranges--;
  }
}
