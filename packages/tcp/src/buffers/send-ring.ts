import type { Packet, Slice } from "@mnet/core";
import { MINIMUM_RING } from "../params.ts";
import { RingMemory } from "./ring-memory.ts";
import type { SlabPool } from "./slab-pool.ts";

/**
 * The octets from SND.UNA to what the application wrote last. They are copied in once, sent any number of times straight from here,
 * and dropped when acknowledged. Offsets count from the oldest octet.
 */
export class SendRing {
  /** How many octets it holds at most; may be raised. */
  limit: number;
  /** Octets held. */
  length = 0;
  readonly #memory: RingMemory;
  readonly #pool: SlabPool;

  /** @param least the smallest memory it takes, a power of two. */
  constructor(limit: number, pool: SlabPool, least: number = MINIMUM_RING) {
    this.limit = limit;
    this.#pool = pool;
    this.#memory = new RingMemory(pool, least);
  }

  /** Octets of memory it holds. */
  get capacity(): number {
    return this.#memory.capacity;
  }

  /** Octets that {@link SendRing.append} would take: up to the limit, or while memory is short what is held anyway. */
  get free(): number {
    const most = Math.min(this.limit, Math.max(this.#memory.capacity, this.#pool.largest));
    return Math.max(0, most - this.length);
  }

  /** Appends as much of `bytes[from, to)` as there is room for; returns how many octets. */
  append(bytes: Uint8Array, from: number, to: number): number {
    let taken = Math.min(to - from, this.free);
    if (taken <= 0) return 0;
    if (!this.#memory.reserve(this.length + taken, this.length, false)) {
      // What is held may be filled, and the smallest ring is granted to everybody.
      taken = Math.min(taken, Math.max(this.#memory.capacity, MINIMUM_RING) - this.length);
      if (taken <= 0 || !this.#memory.reserve(this.length + taken, this.length, false)) return 0;
    }
    this.#memory.write(this.length, bytes.subarray(from, from + taken));
    this.length += taken;
    return taken;
  }

  /** Drops the oldest octets; the memory goes back when none are left. */
  drop(octets: number): void {
    this.length -= octets;
    if (this.length === 0) this.#memory.release();
    else this.#memory.drop(octets);
  }

  /** Gives up memory that nothing is in. */
  shrink(): void {
    this.#memory.shrink(this.length);
  }

  /** Makes `packet` one of `length` octets from `offset`, with `headroom` octets in front of them; `false` when they are too many. */
  lift(offset: number, length: number, packet: Packet, headroom: number): boolean {
    return this.#memory.lift(offset, length, packet, headroom);
  }

  /** How many slices `length` octets from `offset` take. */
  pieces(offset: number, length: number): 1 | 2 {
    return this.#memory.pieces(offset, length);
  }

  aim(offset: number, length: number, slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    return this.#memory.aim(offset, length, slices);
  }

  copy(offset: number, length: number, into: Uint8Array, at: number): void {
    this.#memory.read(offset, length, into, at);
  }

  /** Forgets everything. */
  clear(): void {
    this.drop(this.length);
  }
}
