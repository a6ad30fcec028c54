import { IpAddress, IpPrefix, type RouteEntry, RouteTable, sameAddress } from "@mnet/core";
import type { InterfaceAddresses } from "./interface-addresses.ts";

/** 0.0.0.0/0. */
const defaultDestination: IpPrefix = new IpPrefix(IpAddress.anyV4, 0);

/** One entry of the routing table, as `routes()` lists it. */
export type Ipv4Route = RouteEntry;

/** What `addRoute` takes. */
export interface Ipv4RouteOptions {
  /** Host bits do not matter. */
  readonly destination: IpPrefix;
  /** A neighbour that forwards; none makes the destinations neighbours themselves. */
  readonly gateway?: IpAddress;
  /** One of our addresses; chosen by the next hop when left out. */
  readonly source?: IpAddress;
  /** Smaller is preferred among routes to the same prefix. Default 0. */
  readonly metric?: number;
}

/** Changes addresses and routes together, so that no route ever needs an address or a neighbour that is not there. */
export class RouteAdministration {
  readonly table: RouteTable = new RouteTable();
  readonly #addresses: InterfaceAddresses;

  constructor(addresses: InterfaceAddresses) {
    this.#addresses = addresses;
  }

  /** Adds the address and the route to its neighbours; a /32 has none. @throws RangeError */
  addAddress(prefix: IpPrefix): void {
    this.#addresses.add(prefix);
    if (prefix.length === 32) return;
    this.table.add({
      destination: new IpPrefix(prefix.network, prefix.length),
      gateway: null,
      source: prefix.address,
      metric: 0,
      origin: "address",
    });
  }

  /** Removes the address and every route that used it, or whose gateway is no neighbour any more. @throws RangeError */
  removeAddress(address: IpAddress): IpPrefix {
    const removed = this.#addresses.remove(address);
    this.table.removeWhere((route) => route.source?.equals(address) === true);
    this.#dropOrphans();
    return removed;
  }

  /** @throws RangeError naming what cannot be. */
  addRoute({ destination, gateway, source, metric = 0 }: Ipv4RouteOptions): void {
    if (destination.family !== 4) throw new RangeError(`destination ${destination} is not IPv4`);
    if (!Number.isInteger(metric) || metric < 0)
      throw new RangeError(`metric must be an integer from 0, not ${metric}`);
    if (source !== undefined && !(source.family === 4 && this.#addresses.isOwn(source.w3))) {
      throw new RangeError(`source ${source} is not one of our addresses`);
    }
    if (gateway !== undefined) this.#checkGateway(gateway);
    this.table.add({
      destination: new IpPrefix(destination.network, destination.length),
      gateway: gateway ?? null,
      source: source ?? null,
      metric,
      origin: "static",
    });
  }

  /** Removes the routes to a prefix, or the one by `gateway`; those of addresses stay. @throws RangeError when there is none. */
  removeRoute(destination: IpPrefix, gateway?: IpAddress): void {
    const network = new IpPrefix(destination.network, destination.length);
    const removed = this.table.removeWhere(
      (route) =>
        route.origin === "static" &&
        route.destination.equals(network) &&
        (gateway === undefined || sameAddress(route.gateway, gateway)),
    );
    if (removed === 0)
      throw new RangeError(`no route to ${network}${gateway === undefined ? "" : ` by ${gateway}`}`);
    this.#dropOrphans();
  }

  /** Replaces all default routes by one, or by none. @throws RangeError when the gateway is no neighbour. */
  setGateway(gateway: IpAddress | null): void {
    const before = this.table.list();
    this.table.removeWhere((route) => route.destination.length === 0);
    if (gateway === null) return;
    try {
      this.addRoute({ destination: defaultDestination, gateway });
    } catch (error) {
      this.table.restore(before);
      throw error;
    }
  }

  #checkGateway(gateway: IpAddress): void {
    const { w3 } = gateway;
    const canForward =
      gateway.family === 4 &&
      w3 >>> 24 !== 0 &&
      !gateway.isLoopback &&
      !gateway.isMulticast &&
      !gateway.isLimitedBroadcast &&
      !this.#addresses.isOwn(w3) &&
      !this.#addresses.isBroadcast(w3);
    if (!canForward) throw new RangeError(`gateway ${gateway} cannot be a neighbour`);
    if (!this.table.isOnLink(gateway)) throw new RangeError(`gateway ${gateway} is not on the link`);
  }

  /** Removes routes whose gateway is not on the link. Routes to neighbours need no gateway, so one pass is enough. */
  #dropOrphans(): void {
    const orphans = new Set<Ipv4Route>();
    for (const route of this.table.list()) {
      if (route.gateway !== null && !this.table.isOnLink(route.gateway)) orphans.add(route);
    }
    this.table.removeWhere((route) => orphans.has(route));
  }
}
