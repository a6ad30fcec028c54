import type { Millis } from "@mnet/core";
import type { Delivery } from "./delivery.ts";
import { RecordState } from "./record-table.ts";
import { Scoreboard } from "./sack-scoreboard.ts";

const { Flying, Sacked, Lost } = RecordState;

/**
 * What is outstanding, from SND.UNA on: one record for each run of segments that left at the same time, cut where the peer's selective
 * acknowledgments begin and end, and joined where everything is acknowledged selectively. So there are never more records than segments in
 * flight, nor more than the store takes, and at most `mostRanges` runs are selectively acknowledged (CVE-2019-11477 to 11479).
 *
 * Every operation costs a binary search and what it newly learns: nothing is looked at twice, however much is in flight.
 */
export class SentRecords extends Scoreboard {
  /** Nothing new can be sent before the peer acknowledges something: it made too many islands. */
  get full(): boolean {
    return this.count > 0 && this.crowded && this.table.state[this.at(this.count - 1)] !== Flying;
  }

  /** New octets `[start, end)` were sent, behind all others, in segments of `segment` octets. */
  push(start: number, end: number, segment: number, now: Millis): void {
    if (this.count > 0) {
      const last = this.at(this.count - 1);
      const { table } = this;
      const force = this.crowded;
      const mayShare = table.state[last] === Flying && (table.again[last] === 0 || force);
      if (mayShare && this.extend(last, end, segment, force, now)) {
        this.account(last, (end - start) | 0);
        return;
      }
    }
    this.add(start, end, segment, now);
  }

  /** Everything before `una` is acknowledged. */
  acknowledge(una: number, delivery: Delivery): void {
    const { ring } = this;
    while (ring.count > 0) {
      const { table } = this;
      const slot = ring.at(table, 0);
      this.visits++;
      const start = table.start[slot]!;
      const length = table.length(slot);
      const octets = Math.min(length, (una - start) | 0);
      if (octets <= 0) return;
      if (table.state[slot] === Sacked) this.sackedTaken(slot, octets, length);
      else delivery.add(table, slot, octets, (start + octets) | 0, false);
      this.account(slot, -octets);
      if (octets < length) {
        table.start[slot] = una;
        return;
      }
      this.unlink(slot);
      ring.shift(table);
      this.release(slot);
    }
    this.giveBack();
  }

  /** The record, which flies, is lost. */
  lose(slot: number): void {
    const octets = this.table.length(slot);
    this.account(slot, -octets);
    this.unlink(slot);
    this.table.state[slot] = Lost;
    this.lost.add(this.table, slot);
    this.account(slot, octets);
  }

  /** The first segment outstanding is lost, if it flies. */
  loseFirst(): void {
    if (this.count === 0) return;
    const slot = this.at(0);
    const { table } = this;
    if (table.state[slot] !== Flying) return;
    const end = this.cutUp(slot, (table.start[slot]! + 1) | 0);
    if (end !== table.end[slot]) this.split(0, end);
    this.lose(slot);
  }

  /** What flies in segments of more than `segment` octets is lost. @returns whether anything is. */
  loseLarger(segment: number): boolean {
    let found = false;
    for (let place = 0; place < this.count; place++) {
      const slot = this.at(place);
      this.visits++;
      const { table } = this;
      if (table.state[slot] !== Flying || Math.min(table.segment[slot]!, table.length(slot)) <= segment)
        continue;
      this.lose(slot);
      found = true;
    }
    return found;
  }

  /** The lowest sequence number that is lost; something is. */
  get lostFrom(): number {
    return this.table.start[this.lost.first(this.table)]!;
  }

  /** How many octets from {@link SentRecords.lostFrom} on are lost, `most` at most; 0 when nothing is. */
  lostRun(most: number): number {
    if (this.lost.size === 0) return 0;
    const { table } = this;
    const slot = this.lost.first(table);
    let octets = table.length(slot);
    if (octets >= most) return most;
    for (let place = this.ring.find(table, table.start[slot]!) + 1; place < this.count; place++) {
      const next = this.at(place);
      this.visits++;
      if (table.state[next] !== Lost) return octets;
      octets += table.length(next);
      if (octets >= most) return most;
    }
    return octets;
  }

