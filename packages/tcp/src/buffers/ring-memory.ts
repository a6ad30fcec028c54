import type { Packet, Slice } from "@mnet/core";
import { LARGEST_FIRST_RING, MINIMUM_RING } from "../params.ts";
import { ringCapacity, type Slab, type SlabPool } from "./slab-pool.ts";

/**
 * The memory under a ring: a power of two of octets, addressed by offsets from a head that moves on. It is taken when something is put in
 * and given back when nothing is left. It grows by doubling, so that an octet is copied once for growth in the mean, and begins with the
 * size that the last filling reached, within bounds, so that bulk transfers do not grow it again for each batch.
 */
export class RingMemory {
  /** Octets it holds now; 0 while it has none. */
  capacity = 0;
  readonly #pool: SlabPool;
  readonly #least: number;
  #slab: Slab | null = null;
  #head = 0;
  /** The most that was asked for since the memory was taken. */
  #peak = 0;
  #first: number;
  /** Whether the memory is on the layer's account. */
  #accounted = true;

  /** @param least the smallest capacity, a power of two. */
  constructor(pool: SlabPool, least: number = MINIMUM_RING) {
    this.#pool = pool;
    this.#least = least;
    this.#first = least;
  }

  /**
   * Makes sure of room for `octets` from the head on.
   * @param used octets from the head on that are kept. @param seen somebody holds a view of them, which stays as it is.
   * @returns `false` when the layer has no memory for it; then nothing changed.
   */
  reserve(octets: number, used: number, seen: boolean): boolean {
    if (octets > this.#peak) this.#peak = octets;
    if (octets <= this.capacity) return true;
    const needed = ringCapacity(octets, this.#least);
    if (this.capacity === 0 && needed < this.#first && this.#pool.largest >= this.#first) {
      if (this.#pool.permits(this.#first, 0)) return this.#move(this.#first, 0, false);
    }
    return this.#pool.permits(needed, this.capacity) && this.#move(needed, used, seen);
  }

  /** Gives up memory that the first `used` octets do not need. */
  shrink(used: number): void {
    const needed = ringCapacity(used, this.#least);
    if (needed < this.capacity) this.#move(needed, used, false);
  }

  /** Gives the memory back. What was in it is gone. */
  release(): void {
    if (this.#slab === null) return;
    if (this.#accounted) this.#pool.give(this.#slab);
    this.#slab = null;
    this.#head = 0;
    this.capacity = 0;
    this.#first = Math.min(LARGEST_FIRST_RING, ringCapacity(this.#peak, this.#least));
    this.#peak = 0;
  }

  /** The memory belongs to the application from now on, and is not used again. */
  disown(): void {
    if (this.#slab === null || !this.#accounted) return;
    this.#pool.leave(this.#slab);
    this.#accounted = false;
  }

  /** The first `octets` are dropped. */
  drop(octets: number): void {
    this.#head = (this.#head + octets) & (this.capacity - 1);
  }

  /** Copies octets to `offset`; they are within the capacity. */
  write(offset: number, octets: Uint8Array): void {
    const ring = this.#slab!.bytes;
    const at = this.#at(offset);
    const room = this.capacity - at;
    if (octets.length <= room) {
      ring.set(octets, at);
    } else {
      ring.set(octets.subarray(0, room), at);
      ring.set(octets.subarray(room), 0);
    }
  }

  /** Copies `length` octets from `offset` to `into[to...]`. */
  read(offset: number, length: number, into: Uint8Array, to: number): void {
    if (this.#slab === null || length === 0) return;
    const ring = this.#slab.bytes;
    const from = this.#at(offset);
    const first = Math.min(length, this.capacity - from);
    into.set(ring.subarray(from, from + first), to);
    if (first < length) into.set(ring.subarray(0, length - first), to + first);
  }

  /**
   * Aims `packet` at the margin, with `length` octets from `offset` at `at`; `false` when they do not fit. A copy within one buffer
   * needs no view of what it copies, and the packet is in one piece, which most devices send faster.
   */
  lift(offset: number, length: number, packet: Packet, at: number): boolean {
    const slab = this.#slab;
    if (slab === null || at + length > slab.margin.length) return false;
    const { whole, margin, marginView } = slab;
    const from = this.#at(offset);
    const first = Math.min(length, this.capacity - from);
    whole.copyWithin(this.capacity + at, from, from + first);
    if (first < length) whole.copyWithin(this.capacity + at + first, 0, length - first);
    packet.aim(margin, marginView, at, at + length);
    return true;
  }

  /** Aims slices at `length` octets from `offset`, without copying; returns how many of them it takes. */
  aim(offset: number, length: number, slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    if (this.#slab === null || length === 0) return 0;
    const { bytes, view } = this.#slab;
    const from = this.#at(offset);
    const first = Math.min(length, this.capacity - from);
    slices[0].aim(bytes, view, from, from + first);
    if (first === length) return 1;
    slices[1].aim(bytes, view, 0, length - first);
    return 2;
  }

  /** How many slices {@link RingMemory.aim} would use. */
  pieces(offset: number, length: number): 1 | 2 {
    return this.#at(offset) + length > this.capacity ? 2 : 1;
  }

  #at(offset: number): number {
    return (this.#head + offset) & (this.capacity - 1);
  }

  #move(capacity: number, used: number, seen: boolean): boolean {
    const before = this.#slab;
    const slab = this.#pool.take(capacity);
    this.read(0, used, slab.bytes, 0);
    if (before !== null) {
      if (seen) this.#pool.leave(before);
      else this.#pool.give(before);
    }
    this.#slab = slab;
    this.#head = 0;
    this.capacity = capacity;
    return true;
  }
}
