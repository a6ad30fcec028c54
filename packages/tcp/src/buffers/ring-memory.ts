import type { Packet, Slice } from "@mnet/core";
import type { Slab, SlabPool } from "./slab-pool.ts";

/** The memory under a ring: a power of two of octets, taken on first use, addressed by positions that wrap. */
export class RingMemory {
  readonly capacity: number;
  readonly #pool: SlabPool;
  #slab: Slab | null = null;

  constructor(capacity: number, pool: SlabPool) {
    this.capacity = capacity;
    this.#pool = pool;
  }

  get held(): boolean {
    return this.#slab !== null;
  }

  /** Gives the memory back. What was in it is gone. */
  release(): void {
    if (this.#slab === null) return;
    this.#pool.give(this.#slab);
    this.#slab = null;
  }

  /** Copies at most `capacity` octets to `position`. */
  write(position: number, octets: Uint8Array): void {
    this.#slab ??= this.#pool.take(this.capacity);
    const ring = this.#slab.bytes;
    const at = position & (this.capacity - 1);
    const room = this.capacity - at;
    if (octets.length <= room) {
      ring.set(octets, at);
    } else {
      ring.set(octets.subarray(0, room), at);
      ring.set(octets.subarray(room), 0);
    }
  }

  /** Copies `length` octets from `position` to `into[at...]`. */
  read(position: number, length: number, into: Uint8Array, at: number): void {
    if (this.#slab === null || length === 0) return;
    const ring = this.#slab.bytes;
    const from = position & (this.capacity - 1);
    const first = Math.min(length, this.capacity - from);
    into.set(ring.subarray(from, from + first), at);
    if (first < length) into.set(ring.subarray(0, length - first), at + first);
  }

  /**
   * Aims `packet` at the margin, with `length` octets from `position` at `at`; `false` when they do not fit. A copy within one buffer
   * needs no view of what it copies, and the packet is in one piece, which most devices send faster.
   */
  lift(position: number, length: number, packet: Packet, at: number): boolean {
    const slab = this.#slab;
    if (slab === null || at + length > slab.margin.length) return false;
    const { whole, margin, marginView } = slab;
    const from = position & (this.capacity - 1);
    const first = Math.min(length, this.capacity - from);
    whole.copyWithin(this.capacity + at, from, from + first);
    if (first < length) whole.copyWithin(this.capacity + at + first, 0, length - first);
    packet.aim(margin, marginView, at, at + length);
    return true;
  }

  /** Aims slices at `length` octets from `position`, without copying; returns how many of them it takes. */
  aim(position: number, length: number, slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    if (this.#slab === null || length === 0) return 0;
    const { bytes, view } = this.#slab;
    const from = position & (this.capacity - 1);
    const first = Math.min(length, this.capacity - from);
    slices[0].aim(bytes, view, from, from + first);
    if (first === length) return 1;
    slices[1].aim(bytes, view, 0, length - first);
    return 2;
  }

  /** How many slices {@link RingMemory.aim} would use. */
  pieces(position: number, length: number): 1 | 2 {
    return (position & (this.capacity - 1)) + length > this.capacity ? 2 : 1;
  }
}