  /** `octets` from {@link SentRecords.lostFrom} on, as {@link SentRecords.lostRun} gave them, were sent again in one segment. */
  resentLost(octets: number, segment: number, now: Millis): void {
    const slot = this.lost.first(this.table);
    const start = this.table.start[slot]!;
    const end = (start + octets) | 0;
    const place = this.ring.find(this.table, start);
    this.#joinLost(place, slot, end);
    if (place > 0 && this.#extendResent(place, slot, end, octets, segment, now)) return;
    if (this.table.end[slot] !== end) this.split(place, end);
    this.account(slot, -octets);
    this.unlink(slot);
    this.table.state[slot] = Flying;
    this.#sentAgain(slot, octets, segment, now);
  }

  /** Octets of the last segment sent, when it flies; else 0. @param control 1 when its last number is that of a FIN. */
  tailSegment(control: number): number {
    if (this.count === 0) return 0;
    const { table } = this;
    const slot = this.at(this.count - 1);
    if (table.state[slot] !== Flying) return 0;
    const size = table.segment[slot]!;
    const anchor = table.anchor[slot]!;
    const text = ((table.end[slot]! - anchor) | 0) - control;
    const begin = Math.max(0, Math.floor((text - 1) / size)) * size;
    const from = Math.max(begin, (table.start[slot]! - anchor) | 0);
    return text + control - from;
  }

  /** The last `octets` outstanding, part of one record that flies, were sent again: a tail loss probe. */
  resentTail(octets: number, segment: number, now: Millis): void {
    const place = this.count - 1;
    let slot = this.at(place);
    const from = (this.table.end[slot]! - octets) | 0;
    if (from !== this.table.start[slot]) slot = this.split(place, from);
    this.account(slot, -octets);
    this.unlink(slot);
    this.#sentAgain(slot, octets, segment, now);
  }

  /** Where the record that was sent last begins, and its octets; something flies. */
  get newestFrom(): number {
    return this.table.start[this.sent.newest]!;
  }

  get newestOctets(): number {
    return this.table.length(this.sent.newest);
  }

  /** The first `octets` of the record that was sent last were sent again. */
  resentNewest(octets: number, segment: number, now: Millis): void {
    const slot = this.sent.newest;
    const start = this.table.start[slot]!;
    if (octets < this.table.length(slot)) {
      this.split(this.ring.find(this.table, start), (start + octets) | 0);
    }
    this.account(slot, -octets);
    this.unlink(slot);
    this.#sentAgain(slot, octets, segment, now);
  }

  /** What was lost and not sent again flies after all: it was only late. */
  findLost(): void {
    const { table } = this;
    for (let place = this.count - 1; place >= 0 && this.lost.size > 0; place--) {
      const slot = this.at(place);
      this.visits++;
      if (table.state[slot] !== Lost || table.again[slot] !== 0) continue;
      const octets = table.length(slot);
      this.account(slot, -octets);
      this.unlink(slot);
      table.state[slot] = Flying;
      this.sent.prepend(table, slot);
      this.account(slot, octets);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.flying = 0;
    this.sacked = 0;
    this.missing = 0;
    this.resent = 0;
    this.clearSacked();
    this.giveBack();
  }

  /** Records behind the one at `place` become part of it, up to `end`; they are lost as well. */
  #joinLost(place: number, slot: number, end: number): void {
    const { table } = this;
    let joined = 0;
    while (((end - table.end[slot]!) | 0) > 0) {
      const next = this.at(place + 1 + joined);
      this.visits++;
      this.lost.remove(table, next);
      table.again[slot]! |= table.again[next]!;
      if (((table.end[next]! - end) | 0) > 0) {
        table.start[next] = end;
        this.lost.add(table, next);
        table.end[slot] = end;
        break;
      }
      table.end[slot] = table.end[next]!;
      this.release(next);
      joined++;
    }
    this.ring.remove(table, place + 1, joined);
  }

  /** What is sent again joins the record before it, when that was sent again just now too, or when there is no room. */
  #extendResent(
    place: number,
    slot: number,
    end: number,
    octets: number,
    segment: number,
    now: Millis,
  ): boolean {
    const { table } = this;
    const before = this.at(place - 1);
    if (table.state[before] !== Flying || table.again[before] === 0) return false;
    if (!this.extend(before, end, segment, this.isFull, now)) return false;
    this.account(slot, -octets);
    this.account(before, octets);
    if (table.end[slot] === end) {
      this.unlink(slot);
      this.ring.remove(table, place, 1);
      this.release(slot);
    } else {
      table.start[slot] = end;
    }
    return true;
  }

  #sentAgain(slot: number, octets: number, segment: number, now: Millis): void {
    const { table } = this;
    table.again[slot] = 1;
    this.stamp(slot, segment, now);
    this.sent.append(table, slot);
    this.account(slot, octets);
  }
}
