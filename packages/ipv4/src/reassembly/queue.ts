import { Ecn, type Millis, type Packet, Verdict } from "@mnet/core";
import { HeaderField, LONGEST_HEADER } from "../header/header.ts";
import type { Ipv4Info } from "../info.ts";
import { MAXIMUM_DATAGRAM, PIECE_CHARGE } from "../params.ts";
import { PieceList } from "./piece-list.ts";

const FIRST_CAPACITY = 2048;
const LARGEST_CAPACITY = 65536;

/** The pieces of one datagram that is not whole yet. Reused for one datagram after the other. */
export class ReassemblyQueue {
  source = 0;
  destination = 0;
  protocol = 0;
  identification = 0;
  /** Hash of the four above. */
  hash = 0;
  /** Which share of the memory it is charged to. */
  share = 0;
  expires: Millis = 0;
  /** Links of the table: the next in its bucket, and its neighbours in age. */
  next: ReassemblyQueue | null = null;
  older: ReassemblyQueue | null = null;
  newer: ReassemblyQueue | null = null;

  readonly #pieces = new PieceList();
  /** The octets in the order in which they came: as many as there are, wherever in the datagram they belong. */
  #store = new Uint8Array(FIRST_CAPACITY);
  #stored = 0;
  readonly #header = new Uint8Array(LONGEST_HEADER);
  #headerLength = 0;
  /** Octets of the payload, known with the last fragment; else -1. */
  #end = -1;
  /** Where the farthest piece ends. */
  #farthest = 0;
  /** One bit for each ECN codepoint seen. */
  #codepoints = 0;

  /** Forgets the datagram before. */
  begin(info: Ipv4Info, hash: number, share: number, expires: Millis): void {
    this.source = info.source.w3;
    this.destination = info.destination.w3;
    this.protocol = info.protocol;
    this.identification = info.identification;
    this.hash = hash;
    this.share = share;
    this.expires = expires;
    this.#pieces.clear();
    this.#stored = 0;
    this.#headerLength = 0;
    this.#end = -1;
    this.#farthest = 0;
    this.#codepoints = 0;
  }

  is(info: Ipv4Info): boolean {
    return (
      this.identification === info.identification &&
      this.source === info.source.w3 &&
      this.destination === info.destination.w3 &&
      this.protocol === info.protocol
    );
  }

  /** What its memory counts. */
  get charge(): number {
    return this.#stored + this.#pieces.count * PIECE_CHARGE;
  }

  get pieces(): number {
    return this.#pieces.count;
  }

  get hasFirstFragment(): boolean {
    return this.#headerLength > 0;
  }

  /** Every octet is there: the pieces are disjoint and none is past the end, so counting is enough. */
  get isWhole(): boolean {
    return this.#stored === this.#end;
  }

  /**
   * Takes a piece, whose shape is in order.
   * @param packet starts at the octets; borrowed.
   * @param start where they belong in the payload; a multiple of 8.
   * @param last no fragment comes behind it.
   * @returns `Queued`; `Duplicate` for octets that are there; else why the whole datagram cannot be trusted any more.
   */
  add(packet: Packet, info: Ipv4Info, start: number, last: boolean): Verdict {
    const end = start + packet.end - packet.start;
    if (this.#contradicts(end, last)) return Verdict.FragmentOverlap;
    const index = this.#pieces.find(start);
    if (this.#pieces.overlaps(index, start, end)) {
      return this.#isDuplicate(index, packet, start, end) ? Verdict.Duplicate : Verdict.FragmentOverlap;
    }
    this.#pieces.insert(index, start, end, this.#stored);
    this.#keep(packet);
    this.#codepoints |= 1 << (info.trafficClass & 3);
    if (last) this.#end = end;
    if (end > this.#farthest) this.#farthest = end;
    if (start === 0) this.#keepHeader(packet, info);
    return this.#ecnIsInvalid() ? Verdict.FragmentMalformed : Verdict.Queued;
  }

  /**
   * Writes the whole datagram at `at`: the header of its first fragment, then the payload. Flags, offset, length and ECN become those
   * of the whole; the checksum is left to the caller.
   * @returns octets written, or -1 when they would be over 65 535.
   */
  assemble(into: Uint8Array, at: number): number {
    const length = this.#headerLength + this.#end;
    if (length > MAXIMUM_DATAGRAM) return -1;
    const payload = this.#putHeader(into, at);
    for (let index = 0; index < this.#pieces.count; index++) this.#putPiece(index, into, payload);
    into[at + HeaderField.TotalLength] = length >>> 8;
    into[at + HeaderField.TotalLength + 1] = length;
    into[at + HeaderField.FlagsAndOffset] = 0;
    into[at + HeaderField.FlagsAndOffset + 1] = 0;
    if ((this.#codepoints & (1 << Ecn.CongestionExperienced)) !== 0) {
      into[at + HeaderField.TrafficClass]! |= Ecn.CongestionExperienced;
    }
    return length;
  }

  /** Writes the first fragment, as it came, at `at`; returns its octets. Only when {@link ReassemblyQueue.hasFirstFragment}. */
  firstFragment(into: Uint8Array, at: number): number {
    const payload = this.#putHeader(into, at);
    this.#putPiece(0, into, payload);
    return payload - at + this.#pieces.endOf(0);
  }

  /** The end is where the last fragment says; two ends, or octets at or past it that are not the last, are a lie. */
  #contradicts(end: number, last: boolean): boolean {
    if (last) return this.#end >= 0 ? end !== this.#end : end <= this.#farthest;
    return this.#end >= 0 && end >= this.#end;
  }

  #isDuplicate(index: number, packet: Packet, start: number, end: number): boolean {
    const pieces = this.#pieces;
    if (index >= pieces.count || pieces.startOf(index) !== start || pieces.endOf(index) !== end) return false;
    const position = pieces.positionOf(index);
    for (let at = 0; at < end - start; at++) {
      if (this.#store[position + at] !== packet.bytes[packet.start + at]) return false;
    }
    return true;
  }

  /** RFC 3168 5.3: some fragment was marked although another says that its sender does not know the marks. */
  #ecnIsInvalid(): boolean {
    const both = (1 << Ecn.CongestionExperienced) | (1 << Ecn.NotCapable);
    return (this.#codepoints & both) === both;
  }

  #keep(packet: Packet): void {
    const needed = this.#stored + packet.end - packet.start;
    if (needed > this.#store.length) {
      let capacity = this.#store.length;
      while (capacity < needed) capacity *= 2;
      const larger = new Uint8Array(Math.min(capacity, LARGEST_CAPACITY));
      larger.set(this.#store.subarray(0, this.#stored));
      this.#store = larger;
    }
    packet.copyTo(this.#store, this.#stored);
    this.#stored = needed;
  }

  #keepHeader(packet: Packet, info: Ipv4Info): void {
    this.#header.set(packet.bytes.subarray(info.headerStart, packet.start));
    this.#headerLength = packet.start - info.headerStart;
  }

  #putHeader(into: Uint8Array, at: number): number {
    into.set(this.#header.subarray(0, this.#headerLength), at);
    return at + this.#headerLength;
  }

  #putPiece(index: number, into: Uint8Array, payload: number): void {
    const start = this.#pieces.startOf(index);
    const from = this.#pieces.positionOf(index);
    into.set(this.#store.subarray(from, from + this.#pieces.endOf(index) - start), payload + start);
  }
}
