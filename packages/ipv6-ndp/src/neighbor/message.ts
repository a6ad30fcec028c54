/** ICMPv6 types of Neighbor Discovery (RFC 4861 4). */
export const NdType = {
  RouterSolicitation: 133,
  RouterAdvertisement: 134,
  NeighborSolicitation: 135,
  NeighborAdvertisement: 136,
  Redirect: 137,
} as const;

/** What every message begins with (RFC 4443 2.1). Offsets in octets. */
export const NdHeader = { type: 0, code: 1, checksum: 2 } as const;

/**
 * Router Solicitation (RFC 4861 4.1): offsets in octets.
 *
 * ```text
 *   0      1      2          4          8
 *   | 133  |  0   | checksum | reserved | options
 * ```
 */
export const RouterSolicitation = { options: 8 } as const;

/**
 * Router Advertisement (RFC 4861 4.2; RFC 4191 2.2): offsets in octets.
 *
 * ```text
 *   0      1      2          4           5           6                 8                12              16
 *   | 134  |  0   | checksum | hop limit | M O H Prf | router lifetime | reachable time | retrans timer | options
 * ```
 */
export const RouterAdvertisement = {
  hopLimit: 4,
  flags: 5,
  /** Seconds, 16 bits; 0: no default router. */
  lifetime: 6,
  /** Milliseconds; 0: not said. */
  reachableTime: 8,
  /** Milliseconds; 0: not said. */
  retransTimer: 12,
  options: 16,
} as const;

export const RouterFlag = {
  /** M: addresses are to be had by DHCPv6. */
  Managed: 0x80,
  /** O: other configuration is. */
  Other: 0x40,
} as const;

/**
 * Neighbor Solicitation (RFC 4861 4.3): offsets in octets.
 *
 * ```text
 *   0      1      2          4          8                24
 *   | 135  |  0   | checksum | reserved | target address | options
 * ```
 */
export const NeighborSolicitation = { target: 8, options: 24 } as const;

/**
 * Neighbor Advertisement (RFC 4861 4.4): offsets in octets.
 *
 * ```text
 *   0      1      2          4                   8                24
 *   | 136  |  0   | checksum | R S O reserved    | target address | options
 * ```
 */
export const NeighborAdvertisement = { flags: 4, target: 8, options: 24 } as const;

export const NeighborFlag = { Router: 0x80, Solicited: 0x40, Override: 0x20 } as const;

/**
 * Redirect (RFC 4861 4.5): offsets in octets.
 *
 * ```text
 *   0      1      2          4          8                24                    40
 *   | 137  |  0   | checksum | reserved | target address | destination address | options
 * ```
 */
export const Redirect = { target: 8, destination: 24, options: 40 } as const;

/** Every message goes out, and must come in, with this hop limit: no router has passed it on (RFC 4861 3.1). */
export const ND_HOP_LIMIT = 255;
