import type { Millis } from "@mnet/core";

/** Octets of datagrams with which a search begins: room for 1024 octets of text (RFC 4821 7.2, Linux' tcp_base_mss), and IPv6's least MTU. */
export const BASE_V4 = 1064;
export const BASE_V6 = 1280;
/** Below this no search goes: what is believed of routers (RFC 1191's plateaus end lower, forged errors too), and what IPv6 guarantees. */
export const FLOOR_V4 = 552;
export const FLOOR_V6 = 1280;
/** Bounds closer than this are as good as found (Linux' tcp_probe_threshold). Octets. */
const CLOSE_ENOUGH = 8;
/** Probes of one size that have to be lost until it counts as too large (RFC 8899 5.1.2, MAX_PROBES). */
const MOST_PROBES = 3;
/** How long a found size is not doubted (RFC 8899 5.1.1, PMTU_RAISE_TIMER; RFC 4821 7.7). */
const RAISE_AFTER: Millis = 600_000;

/**
 * The search for the size of datagrams that a path carries when no router says so (RFC 4821, RFC 8899): a bisection between a size that
 * was acknowledged and one that was lost. Sizes are octets of whole datagrams. Nothing happens until {@link PathMtuSearch.suspect}.
 */
export class PathMtuSearch {
  /** The largest size known to pass: what is sent. Infinity while the routers are trusted. */
  limit: number = Number.POSITIVE_INFINITY;
  readonly #base: number;
  readonly #floor: number;
  /** Larger sizes were lost. */
  #high: number = Number.POSITIVE_INFINITY;
  #failures = 0;
  #raiseAt: Millis = Number.POSITIVE_INFINITY;

  constructor(family: 4 | 6) {
    this.#base = family === 4 ? BASE_V4 : BASE_V6;
    this.#floor = family === 4 ? FLOOR_V4 : FLOOR_V6;
  }

  get active(): boolean {
    return this.limit !== Number.POSITIVE_INFINITY;
  }

  /**
   * Full datagrams of `size` octets are not acknowledged again and again: the path may be a black hole for them, or there is no path at
   * all for a while. Falls back to the base size, then by halves; what is too large, probes will tell.
   * @returns whether there is a smaller size to try.
   */
  suspect(size: number, now: Millis): boolean {
    const smaller = Math.max(this.#floor, size > this.#base ? this.#base : size >> 1);
    if (smaller >= size) return false;
    this.limit = smaller;
    this.#failures = 0;
    this.#raiseAt = now + RAISE_AFTER;
    return true;
  }

  /** The size of the next probe, 0 for none. @param most what the route is said to carry. */
  candidate(most: number, now: Millis): number {
    if (!this.active) return 0;
    if (now >= this.#raiseAt) {
      // The path may have become a better one.
      this.#high = most;
      this.#failures = 0;
      this.#raiseAt = now + RAISE_AFTER;
    }
    const high = Math.min(this.#high, most);
    if (high - this.limit < CLOSE_ENOUGH) return 0;
    return (this.limit + high + 1) >> 1;
  }

  /** A probe of `size` octets was acknowledged. */
  passed(size: number, now: Millis): void {
    if (size <= this.limit) return;
    this.limit = size;
    this.#failures = 0;
    this.#raiseAt = now + RAISE_AFTER;
  }

  /** A probe of `size` octets was lost, or a router said that it is too large. */
  failed(size: number, certain: boolean): void {
    this.#failures++;
    if (!certain && this.#failures < MOST_PROBES) return;
    this.#high = Math.min(this.#high, size - 1);
    this.#failures = 0;
  }
}
