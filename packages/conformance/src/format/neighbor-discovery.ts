/**
 * Router advertisement (RFC 4861 4.2), offsets from the ICMPv6 header.
 *
 * ```text
 *  | Cur Hop Limit |M|O|H|Prf|  0  |       Router Lifetime         |   4
 *  |                        Reachable Time                         |   8
 *  |                         Retrans Timer                         |  12
 *  |   Options                                                     |  16
 * ```
 */
export const RouterAdvertisementFormat = {
  hopLimit: 4,
  flags: 5,
  lifetime: 6,
  reachableTime: 8,
  retransTimer: 12,
  options: 16,
} as const;

/** Bits of the flags octet of a router advertisement (RFC 4861 4.2, RFC 4191 2.2: preference in two bits). */
export const RouterFlags = { managed: 0x80, other: 0x40, preferenceShift: 3 } as const;

/** Neighbor solicitation and advertisement (RFC 4861 4.3, 4.4): flags of the latter, target, options. */
export const NeighborFormat = { flags: 4, target: 8, options: 24 } as const;

/** Bits of the first flags octet of a neighbor advertisement (RFC 4861 4.4). */
export const NeighborFlags = { router: 0x80, solicited: 0x40, override: 0x20 } as const;

/** Redirect (RFC 4861 4.5): the better first hop, then whom it is for. */
export const RedirectFormat = { target: 8, destination: 24, options: 40 } as const;

/** Router solicitation (RFC 4861 4.1): nothing but options. */
export const ROUTER_SOLICITATION_OPTIONS = 8;

/** An option: its type, its length in units of 8 octets with both octets included, its data (RFC 4861 4.6). */
export const NdOptionFormat = { type: 0, length: 1, data: 2 } as const;

/** Option types (IANA "IPv6 Neighbor Discovery Option Formats"). */
export const NdOptionType = {
  SourceLinkAddress: 1,
  TargetLinkAddress: 2,
  PrefixInformation: 3,
  RedirectedHeader: 4,
  Mtu: 5,
  Nonce: 14,
  RouteInformation: 24,
  RecursiveDnsServer: 25,
  DnsSearchList: 31,
} as const;

/** Prefix information (RFC 4861 4.6.2), offsets from the option. */
export const PrefixInformationFormat = {
  prefixLength: 2,
  flags: 3,
  validLifetime: 4,
  preferredLifetime: 8,
  prefix: 16,
  octets: 32,
} as const;

/** Bits of the flags of a prefix information option (RFC 4861 4.6.2). */
export const PrefixFlags = { onLink: 0x80, autonomous: 0x40 } as const;

/** Route information (RFC 4191 2.3): the prefix has 0, 8 or 16 octets. */
export const RouteInformationFormat = { prefixLength: 2, flags: 3, lifetime: 4, prefix: 8 } as const;

/** RDNSS and DNSSL (RFC 8106 5.1, 5.2): addresses, or names in DNS encoding padded with zeros. */
export const DnsOptionFormat = { lifetime: 4, data: 8 } as const;

/** By number, the words for the two preference bits (RFC 4191 2.1); 2 is reserved. */
export const preferences = ["medium", "high", "reserved", "low"] as const;

/** Preference of a router or a route. */
export type Preference = (typeof preferences)[number];
