import { IpAddress, IpPrefix, type Millis, type RouteEntry } from "@mnet/core";
import type { NeighborDiscovery } from "../neighbor-discovery.ts";
import { defaultDestination, type StaticRoutes } from "./static-routes.ts";

/** One line of the routing table, as `routes()` lists it. */
export interface Ipv6Route extends Omit<RouteEntry, "origin"> {
  /** `address`: comes and goes with a static address. `static`: added by hand. `advertised`: from a router. */
  readonly origin: "address" | "static" | "advertised";
  /** When it goes by itself; `Infinity` for never. */
  readonly validUntil: Millis;
}

const linkLocal = new IpPrefix(IpAddress.parse("fe80::"), 10);

/**
 * What next-hop determination goes by, longest prefixes first, and of one length as packets would go: configured routes, prefixes on the link,
 * then routers, best first. Redirects, of which each is for one destination, are left out.
 */
export function listRoutes(routes: StaticRoutes, discovery: NeighborDiscovery): readonly Ipv6Route[] {
  const never = Number.POSITIVE_INFINITY;
  const list: Ipv6Route[] = routes.table.list().map((route) => ({ ...route, validUntil: never }));
  list.push({ ...onLink(linkLocal, never), origin: "address" });
  for (const { prefix, validUntil } of discovery.prefixes.list()) list.push(onLink(prefix, validUntil));
  for (const route of discovery.routers.specificRoutes()) {
    list.push({ ...route, source: null, metric: 0, origin: "advertised" });
  }
  for (const { address: gateway, validUntil } of discovery.routerList()) {
    const origin = validUntil === never ? "static" : "advertised";
    list.push({ destination: defaultDestination, gateway, source: null, metric: 0, origin, validUntil });
  }
  return list.sort((a, b) => b.destination.length - a.destination.length);
}

function onLink(destination: IpPrefix, validUntil: Millis): Ipv6Route {
  return { destination, gateway: null, source: null, metric: 0, origin: "advertised", validUntil };
}
