import type { IpAddress } from "../address/ip.ts";
import type { Route } from "../contracts/ip.ts";

/** A decision with the question that it answers. */
export interface AskedRoute extends Route {
  /** The `from` of the question; part of the key. */
  readonly asked: IpAddress | null;
}

/**
 * The decisions of this epoch, by destination and wanted source. Direct mapped: a slot holds one decision and the next one that falls on it
 * takes its place, so the size is fixed and there is nothing to evict. A new epoch makes all slots stale at once.
 */
export class RouteSlots<R extends AskedRoute> {
  readonly #slots: (R | null)[];
  readonly #mask: number;

  /** @param slots a power of two. @throws RangeError when it is not. */
  constructor(slots: number) {
    if (!Number.isInteger(slots) || slots < 1 || (slots & (slots - 1)) !== 0) {
      throw new RangeError(`routeCacheSlots must be a power of two, not ${slots}`);
    }
    this.#slots = new Array<R | null>(slots).fill(null);
    this.#mask = slots - 1;
  }

  get(to: IpAddress, from: IpAddress | null, epoch: number): R | null {
    const route = this.#slots[this.#slot(to, from)]!;
    if (route === null || route.epoch !== epoch || !route.destination.equals(to)) return null;
    if (from === null ? route.asked !== null : route.asked === null || !route.asked.equals(from)) return null;
    return route;
  }

  put(route: R): void {
    this.#slots[this.#slot(route.destination, route.asked)] = route;
  }

  #slot(to: IpAddress, from: IpAddress | null): number {
    const upper = Math.imul(to.w0 ^ to.w1 ^ to.w2, 0xc2b2ae35);
    const mixed = Math.imul(to.w3, 0x9e3779b1) ^ upper ^ Math.imul(from === null ? 0 : from.w3, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
