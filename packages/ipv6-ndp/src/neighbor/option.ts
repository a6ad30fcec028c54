/** Types of options that are read or sent; all others are skipped (RFC 4861 9). */
export const NdOption = {
  SourceLinkLayerAddress: 1,
  TargetLinkLayerAddress: 2,
  PrefixInformation: 3,
  RedirectedHeader: 4,
  Mtu: 5,
  /** RFC 3971 5.3.2, for RFC 7527. */
  Nonce: 14,
  /** RFC 4191 2.3. */
  RouteInformation: 24,
  /** RFC 8106 5.1. */
  RecursiveDnsServer: 25,
  /** RFC 8106 5.2. */
  DnsSearchList: 31,
} as const;

/** What every option begins with (RFC 4861 4.6): its type, and its length in units of 8 octets, the two octets included. */
export const OptionHeader = { type: 0, length: 1, unit: 8 } as const;

/** Source or Target Link-Layer Address of Ethernet (RFC 2464 6): one unit. */
export const LinkLayerOption = { address: 2, size: 8 } as const;

/** Nonce as sent (RFC 3971 5.3.2): one unit, six random octets. */
export const NonceOption = { nonce: 2, size: 8 } as const;

/**
 * Prefix Information (RFC 4861 4.6.2): offsets in octets.
 *
 * ```text
 *   0   1   2               3             4               8                    12         16       32
 *   | 3 | 4 | prefix length | L A reserved | valid lifetime | preferred lifetime | reserved | prefix |
 * ```
 */
export const PrefixOption = {
  prefixLength: 2,
  flags: 3,
  /** Seconds, 32 bits; all ones: for ever. */
  validLifetime: 4,
  preferredLifetime: 8,
  prefix: 16,
  size: 32,
} as const;

export const PrefixFlag = { OnLink: 0x80, Autonomous: 0x40 } as const;

/** MTU (RFC 4861 4.6.4): one unit. */
export const MtuOption = { mtu: 4, size: 8 } as const;

/**
 * Route Information (RFC 4191 2.3): offsets in octets. As much of the prefix is there as the length says.
 *
 * ```text
 *   0    1   2               3              4                8
 *   | 24 | n | prefix length | reserved Prf | route lifetime | prefix (0, 8 or 16 octets)
 * ```
 */
export const RouteOption = { prefixLength: 2, flags: 3, lifetime: 4, prefix: 8 } as const;

/** Recursive DNS Server (RFC 8106 5.1): lifetime, then addresses of 16 octets. */
export const RecursiveDnsServerOption = { lifetime: 4, addresses: 8, addressSize: 16 } as const;

/** DNS Search List (RFC 8106 5.2): lifetime, then domain names in the form of RFC 1035 3.1, padded with zeros. */
export const DnsSearchListOption = { lifetime: 4, names: 8 } as const;

/** A lifetime that never ends, in seconds on the wire. */
export const INFINITE_LIFETIME = 0xffff_ffff;
