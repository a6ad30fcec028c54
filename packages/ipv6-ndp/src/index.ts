/**
 * IPv6 of one interface: header chain, fragments, path MTU, source selection, Neighbor Discovery, autoconfiguration, MLD (RFC 8200, 4861,
 * 4862, 8201, 6724, 9777).
 */

export type { ConflictOutcome } from "./autoconfiguration/duplicate-detection.ts";
export type { AddressMode } from "./autoconfiguration/interface-identifier.ts";
export type { AddAddressOptions } from "./autoconfiguration/static-address.ts";
export type { AddressEntry, AddressOrigin, AddressState } from "./contracts.ts";
export type { NdEvent } from "./event.ts";
export { Ipv6Layer } from "./layer.ts";
export type { UnreachableSink } from "./neighbor/cache.ts";
export type { NeighborResolver } from "./neighbor/resolver.ts";
export type { NeighborEntryState, NeighborTableEntry } from "./neighbor/table-entry.ts";
export type { Ipv6Options } from "./options.ts";
export { defaultIpv6Parameters, type Ipv6Parameters } from "./params.ts";
export type { Ipv6Route } from "./route/listing.ts";
export type { Ipv6RouteOptions } from "./route/static-routes.ts";
export type { NameServer, RouterConfiguration, SearchDomain } from "./router/configuration.ts";
export type { RouterInfo, RouterPreference } from "./router/router.ts";
export type { RouterChange } from "./router/router-list.ts";
export {
  type DestinationSource,
  destinationSource,
  orderDestinations,
} from "./source-selection/order-destinations.ts";
