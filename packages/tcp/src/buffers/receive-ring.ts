import type { Slice } from "@mnet/core";
import { RingMemory } from "./ring-memory.ts";
import type { SlabPool } from "./slab-pool.ts";

/**
 * The octets received and not yet read, and behind them room for the receive window. Text is copied once, from the packet to its
 * place, in order or not; {@link ReceiveRing.advance} makes readable what has become contiguous.
 */
export class ReceiveRing {
  /** Octets the application can read. */
  readable = 0;
  readonly #memory: RingMemory;
  #head = 0;

  /** @param capacity a power of two. */
  constructor(capacity: number, pool: SlabPool) {
    this.#memory = new RingMemory(capacity, pool);
  }

  get capacity(): number {
    return this.#memory.capacity;
  }

  /** Copies `octets` to `offset` octets behind the readable ones (behind RCV.NXT). The caller checked that they fit. */
  write(offset: number, octets: Uint8Array): void {
    this.#memory.write(this.#head + this.readable + offset, octets);
  }

  /** The next `octets` have all been written. */
  advance(octets: number): void {
    this.readable += octets;
  }

  /** Copies up to `into.length` readable octets without consuming them; returns how many. */
  copy(into: Uint8Array): number {
    const length = Math.min(into.length, this.readable);
    this.#memory.read(this.#head, length, into, 0);
    return length;
  }

  /** Aims slices at all readable octets; returns how many slices. */
  aim(slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    return this.#memory.aim(this.#head, this.readable, slices);
  }

  /**
   * Drops the oldest readable octets.
   * @param idle nothing waits out of order, so the memory may go back once nothing is readable.
   */
  consume(octets: number, idle: boolean): void {
    this.readable -= octets;
    this.#head = (this.#head + octets) & (this.#memory.capacity - 1);
    if (idle && this.readable === 0) this.#memory.release();
  }
}
