import { viewOf } from "@mnet/core";

/** Octets behind a ring: room for a segment of the common MTU and all headers. */
const MARGIN = 2048;

/** The memory of one ring, with the one view over it, and a margin behind it to make packets in. */
export interface Slab {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Ring and margin: what copies from one to the other without a view of the range. */
  readonly whole: Uint8Array;
  readonly margin: Uint8Array;
  readonly marginView: DataView;
}

function makeSlab(size: number): Slab {
  const whole = new Uint8Array(size + MARGIN);
  const bytes = whole.subarray(0, size);
  const margin = whole.subarray(size);
  return { bytes, view: viewOf(bytes), whole, margin, marginView: viewOf(margin) };
}

/**
 * Where rings come from. A ring holds memory only while octets are in it, so connections that idle hold none, and a returned ring is
 * used again as it is: nothing is filled with zeros, because a ring never shows octets that were not written to it.
 */
export class SlabPool {
  readonly #spare = new Map<number, Slab[]>();
  readonly #limit: number;
  #spareOctets = 0;
  /** Octets lent out. */
  lent = 0;

  /** @param limit octets kept for reuse; what comes back beyond it is left to the collector. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param size a power of two. */
  take(size: number): Slab {
    this.lent += size;
    const slab = this.#spare.get(size)?.pop();
    if (slab !== undefined) {
      this.#spareOctets -= size;
      return slab;
    }
    return makeSlab(size);
  }

  give(slab: Slab): void {
    const size = slab.bytes.length;
    this.lent -= size;
    if (this.#spareOctets + size > this.#limit) return;
    this.#spareOctets += size;
    const list = this.#spare.get(size);
    if (list === undefined) this.#spare.set(size, [slab]);
    else list.push(slab);
  }
}

/** The least power of two that is at least `octets` and `least`. */
export function ringCapacity(octets: number, least: number): number {
  let capacity = least;
  while (capacity < octets) capacity *= 2;
  return capacity;
}
