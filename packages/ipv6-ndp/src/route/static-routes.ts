import { IpAddress, IpPrefix, isV4Words, RouteTable, sameAddress } from "@mnet/core";
import type { OwnAddresses } from "../contracts.ts";

/** What `addRoute` takes. */
export interface Ipv6RouteOptions {
  /** Host bits do not matter. */
  readonly destination: IpPrefix;
  /** A neighbour that forwards, best its link-local address; none makes the destinations neighbours themselves. */
  readonly gateway?: IpAddress;
  /** One of our addresses; chosen by RFC 6724 when left out. */
  readonly source?: IpAddress;
  /** Smaller is preferred among routes to the same prefix. Default 0. */
  readonly metric?: number;
}

/** ::/0. */
export const defaultDestination: IpPrefix = new IpPrefix(IpAddress.anyV6, 0);

/** The routes that were configured: those of `addRoute`, and the on-link prefix of each static address. What routers say is kept elsewhere. */
export class StaticRoutes {
  readonly table: RouteTable = new RouteTable();
  readonly #addresses: OwnAddresses;

  constructor(addresses: OwnAddresses) {
    this.#addresses = addresses;
  }

  /** The route to the neighbours of a static address; a /128 and a link-local prefix have none of their own. */
  addAddress(prefix: IpPrefix): void {
    if (prefix.length === 128 || prefix.address.isLinkLocal) return;
    const destination = new IpPrefix(prefix.network, prefix.length);
    this.table.add({ destination, gateway: null, source: prefix.address, metric: 0, origin: "address" });
  }

  /** Removes what used an address. */
  removeAddress(address: IpAddress): void {
    this.table.removeWhere((route) => route.source?.equals(address) === true);
  }

  /** @throws RangeError naming what cannot be. */
  add({ destination, gateway, source, metric = 0 }: Ipv6RouteOptions): void {
    if (destination.family !== 6) throw new RangeError(`destination ${destination} is not IPv6`);
    if (!Number.isInteger(metric) || metric < 0)
      throw new RangeError(`metric must be an integer from 0, not ${metric}`);
    if (source !== undefined && this.#addresses.stateOf(source) === null) {
      throw new RangeError(`source ${source} is not one of our addresses`);
    }
    if (gateway !== undefined) checkGateway(gateway, this.#addresses);
    this.table.add({
      destination: new IpPrefix(destination.network, destination.length),
      gateway: gateway ?? null,
      source: source ?? null,
      metric,
      origin: "static",
    });
  }

  /** Removes the routes to a prefix, or the one by `gateway`. @throws RangeError when there is none. */
  remove(destination: IpPrefix, gateway?: IpAddress): void {
    const network = new IpPrefix(destination.network, destination.length);
    const removed = this.table.removeWhere(
      (route) =>
        route.origin === "static" &&
        route.destination.equals(network) &&
        (gateway === undefined || sameAddress(route.gateway, gateway)),
    );
    if (removed === 0)
      throw new RangeError(`no route to ${network}${gateway === undefined ? "" : ` by ${gateway}`}`);
  }
}

/**
 * Whether an address may be that of a router. It need not be on a prefix known now: prefixes come and go with advertisements.
 * @throws RangeError when it may not.
 */
export function checkGateway(gateway: IpAddress, addresses: OwnAddresses): void {
  const can =
    gateway.family === 6 &&
    !isV4Words(gateway) &&
    !gateway.isUnspecified &&
    !gateway.isLoopback &&
    !gateway.isMulticast &&
    addresses.stateOf(gateway) === null;
  if (!can) throw new RangeError(`gateway ${gateway} cannot be a neighbour`);
}
