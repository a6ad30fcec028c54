import type { IpAddress, Millis } from "@mnet/core";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";
import { ExpiringList } from "./expiring-list.ts";
import type { LinkParameters } from "./link-parameters.ts";

/** A recursive DNS server that a router told of (RFC 8106 5.1). */
export interface NameServer {
  readonly address: IpAddress;
  readonly validUntil: Millis;
}

/** A domain to search names in (RFC 8106 5.2). */
export interface SearchDomain {
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly validUntil: Millis;
}

/** What routers say besides addresses and routes. */
export interface RouterConfiguration {
  /** M of the latest advertisement: addresses are to be had by DHCPv6. */
  readonly managed: boolean;
  /** O of the latest advertisement: other configuration is. */
  readonly otherConfiguration: boolean;
  readonly nameServers: readonly NameServer[];
  readonly searchDomains: readonly SearchDomain[];
  /** The MTU of the link that a router said, or `null`. */
  readonly mtu: number | null;
  /** The hop limit that a router said, or `null`. */
  readonly hopLimit: number | null;
}

/** Collects what routers say, and tells when it has changed. */
export class Configuration {
  /** Told when anything but a lifetime has changed. */
  onConfiguration: (configuration: RouterConfiguration, now: Millis) => void = () => {};
  readonly #link: LinkParameters;
  readonly #nameServers: ExpiringList<{ address: IpAddress; validUntil: Millis }>;
  readonly #searchDomains: ExpiringList<{ name: string; validUntil: Millis }>;
  #managed = false;
  #other = false;
  #mtu: number | null;
  #hopLimit: number | null;
  /** Something besides a lifetime, the MTU and the hop limit is different from what was told. */
  #changed = false;

  constructor(link: LinkParameters, parameters: NeighborDiscoveryParameters) {
    this.#link = link;
    this.#nameServers = new ExpiringList(parameters.nameServerCapacity);
    this.#searchDomains = new ExpiringList(parameters.searchDomainCapacity);
    this.#mtu = link.mtu;
    this.#hopLimit = link.hopLimit;
  }

  /** A snapshot. */
  get current(): RouterConfiguration {
    return {
      managed: this.#managed,
      otherConfiguration: this.#other,
      nameServers: this.#nameServers.items.map((item) => ({ ...item })),
      searchDomains: this.#searchDomains.items.map((item) => ({ ...item })),
      mtu: this.#link.mtu,
      hopLimit: this.#link.hopLimit,
    };
  }

  setFlags(managed: boolean, other: boolean): void {
    if (managed !== this.#managed || other !== this.#other) this.#changed = true;
    this.#managed = managed;
    this.#other = other;
  }

  /** One address of a Recursive DNS Server option; a lifetime of 0 ends it. */
  nameServer(address: IpAddress, lifetime: Millis, now: Millis): void {
    const known = this.#nameServers.find((item) => item.address.equals(address));
    if (keep(this.#nameServers, known, { address, validUntil: now + lifetime }, lifetime))
      this.#changed = true;
  }

  /** One name of a DNS Search List option; a lifetime of 0 ends it. */
  searchDomain(name: string, lifetime: Millis, now: Millis): void {
    const known = this.#searchDomains.find((item) => item.name === name);
    if (keep(this.#searchDomains, known, { name, validUntil: now + lifetime }, lifetime))
      this.#changed = true;
  }

  /** An advertisement has been read: tells if something is different now. */
  settle(now: Millis): void {
    const { mtu, hopLimit } = this.#link;
    if (!this.#changed && mtu === this.#mtu && hopLimit === this.#hopLimit) return;
    this.#changed = false;
    this.#mtu = mtu;
    this.#hopLimit = hopLimit;
    this.onConfiguration(this.current, now);
  }

  nextDeadline(): Millis {
    return Math.min(this.#nameServers.nextDeadline(), this.#searchDomains.nextDeadline());
  }

  expire(now: Millis): void {
    if (this.#nameServers.expire(now) + this.#searchDomains.expire(now) === 0) return;
    this.#changed = true;
    this.settle(now);
  }
}

/**
 * RFC 8106 5.3.1: refreshes, ends or adds; when there is no room the one that ends soonest goes, if it ends before the new one.
 * @returns whether there are others than before.
 */
function keep<T extends { validUntil: Millis }>(
  list: ExpiringList<T>,
  known: T | null,
  fresh: T,
  lifetime: Millis,
): boolean {
  if (known !== null && lifetime > 0) {
    list.extend(known, fresh.validUntil);
    return false;
  }
  if (known !== null) {
    list.remove(known);
    return true;
  }
  if (lifetime === 0) return false;
  if (list.full) {
    const soonest = list.items.reduce((one, other) => (other.validUntil < one.validUntil ? other : one));
    if (soonest.validUntil >= fresh.validUntil) return false;
    list.remove(soonest);
  }
  list.add(fresh);
  return true;
}
