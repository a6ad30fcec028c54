import {
  IpAddress,
  type LinkCapabilities,
  type LinkLayer,
  MacAddress,
  PathMtuTable,
  RouteSlots,
  type RouteTable,
} from "@mnet/core";
import { HEADER_OCTETS } from "../header/header.ts";
import { type Ipv4Parameters, MAXIMUM_DATAGRAM } from "../params.ts";
import type { InterfaceAddresses } from "./interface-addresses.ts";
import { type Ipv4Path, loopbackCapabilities, makePath } from "./path.ts";

/** Decides where packets go (RFC 1122 3.3.1) and remembers its decisions until something they depend on changes. */
export class Router {
  readonly #link: LinkLayer;
  readonly #addresses: InterfaceAddresses;
  readonly #table: RouteTable;
  readonly #cache: RouteSlots<Ipv4Path>;
  readonly pathMtus: PathMtuTable;
  #loopback: LinkCapabilities;
  #epoch = 1;

  constructor(link: LinkLayer, addresses: InterfaceAddresses, table: RouteTable, parameters: Ipv4Parameters) {
    this.#link = link;
    this.#addresses = addresses;
    this.#table = table;
    this.#cache = new RouteSlots(parameters.routeCacheSlots);
    this.pathMtus = new PathMtuTable(parameters);
    this.#loopback = loopbackCapabilities(link.capabilities);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Addresses, routes, the link or a path MTU are not what they were: all decisions are made anew. */
  changed(): void {
    this.#epoch++;
    this.#loopback = loopbackCapabilities(this.#link.capabilities);
  }

  /** The MTU of the link. */
  get linkMtu(): number {
    return Math.min(this.#link.capabilities.mtu, MAXIMUM_DATAGRAM);
  }

  route(to: IpAddress, from: IpAddress | null): Ipv4Path | null {
    const known = this.#cache.get(to, from, this.#epoch);
    if (known !== null) return known;
    const path = this.#decide(to, from);
    if (path !== null) this.#cache.put(path);
    return path;
  }

  #decide(to: IpAddress, from: IpAddress | null): Ipv4Path | null {
    if (to.family !== 4) return null;
    const inside = to.isLoopback || this.#addresses.isOwn(to.w3);
    if (from !== null && !this.#mayUse(from, inside)) return null;
    if (inside) return this.#loopbackPath(to, from);
    // RFC 1122 3.2.1.3 (a), (b): "this network" is never a destination.
    if (to.w3 >>> 24 === 0) return null;
    if (to.isMulticast) {
      return this.#groupPath(
        to,
        from ?? this.#addresses.first,
        from,
        "multicast",
        MacAddress.ofIpv4Group(to.w3),
      );
    }
    if (to.isLimitedBroadcast || this.#addresses.isBroadcast(to.w3)) {
      return this.#groupPath(
        to,
        from ?? this.#addresses.sourceFor(to),
        from,
        "broadcast",
        MacAddress.broadcast,
      );
    }
    return this.#unicastPath(to, from);
  }

  /** A source must be ours; 127/8 stays inside (RFC 1122 3.2.1.3 (g)). */
  #mayUse(from: IpAddress, inside: boolean): boolean {
    if (from.family !== 4) return false;
    return this.#addresses.isOwn(from.w3) || (inside && from.isLoopback);
  }

  #loopbackPath(to: IpAddress, from: IpAddress | null): Ipv4Path {
    return makePath({
      asked: from,
      source: from ?? (to.isLoopback ? IpAddress.loopbackV4 : to),
      destination: to,
      nextHop: to,
      mtu: MAXIMUM_DATAGRAM,
      headroom: this.#loopback.headroom + HEADER_OCTETS,
      capabilities: this.#loopback,
      loopback: true,
      cast: "unicast",
      groupMac: null,
      epoch: this.#epoch,
    });
  }

  #groupPath(
    to: IpAddress,
    source: IpAddress | null,
    asked: IpAddress | null,
    cast: "broadcast" | "multicast",
    groupMac: MacAddress,
  ): Ipv4Path | null {
    if (source === null) return null;
    const { capabilities } = this.#link;
    const headroom = capabilities.headroom + HEADER_OCTETS;
    const common = { capabilities, headroom, loopback: false, cast, groupMac, epoch: this.#epoch };
    return makePath({ ...common, asked, source, destination: to, nextHop: to, mtu: this.linkMtu });
  }

  #unicastPath(to: IpAddress, from: IpAddress | null): Ipv4Path | null {
    const entry = this.#table.lookup(to);
    if (entry === null) return null;
    const nextHop = entry.gateway ?? to;
    const source = from ?? entry.source ?? this.#addresses.sourceFor(nextHop);
    if (source === null) return null;
    const { capabilities } = this.#link;
    return makePath({
      asked: from,
      source,
      destination: to,
      nextHop,
      mtu: this.pathMtus.mtuOf(to, this.linkMtu),
      headroom: capabilities.headroom + HEADER_OCTETS,
      capabilities,
      loopback: false,
      cast: "unicast",
      groupMac: null,
      epoch: this.#epoch,
    });
  }
}
