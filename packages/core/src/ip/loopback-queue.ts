import { Packet } from "../packet/packet.ts";
import { viewOf } from "../packet/slice.ts";
import type { Millis } from "../time/host.ts";

/** The bounds of a {@link LoopbackQueue}. */
export interface LoopbackBounds {
  /** Octets waiting. */
  readonly loopbackOctets: number;
  /** Packets waiting. */
  readonly loopbackPackets: number;
}

/** Octets kept free in front of each packet, so that a receiver may write a header there as it may anywhere else. */
const GAP = 64;
const FIRST_CAPACITY = 64 * 1024;
/** Numbers kept per packet: position, length, segment size. */
const RECORD = 3;

/**
 * The queue of datagrams on their way from this stack to itself: copies, one behind the other in a ring of octets, so that the
 * delivery happens outside of `send` and nothing is allocated once the ring has grown to what is in use.
 */
export class LoopbackQueue {
  readonly #maximumOctets: number;
  readonly #maximumPackets: number;
  readonly #packet: Packet;
  readonly #records: Uint32Array;
  #bytes: Uint8Array;
  #view: DataView;
  /** Index of the oldest record, and how many there are. */
  #first = 0;
  #count = 0;
  /** Where the next packet goes, if it fits there. */
  #tail = 0;

  constructor(bounds: LoopbackBounds) {
    this.#maximumOctets = bounds.loopbackOctets;
    this.#maximumPackets = bounds.loopbackPackets;
    this.#packet = Packet.allocate(Math.min(FIRST_CAPACITY, bounds.loopbackOctets));
    this.#bytes = this.#packet.bytes;
    this.#view = this.#packet.view;
    this.#records = new Uint32Array(bounds.loopbackPackets * RECORD);
  }

  get size(): number {
    return this.#count;
  }

  /** `-Infinity` while a packet waits: it is not for a device to change that. Else `Infinity`. */
  nextDeadline(): Millis {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  /** Copies the packet, which starts at its IP header. @returns false when a bound is reached. */
  push(packet: Packet): boolean {
    const { length } = packet;
    if (this.#count >= this.#maximumPackets) return false;
    let at = this.#place(length + GAP);
    while (at < 0) {
      if (!this.#grow()) return false;
      at = this.#place(length + GAP);
    }
    packet.copyTo(this.#bytes, at + GAP);
    const record = ((this.#first + this.#count) % this.#maximumPackets) * RECORD;
    this.#records[record] = at;
    this.#records[record + 1] = length;
    this.#records[record + 2] = packet.segmentSize;
    this.#tail = at + GAP + length;
    this.#count++;
    return true;
  }

  /** The oldest packet, valid until {@link LoopbackQueue.shift}, or `null`. More may be pushed meanwhile. */
  peek(): Packet | null {
    if (this.#count === 0) return null;
    const record = this.#first * RECORD;
    const start = this.#records[record]! + GAP;
    this.#packet.aim(this.#bytes, this.#view, start, start + this.#records[record + 1]!);
    this.#packet.segmentSize = this.#records[record + 2]!;
    return this.#packet;
  }

  /** Drops the oldest packet. */
  shift(): void {
    this.#first = (this.#first + 1) % this.#maximumPackets;
    this.#count--;
    if (this.#count === 0) this.#tail = 0;
  }

  /** Where `octets` in one piece are free, or -1. */
  #place(octets: number): number {
    const capacity = this.#bytes.length;
    if (this.#count === 0) return octets <= capacity ? 0 : -1;
    const head = this.#records[this.#first * RECORD]!;
    if (this.#tail > head) {
      if (this.#tail + octets <= capacity) return this.#tail;
      return octets <= head ? 0 : -1;
    }
    return this.#tail + octets <= head ? this.#tail : -1;
  }

  /** Doubles the ring, moving its packets to the front in order. Whoever still looks at a delivered one keeps the old octets. */
  #grow(): boolean {
    const capacity = Math.min(this.#bytes.length * 2, this.#maximumOctets);
    if (capacity <= this.#bytes.length) return false;
    const bytes = new Uint8Array(capacity);
    let to = 0;
    for (let i = 0; i < this.#count; i++) {
      const record = ((this.#first + i) % this.#maximumPackets) * RECORD;
      const from = this.#records[record]!;
      const octets = GAP + this.#records[record + 1]!;
      bytes.set(this.#bytes.subarray(from, from + octets), to);
      this.#records[record] = to;
      to += octets;
    }
    this.#tail = to;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    return true;
  }
}
