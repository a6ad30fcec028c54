import type { IpAddress, IpPrefix, MacAddress, Millis } from "@mnet/core";

/** One address of the stack. Times are of the stack's own monotonic clock. */
export interface AddressInfo {
  readonly family: 4 | 6;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly scope: "host" | "link" | "global";
  /**
   * `tentative`: being checked for duplicates, not used yet. `preferred`: in use. `deprecated`: still ours, but no source of anything new (RFC
   * 4862 5.5.4). `duplicate`: another host has it; off until it is removed or the link comes back.
   */
  readonly state: "tentative" | "preferred" | "deprecated" | "duplicate";
  /** `static`: given by the application. `autoconfigured`: from a router's prefix (RFC 4862). `temporary`: likewise, and changed often (RFC 8981). */
  readonly origin: "static" | "link-local" | "autoconfigured" | "temporary";
  /** Until when it is preferred; `Infinity` for a static address. */
  readonly preferredUntil: Millis;
  /** Until when it is ours; `Infinity` for a static address. */
  readonly validUntil: Millis;
}

/** A router that announces itself on the link (RFC 4861 6.3.4). */
export interface RouterInfo {
  /** Link-local. */
  readonly address: IpAddress;
  /** RFC 4191 2.1. */
  readonly preference: "high" | "medium" | "low";
  /** Until when it is a default router. */
  readonly validUntil: Millis;
  /** Whether it answers, as far as is known. */
  readonly reachable: boolean;
}

/** What the routers of the link tell hosts, beyond addresses and routes (RFC 4861 4.2, RFC 8106). */
export interface NetworkConfiguration {
  /** Addresses are to be had by DHCPv6: the M flag. */
  readonly managed: boolean;
  /** Other things are to be had by DHCPv6: the O flag. */
  readonly otherConfiguration: boolean;
  readonly nameServers: readonly { readonly address: IpAddress; readonly validUntil: Millis }[];
  readonly searchDomains: readonly { readonly name: string; readonly validUntil: Millis }[];
  /** Octets; `null` when no router says. */
  readonly mtu: number | null;
  /** `null` when no router says. */
  readonly hopLimit: number | null;
}

/** One line of the routing table. */
export interface RouteInfo {
  readonly destination: IpPrefix;
  readonly gateway: IpAddress | null;
  readonly metric: number;
}

export interface StackEvents {
  /** An address became usable or went away. */
  address: { readonly kind: "added" | "removed"; readonly prefix: IpPrefix };
  /** Another host uses one of our addresses (RFC 5227, RFC 4862 5.4). The stack goes on without. */
  conflict: {
    readonly address: IpAddress;
    /** The other host's; `null` when it did not say. */
    readonly mac: MacAddress | null;
    /** `defended`: announced once more and kept. `contested`: kept, but the other host went on. `refused`: it never became ours. */
    readonly outcome: "defended" | "contested" | "refused";
  };
  /** A router announced itself, changed, or was given up. */
  router: { readonly kind: "added" | "changed" | "removed"; readonly router: RouterInfo };
  /** Routers told something new about the network. */
  configuration: NetworkConfiguration;
  link: { readonly up: boolean };
  /** A family went off or on while the stack ran: IPv6 needs an MTU of 1280 octets (RFC 8200 5). */
  family: { readonly family: 4 | 6; readonly on: boolean; readonly reason: string };
  /** The stack ended: killed (`null`) or its device failed. Last event. */
  closed: { readonly error: Error | null };
}
