import type { IpAddress } from "../address/ip.ts";
import type { IpPrefix } from "../address/prefix.ts";
import type { Words } from "../address/words.ts";

/** One entry of a routing table. Immutable. */
export interface RouteEntry {
  /** Host bits are zero. */
  readonly destination: IpPrefix;
  /** The neighbour that forwards, or `null` when the destinations are neighbours themselves. */
  readonly gateway: IpAddress | null;
  /** The source address to use, or `null` to choose by the next hop. */
  readonly source: IpAddress | null;
  /** Smaller is preferred among routes to the same prefix. */
  readonly metric: number;
  /** `address`: comes and goes with an interface address. `static`: from `addRoute` or `setGateway`. */
  readonly origin: "address" | "static";
}

/** A routing table of one family: the longest prefix wins, then the smaller metric, then the older entry. */
export class RouteTable {
  #entries: readonly RouteEntry[] = [];

  /** A new array for every change. */
  list(): readonly RouteEntry[] {
    return this.#entries;
  }

  /** Adds a route, in place of one with the same destination, gateway and origin (and source, for routes of addresses). */
  add(route: RouteEntry): void {
    const entries = this.#entries.filter((entry) => !takesThePlaceOf(route, entry));
    entries.push(route);
    entries.sort((a, b) => b.destination.length - a.destination.length || a.metric - b.metric);
    this.#entries = entries;
  }

  /** Removes all routes that `condition` picks; returns how many. */
  removeWhere(condition: (route: RouteEntry) => boolean): number {
    const entries = this.#entries.filter((entry) => !condition(entry));
    const removed = this.#entries.length - entries.length;
    this.#entries = entries;
    return removed;
  }

  lookup(destination: Readonly<Words>): RouteEntry | null {
    for (const entry of this.#entries) if (entry.destination.contains(destination)) return entry;
    return null;
  }

  /** Whether `address` is a neighbour: some route without a gateway leads to it. */
  isOnLink(address: Readonly<Words>): boolean {
    return this.#entries.some((entry) => entry.gateway === null && entry.destination.contains(address));
  }

  /** Goes back to what {@link RouteTable.list} said before. */
  restore(entries: readonly RouteEntry[]): void {
    this.#entries = entries;
  }
}

function takesThePlaceOf(route: RouteEntry, entry: RouteEntry): boolean {
  return (
    entry.origin === route.origin &&
    entry.destination.equals(route.destination) &&
    sameAddress(entry.gateway, route.gateway) &&
    (route.origin === "static" || sameAddress(entry.source, route.source))
  );
}

/** Both `null`, or the same address. */
export function sameAddress(a: IpAddress | null, b: IpAddress | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
