import type { Slice } from "@mnet/core";
import { MINIMUM_RING } from "../params.ts";
import { RingMemory } from "./ring-memory.ts";
import type { SlabPool } from "./slab-pool.ts";

/**
 * The octets received and not yet read, and behind them those that came out of order. Text is copied once, from the packet to its place;
 * {@link ReceiveRing.advance} makes readable what has become contiguous.
 */
export class ReceiveRing {
  /** Octets the application can read. */
  readable = 0;
  readonly #memory: RingMemory;
  readonly #pool: SlabPool;
  /** Octets from the oldest readable one to the last one written. */
  #extent = 0;
  /** Of these, the ones behind the readable as they are on the pool's account. */
  #beyond = 0;
  /** Slices are aimed at the readable octets: until the next reading they must show what they show. */
  #seen = false;

  /** @param least the smallest memory it takes, a power of two. */
  constructor(pool: SlabPool, least: number = MINIMUM_RING) {
    this.#pool = pool;
    this.#memory = new RingMemory(pool, least);
  }

  /** Octets of memory it holds. */
  get capacity(): number {
    return this.#memory.capacity;
  }

  /**
   * Copies `octets` to `offset` octets behind the readable ones (behind RCV.NXT). The caller checked that the window covers them.
   * @returns `false` when there is no memory for them; then nothing changed.
   */
  write(offset: number, octets: Uint8Array): boolean {
    const from = this.readable + offset;
    const end = from + octets.length;
    if (offset > 0 && !this.#mayHold(end)) return false;
    if (!this.#memory.reserve(end, this.#extent, this.#seen)) return false;
    this.#memory.write(from, octets);
    if (end > this.#extent) this.#extent = end;
    this.#account();
    return true;
  }

  /** The next `octets` have all been written. */
  advance(octets: number): void {
    this.readable += octets;
    this.#account();
  }

  /** Copies up to `into.length` readable octets without consuming them; returns how many. */
  copy(into: Uint8Array): number {
    const length = Math.min(into.length, this.readable);
    this.#memory.read(0, length, into, 0);
    return length;
  }

  /** Aims slices at all readable octets; returns how many slices. They show them until the next {@link ReceiveRing.consume}. */
  aim(slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    this.#seen = true;
    return this.#memory.aim(0, this.readable, slices);
  }

  /**
   * Drops the oldest readable octets.
   * @param idle nothing waits out of order, so the memory may go back once nothing is readable.
   */
  consume(octets: number, idle: boolean): void {
    this.readable -= octets;
    this.#extent -= octets;
    this.#seen = false;
    this.#memory.drop(octets);
    if (idle) this.forget();
  }

  /** Forgets what came out of order. */
  forget(): void {
    this.#extent = this.readable;
    this.#account();
    if (this.readable === 0) this.#memory.release();
  }

  /** Gives up memory that nothing is in. */
  shrink(): void {
    if (!this.#seen) this.#memory.shrink(this.#extent);
  }

  /** The connection is gone: what is left to read belongs to the application. */
  disown(): void {
    this.forget();
    this.#memory.disown();
  }

  /** Out of order text has a share of its own, and under pressure only what is held anyway. */
  #mayHold(end: number): boolean {
    const { limits, outOfOrder, largest } = this.#pool;
    const more = Math.max(0, end - this.#extent);
    if (more === 0) return true;
    return outOfOrder + more <= limits.outOfOrder && end <= Math.max(this.#memory.capacity, largest);
  }

  #account(): void {
    const beyond = this.#extent - this.readable;
    this.#pool.outOfOrder += beyond - this.#beyond;
    this.#beyond = beyond;
  }
}
