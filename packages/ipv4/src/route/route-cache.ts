import type { IpAddress } from "@mnet/core";
import type { Ipv4Path } from "./path.ts";

/**
 * The decisions of this epoch, by destination and wanted source. Direct mapped: a slot holds one decision and the next one that falls on it
 * takes its place, so the size is fixed and there is nothing to evict. A new epoch makes all slots stale at once.
 */
export class RouteCache {
  readonly #slots: (Ipv4Path | null)[];
  readonly #mask: number;

  /** @param slots a power of two. @throws RangeError when it is not. */
  constructor(slots: number) {
    if (!Number.isInteger(slots) || slots < 1 || (slots & (slots - 1)) !== 0) {
      throw new RangeError(`routeCacheSlots must be a power of two, not ${slots}`);
    }
    this.#slots = new Array<Ipv4Path | null>(slots).fill(null);
    this.#mask = slots - 1;
  }

  get(to: IpAddress, from: IpAddress | null, epoch: number): Ipv4Path | null {
    const path = this.#slots[this.#slot(to, from)]!;
    if (path === null || path.epoch !== epoch || !path.destination.equals(to)) return null;
    if (from === null ? path.asked !== null : path.asked === null || !path.asked.equals(from)) return null;
    return path;
  }

  put(path: Ipv4Path): void {
    this.#slots[this.#slot(path.destination, path.asked)] = path;
  }

  #slot(to: IpAddress, from: IpAddress | null): number {
    const mixed = Math.imul(to.w3, 0x9e3779b1) ^ Math.imul(from === null ? 0 : from.w3, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
