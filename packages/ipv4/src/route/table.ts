import { IpAddress, IpPrefix, type Words } from "@mnet/core";

/** One entry of the routing table. Immutable. */
export interface Ipv4Route {
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

/** 0.0.0.0/0. */
export const defaultDestination: IpPrefix = new IpPrefix(IpAddress.anyV4, 0);

/** The routing table: the longest prefix wins, then the smaller metric, then the older entry. */
export class RouteTable {
  #entries: readonly Ipv4Route[] = [];

  /** A new array for every change. */
  list(): readonly Ipv4Route[] {
    return this.#entries;
  }

  /** Adds a route, in place of one with the same destination, gateway and origin (and source, for routes of addresses). */
  add(route: Ipv4Route): void {
    const entries = this.#entries.filter((entry) => !takesThePlaceOf(route, entry));
    entries.push(route);
    entries.sort((a, b) => b.destination.length - a.destination.length || a.metric - b.metric);
    this.#entries = entries;
  }

  /** Removes all routes that `condition` picks; returns how many. */
  removeWhere(condition: (route: Ipv4Route) => boolean): number {
    const entries = this.#entries.filter((entry) => !condition(entry));
    const removed = this.#entries.length - entries.length;
    this.#entries = entries;
    return removed;
  }

  lookup(destination: Readonly<Words>): Ipv4Route | null {
    for (const entry of this.#entries) if (entry.destination.contains(destination)) return entry;
    return null;
  }

  /** Whether `address` is a neighbour: some route without a gateway leads to it. */
  isOnLink(address: Readonly<Words>): boolean {
    return this.#entries.some((entry) => entry.gateway === null && entry.destination.contains(address));
  }

  /** Goes back to what {@link RouteTable.list} said before. */
  restore(entries: readonly Ipv4Route[]): void {
    this.#entries = entries;
  }
}

function takesThePlaceOf(route: Ipv4Route, entry: Ipv4Route): boolean {
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
