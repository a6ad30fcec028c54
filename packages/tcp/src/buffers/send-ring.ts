import type { Packet, Slice } from "@mnet/core";
import { RingMemory } from "./ring-memory.ts";
import type { SlabPool } from "./slab-pool.ts";

/**
 * The octets from SND.UNA to what the application wrote last. They are copied in once, sent any number of times straight from here,
 * and dropped when acknowledged. Offsets count from the oldest octet.
 */
export class SendRing {
  /** How many octets it holds at most. */
  readonly limit: number;
  /** Octets held. */
  length = 0;
  readonly #memory: RingMemory;
  #head = 0;

  /** @param capacity a power of two, at least `limit`. */
  constructor(limit: number, capacity: number, pool: SlabPool) {
    this.limit = limit;
    this.#memory = new RingMemory(capacity, pool);
  }

  get free(): number {
    return this.limit - this.length;
  }

  /** Appends as much of `bytes[from, to)` as there is room for; returns how many octets. */
  append(bytes: Uint8Array, from: number, to: number): number {
    const taken = Math.min(to - from, this.limit - this.length);
    if (taken <= 0) return 0;
    this.#memory.write(this.#head + this.length, bytes.subarray(from, from + taken));
    this.length += taken;
    return taken;
  }

  /** Drops the oldest octets; the memory goes back when none are left. */
  drop(octets: number): void {
    this.length -= octets;
    this.#head = (this.#head + octets) & (this.#memory.capacity - 1);
    if (this.length === 0) this.#memory.release();
  }

  /** Makes `packet` one of `length` octets from `offset`, with `headroom` octets in front of them; `false` when they are too many. */
  lift(offset: number, length: number, packet: Packet, headroom: number): boolean {
    return this.#memory.lift(this.#head + offset, length, packet, headroom);
  }

  /** How many slices `length` octets from `offset` take. */
  pieces(offset: number, length: number): 1 | 2 {
    return this.#memory.pieces(this.#head + offset, length);
  }

  aim(offset: number, length: number, slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    return this.#memory.aim(this.#head + offset, length, slices);
  }

  copy(offset: number, length: number, into: Uint8Array, at: number): void {
    this.#memory.read(this.#head + offset, length, into, at);
  }

  /** Forgets everything. */
  clear(): void {
    this.drop(this.length);
  }
}
