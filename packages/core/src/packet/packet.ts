import { Slice, viewOf } from "./slice.ts";

/** Up to here copying octet by octet is cheaper than making a view of the range, and leaves nothing to collect. Octets. */
const SHORT_COPY = 64;

/** What is known about the transport checksum of a received packet. */
export const RxChecksum = {
  /** Nothing: whoever parses verifies. */
  Unknown: 0,
  /** The sender is trusted; the field holds only the pseudo-header sum. */
  Trusted: 1,
  /** The device verified it. */
  Verified: 2,
} as const;
export type RxChecksum = (typeof RxChecksum)[keyof typeof RxChecksum];

/**
 * A packet travelling up or down: one long-lived record over one buffer, re-aimed for each packet.
 *
 * ```text
 *  bytes  |   headroom   | start ....... live octets ....... end |  unused
 *                                                               then tail[0], tail[tails - 1]
 * ```
 *
 * **Borrow rule.** A packet is lent for the duration of a call, in both directions. Whoever needs octets after returning
 * copies them. A borrower may write only the headroom `[0, start)` and header fields it owns; payload and tails are
 * read-only to everyone. `start` is as it was when `send` returns.
 */
export class Packet {
  bytes: Uint8Array;
  view: DataView;
  /** First live octet. A layer going down writes its header in front and moves `start` down; going up it moves it past. */
  start = 0;
  /** One past the last live octet in `bytes`; the tails come after it. */
  end = 0;
  /** Offset of the network (IP) header, set while parsing or prepending. */
  network = 0;
  /** Offset of the transport header. */
  transport = 0;
  /** Offset of the transport payload. */
  payload = 0;
  rxChecksum: RxChecksum = RxChecksum.Unknown;
  /**
   * Transmit request: offset of the first octet a checksum covers (to the end, tails included), or -1 when every checksum is
   * complete. The field at `checksumField` then holds the folded, not inverted, pseudo-header sum.
   */
  checksumStart = -1;
  /** Offset of the 16-bit checksum field, with `checksumStart`. */
  checksumField = 0;
  /** 0, or the payload octets per segment of a large segment; both directions. */
  segmentSize = 0;
  /** How many of `tail` are in use. Received packets have none. */
  tails: 0 | 1 | 2 = 0;
  readonly tail: readonly [Slice, Slice] = [new Slice(), new Slice()];
  /** What {@link Packet.octets} returned last. */
  #range: Uint8Array;
  #rangeOf: Uint8Array;

  /** @param bytes the buffer, owned by the maker of the packet; `view` covers the same memory. */
  constructor(bytes: Uint8Array, view: DataView = viewOf(bytes)) {
    this.bytes = bytes;
    this.view = view;
    this.end = bytes.length;
    this.#range = bytes;
    this.#rangeOf = bytes;
  }

  /** A packet over a buffer of its own of `size` octets. */
  static allocate(size: number): Packet {
    return new Packet(new Uint8Array(size));
  }

  /** Aims at `[start, end)` of the present buffer and clears everything else. */
  reset(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.network = start;
    this.transport = start;
    this.payload = start;
    this.rxChecksum = RxChecksum.Unknown;
    this.checksumStart = -1;
    this.checksumField = 0;
    this.segmentSize = 0;
    this.tails = 0;
  }

  /** Exchanges the buffer, then as {@link Packet.reset}. */
  aim(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.bytes = bytes;
    this.view = view;
    this.reset(start, end);
  }

  /** Live octets, tails included. */
  get length(): number {
    let length = this.end - this.start;
    if (this.tails > 0) length += this.tail[0].length;
    if (this.tails > 1) length += this.tail[1].length;
    return length;
  }

  /**
   * `bytes[from, to)` as an array of its own over the same memory, borrowed like the packet. The one made last is kept: packets of one
   * size that come in one buffer need none made.
   */
  octets(from: number, to: number): Uint8Array {
    const { bytes } = this;
    const range = this.#range;
    if (
      this.#rangeOf === bytes &&
      range.length === to - from &&
      range.byteOffset === bytes.byteOffset + from
    ) {
      return range;
    }
    this.#rangeOf = bytes;
    this.#range = bytes.subarray(from, to);
    return this.#range;
  }

  /** Copies all live octets, tails included, to `into` at `at`; returns how many. */
  copyTo(into: Uint8Array, at = 0): number {
    const { bytes, start, end } = this;
    if (end - start <= SHORT_COPY) copyShort(bytes, start, end, into, at);
    else into.set(this.octets(start, end), at);
    let to = at + end - start;
    for (let i = 0; i < this.tails; i++) {
      const slice = this.tail[i as 0 | 1];
      to = copyRange(slice.bytes, slice.start, slice.end, into, to);
    }
    return to - at;
  }

  /** An owned copy of all live octets. Allocates: for queues and captures, never per packet on a fast path. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    this.copyTo(bytes);
    return bytes;
  }
}

function copyRange(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  if (end - start <= SHORT_COPY) copyShort(from, start, end, into, at);
  else into.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
  return at + end - start;
}

function copyShort(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  const shift = at - start;
  if (end + shift > into.length)
    throw new RangeError(`${end - start} octets do not fit at ${at} of ${into.length}`);
  for (let i = start; i < end; i++) into[i + shift] = from[i]!;
}
