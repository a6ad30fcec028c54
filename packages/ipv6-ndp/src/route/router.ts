import {
  type IpAddress,
  isV6LinkLocal,
  isV6Unspecified,
  type LinkCapabilities,
  type LinkLayer,
  MacAddress,
  PathMtuTable,
  RouteSlots,
  type Words,
} from "@mnet/core";
import type { FirstHops, OwnAddresses } from "../contracts.ts";
import { HEADER_OCTETS } from "../header/header.ts";
import { type InternetParameters, MAXIMUM_PAYLOAD, MINIMUM_MTU } from "../params.ts";
import { Scope, scopeOfV6 } from "../source-selection/scope.ts";
import { selectSource } from "../source-selection/select-source.ts";
import { nextHopTo } from "./next-hop.ts";
import { type Ipv6Path, loopbackCapabilities, makePath } from "./path.ts";
import type { StaticRoutes } from "./static-routes.ts";

/** What decisions are made from. */
export interface RouterSources {
  readonly link: LinkLayer;
  readonly addresses: OwnAddresses;
  readonly hops: FirstHops;
  readonly routes: StaticRoutes;
  /** What routers say of the link: its MTU (RFC 4861 6.3.4), or `null`. */
  readonly advertised: { readonly mtu: number | null };
}

/** Decides where packets go (RFC 4861 5.2, RFC 6724) and remembers its decisions until something they depend on changes. */
export class Router {
  readonly #from: RouterSources;
  readonly #cache: RouteSlots<Ipv6Path>;
  readonly pathMtus: PathMtuTable;
  #loopback: LinkCapabilities;
  #epoch = 1;

  constructor(from: RouterSources, parameters: InternetParameters) {
    this.#from = from;
    this.#cache = new RouteSlots(parameters.routeCacheSlots);
    this.pathMtus = new PathMtuTable(parameters);
    this.#loopback = loopbackCapabilities(from.link.capabilities);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Addresses, prefixes, routers, redirects, the link or a path MTU are not what they were: all decisions are made anew. */
  changed(): void {
    this.#epoch++;
    this.#loopback = loopbackCapabilities(this.#from.link.capabilities);
  }

  /** The MTU of the link: the device's, or what routers say if that is less. */
  get linkMtu(): number {
    const own = Math.min(this.#from.link.capabilities.mtu, HEADER_OCTETS + MAXIMUM_PAYLOAD);
    const advertised = this.#from.advertised.mtu;
    return advertised === null ? own : Math.max(MINIMUM_MTU, Math.min(own, advertised));
  }

  route(to: IpAddress, from: IpAddress | null): Ipv6Path | null {
    const known = this.#cache.get(to, from, this.#epoch);
    if (known !== null) return known;
    const path = this.#decide(to, from);
    if (path !== null) this.#cache.put(path);
    return path;
  }

  /** Whether an address may be a source now (RFC 4862 5.4: not while it is tentative). */
  isUsable(address: Readonly<Words>): boolean {
    const state = this.#from.addresses.stateOf(address);
    return state === "preferred" || state === "deprecated";
  }

  #decide(to: IpAddress, from: IpAddress | null): Ipv6Path | null {
    // RFC 4291 2.5.2: the unspecified address is never a destination. IPv4-mapped ones never leave (RFC 4291 2.5.5.2): they are IPv4's.
    if (to.family !== 6 || isV6Unspecified(to)) return null;
    const inside = to.isLoopback || this.isUsable(to);
    if (from !== null && !this.#mayUse(from, inside)) return null;
    if (inside) return this.#loopbackPath(to, from);
    // The device's MTU may have been lowered since: such a link has no IPv6 (RFC 8200 5).
    if (this.#from.link.capabilities.mtu < MINIMUM_MTU) return null;
    return to.isMulticast ? this.#groupPath(to, from) : this.#unicastPath(to, from);
  }

  /** A source must be ours; `::1` stays inside (RFC 4291 2.5.3). */
  #mayUse(from: IpAddress, inside: boolean): boolean {
    return this.isUsable(from) || (inside && from.family === 6 && from.isLoopback);
  }

  #loopbackPath(to: IpAddress, from: IpAddress | null): Ipv6Path {
    return makePath({
      asked: from,
      source: from ?? to,
      destination: to,
      nextHop: to,
      mtu: this.#loopback.mtu,
      linkMtu: this.#loopback.mtu,
      capabilities: this.#loopback,
      loopback: true,
      cast: "unicast",
      groupMac: null,
      epoch: this.#epoch,
    });
  }

  /** Groups go to the link by their scope's address; those of this interface stay inside (RFC 4291 2.7). */
  #groupPath(to: IpAddress, from: IpAddress | null): Ipv6Path | null {
    const scope = scopeOfV6(to);
    const source = from ?? this.#select(to);
    if (scope === 0 || source === null) return null;
    const inside = scope === Scope.Interface;
    return makePath({
      asked: from,
      source,
      destination: to,
      nextHop: to,
      // RFC 8201 3: paths to groups have an MTU too.
      mtu: inside ? this.#loopback.mtu : this.pathMtus.mtuOf(to, this.linkMtu),
      linkMtu: inside ? this.#loopback.mtu : this.linkMtu,
      capabilities: inside ? this.#loopback : this.#from.link.capabilities,
      loopback: inside,
      cast: "multicast",
      groupMac: inside ? null : MacAddress.ofIpv6Group(to.w3),
      epoch: this.#epoch,
    });
  }

  #unicastPath(to: IpAddress, from: IpAddress | null): Ipv6Path | null {
    const hop = nextHopTo(to, this.#from.routes, this.#from.hops);
    if (hop === null) return null;
    const wanted = hop.source !== null && this.isUsable(hop.source) ? hop.source : null;
    const source = from ?? wanted ?? this.#select(to);
    if (source === null || (hop.router && isV6LinkLocal(source))) return null;
    return makePath({
      asked: from,
      source,
      destination: to,
      nextHop: hop.address,
      mtu: this.pathMtus.mtuOf(to, this.linkMtu),
      linkMtu: this.linkMtu,
      capabilities: this.#from.link.capabilities,
      loopback: false,
      cast: "unicast",
      groupMac: null,
      epoch: this.#epoch,
    });
  }

  #select(to: IpAddress): IpAddress | null {
    return selectSource(this.#from.addresses.usable(), to)?.prefix.address ?? null;
  }
}
