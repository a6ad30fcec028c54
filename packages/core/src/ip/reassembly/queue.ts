import { AddressWords, sameWords } from "../../address/words.ts";
import type { Packet } from "../../packet/packet.ts";
import type { Millis } from "../../time/host.ts";
import { Verdict } from "../../verdict.ts";
import { Ecn } from "../../wire/ip-protocol.ts";
import { type FragmentFacts, MAXIMUM_LENGTH, PIECE_CHARGE } from "./facts.ts";
import { PieceList } from "./piece-list.ts";

const FIRST_CAPACITY = 2048;
const LARGEST_CAPACITY = 65536;
/** Octets of a header that are kept without being charged: more than IPv4 has, and IPv6 without long extension headers. */
const COMMON_HEADER = 64;

/** The pieces of one datagram that is not whole yet. Reused for one datagram after the other. */
export class ReassemblyQueue {
  readonly source: AddressWords = new AddressWords();
  readonly destination: AddressWords = new AddressWords();
  protocolOfKey = 0;
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
  #header = new Uint8Array(COMMON_HEADER);
  #headerLength = 0;
  #uncountedOctets = 0;
  /** Octets of the payload, known with the last fragment; else -1. */
  #end = -1;
  /** Where the farthest piece ends. */
  #farthest = 0;
  /** One bit for each ECN codepoint seen. */
  #codepoints = 0;

  /** Forgets the datagram before. */
  begin(fragment: FragmentFacts, hash: number, share: number, expires: Millis): void {
    this.source.copy(fragment.source);
    this.destination.copy(fragment.destination);
    this.protocolOfKey = fragment.protocolOfKey;
    this.identification = fragment.identification;
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

  is(fragment: FragmentFacts): boolean {
    return (
      this.identification === fragment.identification &&
      this.protocolOfKey === fragment.protocolOfKey &&
      sameWords(this.source, fragment.source) &&
      sameWords(this.destination, fragment.destination)
    );
  }

  /** What its memory counts. */
  get charge(): number {
    const header = Math.max(0, this.#headerLength - COMMON_HEADER);
    return this.#stored + this.#pieces.count * PIECE_CHARGE + header;
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
   * @returns `Queued`; `Duplicate` for octets that are there; else why the whole datagram cannot be trusted any more.
   */
  add(packet: Packet, fragment: FragmentFacts): Verdict {
    const start = fragment.fragmentOffset;
    const last = !fragment.moreFragments;
    const end = start + packet.end - packet.start;
    if (this.#contradicts(end, last)) return Verdict.FragmentOverlap;
    const index = this.#pieces.find(start);
    if (this.#pieces.overlaps(index, start, end)) {
      return this.#isDuplicate(index, packet, start, end) ? Verdict.Duplicate : Verdict.FragmentOverlap;
    }
    this.#pieces.insert(index, start, end, this.#stored);
    this.#keep(packet);
    this.#codepoints |= 1 << (fragment.trafficClass & 3);
    if (last) this.#end = end;
    if (end > this.#farthest) this.#farthest = end;
    if (start === 0) this.#keepHeader(packet, fragment);
    return this.#ecnIsInvalid() ? Verdict.FragmentMalformed : Verdict.Queued;
  }

  /** Octets of the header of the first fragment; 0 before it came. */
  get headerOctets(): number {
    return this.#headerLength;
  }

  /** RFC 3168 5.3: the whole was marked when a fragment was. */
  get congestionExperienced(): boolean {
    return (this.#codepoints & (1 << Ecn.CongestionExperienced)) !== 0;
  }

  /**
   * Writes the datagram at `at`: the header of its first fragment as it came, then the whole payload.
   * @returns octets written, or -1 when the length field could not say how many.
   */
  assemble(into: Uint8Array, at: number): number {
    const length = this.#headerLength + this.#end;
    if (length - this.#uncountedOctets > MAXIMUM_LENGTH) return -1;
    const payload = this.#putHeader(into, at);
    for (let index = 0; index < this.#pieces.count; index++) this.#putPiece(index, into, payload);
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

  #keepHeader(packet: Packet, fragment: FragmentFacts): void {
    const length = packet.start - fragment.headerStart;
    if (length > this.#header.length) this.#header = new Uint8Array(length);
    this.#header.set(packet.bytes.subarray(fragment.headerStart, packet.start));
    this.#headerLength = length;
    this.#uncountedOctets = fragment.uncountedOctets;
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
