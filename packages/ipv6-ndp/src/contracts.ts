import type { IpAddress, IpPrefix, Millis, Words } from "@mnet/core";

/** Where an address stands (RFC 4862 2): `duplicate` ones stay listed and are never used. */
export type AddressState = "tentative" | "preferred" | "deprecated" | "duplicate";

/** Where an address came from. */
export type AddressOrigin = "link-local" | "static" | "autoconfigured" | "temporary";

/** One address of the interface. `state` changes in place; everything else of an entry may be read at any time, nothing written. */
export interface AddressEntry {
  /** The address with the length of the prefix it was given with; an interface identifier follows the prefix. */
  readonly prefix: IpPrefix;
  readonly state: AddressState;
  readonly origin: AddressOrigin;
  /** When it becomes deprecated; `Infinity` for never. */
  readonly preferredUntil: Millis;
  /** When it goes; `Infinity` for never. */
  readonly validUntil: Millis;
}

/** The addresses of the interface, as the input filter, the router and source selection see them. */
export interface OwnAddresses {
  /** The state of an address of ours, `null` for any other. Called for each packet. */
  stateOf(address: Readonly<Words>): AddressState | null;
  /** The preferred and deprecated ones in the order of being added; the same array until something changes. */
  usable(): readonly AddressEntry[];
}

/** A router to go by. */
export interface RouterChoice {
  readonly router: IpAddress;
  /** Length of the prefix that the router was chosen for: 0 as default router, more by a Route Information option (RFC 4191). */
  readonly prefixLength: number;
}

/** What was learned of the link's prefixes, routers and redirects (RFC 4861 5.1): next-hop determination asks, Neighbor Discovery answers. */
export interface FirstHops {
  /** The length of the longest on-link prefix learned with `destination` in it; -1 when there is none. Link-local is not asked. */
  onLinkLength(destination: Readonly<Words>): number;
  /** The router for an off-link destination (RFC 4861 6.3.6, RFC 4191 3.2), or `null` without one (RFC 4943). */
  routerFor(destination: Readonly<Words>): RouterChoice | null;
  /** The better first hop that a router told for exactly this destination (RFC 4861 8.3), or `null`. */
  redirectFor(destination: Readonly<Words>): IpAddress | null;
}

/** The solicited-node groups that Neighbor Discovery needs for its addresses; hearing and joining are counted, each by itself. */
export interface GroupJoins {
  /** Takes in what comes to a group, without telling routers and switches of it (RFC 4862 5.4.2: the report is delayed, not the hearing). */
  hear(group: IpAddress): void;
  unhear(group: IpAddress): void;
  join(group: IpAddress, now: Millis): void;
  leave(group: IpAddress, now: Millis): void;
}
