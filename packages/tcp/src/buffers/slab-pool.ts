import { viewOf } from "@mnet/core";
import { MINIMUM_RING, PRESSED_RING } from "../params.ts";

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

/** How much memory the rings of a layer may take, octets; see `TcpParameters.memory`. */
export interface MemoryLimits {
  /** Pressure ends below it. */
  readonly low: number;
  /** Above it no window and no send buffer grows. */
  readonly pressure: number;
  /** At it what begins is refused, and what has stalled is reset. */
  readonly limit: number;
  /** For text out of order, gaps included. */
  readonly outOfOrder: number;
}

/**
 * Where rings come from, and the layer's account of them. A ring holds memory only while octets are in it, so connections that idle hold
 * none, and a returned ring is used again as it is: nothing is filled with zeros, because a ring never shows octets that were not
 * written to it.
 */
export class SlabPool {
  readonly limits: MemoryLimits;
  /** Octets lent out. */
  lent = 0;
  /** Octets that rings cover beyond what is in order, gaps included. */
  outOfOrder = 0;
  /** A ring was refused for want of memory since this was last cleared. */
  starved = false;
  /** How often the layer came under pressure. */
  pressures = 0;
  readonly #spare = new Map<number, Slab[]>();
  readonly #keep: number;
  #spareOctets = 0;
  #pressed = false;

  /** @param keep octets kept for reuse; what comes back beyond it is left to the collector. */
  constructor(keep: number, limits: MemoryLimits) {
    this.#keep = keep;
    this.limits = limits;
  }

  /** More than `pressure` is lent, and not yet less than `low` again: windows and send buffers grow no further. */
  get pressed(): boolean {
    return this.#pressed;
  }

  /** The hard limit is reached: what begins is refused. */
  get exhausted(): boolean {
    return this.lent >= this.limits.limit;
  }

  /** The largest send ring, or ring for text out of order, that may be taken now; one that is there may be kept. */
  get largest(): number {
    return this.#pressed ? PRESSED_RING : Number.POSITIVE_INFINITY;
  }

  /** Whether a ring may grow from `before` octets to `size`. The smallest one is everybody's, so that nothing stands still for ever. */
  permits(size: number, before: number): boolean {
    if (size <= MINIMUM_RING || this.lent + size - before <= this.limits.limit) return true;
    this.starved = true;
    return false;
  }

  /** @param size a power of two. */
  take(size: number): Slab {
    this.#account(size);
    const slab = this.#spare.get(size)?.pop();
    if (slab !== undefined) {
      this.#spareOctets -= size;
      return slab;
    }
    return makeSlab(size);
  }

  give(slab: Slab): void {
    const size = slab.bytes.length;
    this.#account(-size);
    if (this.#spareOctets + size > this.#keep) return;
    this.#spareOctets += size;
    const list = this.#spare.get(size);
    if (list === undefined) this.#spare.set(size, [slab]);
    else list.push(slab);
  }

  /** The slab is not the layer's any more, and not used again: somebody looks at it still. */
  leave(slab: Slab): void {
    this.#account(-slab.bytes.length);
  }

  #account(octets: number): void {
    this.lent += octets;
    if (this.lent > this.limits.pressure) {
      if (!this.#pressed) this.pressures++;
      this.#pressed = true;
    } else if (this.lent <= this.limits.low) {
      this.#pressed = false;
    }
  }
}

/** The least power of two that is at least `octets` and `least`. */
export function ringCapacity(octets: number, least: number): number {
  let capacity = least;
  while (capacity < octets) capacity *= 2;
  return capacity;
}
