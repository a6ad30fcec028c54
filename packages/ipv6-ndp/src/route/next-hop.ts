import { type IpAddress, isV6LinkLocal } from "@mnet/core";
import type { FirstHops } from "../contracts.ts";
import type { StaticRoutes } from "./static-routes.ts";

/** Where packets to a destination go first. */
export interface NextHop {
  /** The neighbour: the destination itself or a router. */
  readonly address: IpAddress;
  /** The source that a configured route asks for. */
  readonly source: IpAddress | null;
  /** Whether the neighbour forwards: a link-local source would be of no use behind it (RFC 4007 9). */
  readonly router: boolean;
}

/**
 * Next-hop determination (RFC 4861 5.2) for a unicast destination that is not ours. A redirect counts most, then the longest prefix of: the
 * configured routes, the prefixes that are on-link by advertisement, and the routers (RFC 4191). Nothing is taken for on-link without
 * being told (RFC 4943).
 * @returns `null` when there is no way.
 */
export function nextHopTo(destination: IpAddress, routes: StaticRoutes, hops: FirstHops): NextHop | null {
  if (isV6LinkLocal(destination)) return { address: destination, source: null, router: false };
  const redirect = hops.redirectFor(destination);
  if (redirect !== null) {
    return { address: redirect, source: null, router: !redirect.equals(destination) };
  }
  const configured = routes.table.lookup(destination);
  const configuredLength = configured?.destination.length ?? -1;
  const onLinkLength = hops.onLinkLength(destination);
  const learned = hops.routerFor(destination);
  const learnedLength = learned?.prefixLength ?? -1;
  if (onLinkLength >= 0 && onLinkLength > configuredLength && onLinkLength >= learnedLength) {
    return { address: destination, source: null, router: false };
  }
  if (learned !== null && learnedLength > configuredLength) {
    return { address: learned.router, source: null, router: true };
  }
  if (configured === null) return null;
  const { gateway } = configured;
  const source = configured.origin === "static" ? configured.source : null;
  return { address: gateway ?? destination, source, router: gateway !== null };
}
