/** Next header values of extension headers, and of no next header (RFC 8200 4). */
export const Ipv6Extension = {
  HopByHop: 0,
  Routing: 43,
  Fragment: 44,
  NoNextHeader: 59,
  DestinationOptions: 60,
} as const;

/**
 * Hop-by-hop and destination options headers (RFC 8200 4.3, 4.6). The length counts units of 8 octets, the first not included.
 *
 * ```text
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+- - - - - - - - - - - - - - - -
 *  |  Next Header  |  Hdr Ext Len  |  Options: type, length, data      0
 *  +---------------+---------------+- - - - - - - - - - - - - - - -
 * ```
 */
export const OptionsHeaderFormat = { nextHeader: 0, length: 1, options: 2 } as const;

/** Option types (RFC 8200 4.2, RFC 2711 2.1). */
export const Ipv6OptionType = { Pad1: 0, PadN: 1, RouterAlert: 5 } as const;

/**
 * Routing header (RFC 8200 4.4; for type 0 RFC 2460 4.4).
 *
 * ```text
 *  +---------------+---------------+---------------+---------------+
 *  |  Next Header  |  Hdr Ext Len  |  Routing Type | Segments Left |   0
 *  +---------------+---------------+---------------+---------------+
 *  |                 Reserved (types 0 and 2)                      |   4
 *  +---------------------------------------------------------------+
 *  |                 Addresses (16 octets each)                    |   8
 *  +---------------------------------------------------------------+
 * ```
 */
export const RoutingHeaderFormat = {
  nextHeader: 0,
  length: 1,
  type: 2,
  segmentsLeft: 3,
  addresses: 8,
} as const;

/**
 * Fragment header (RFC 8200 4.5).
 *
 * ```text
 *  +---------------+---------------+-------------------------+---+-+
 *  |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|   0
 *  +---------------+---------------+-------------------------+---+-+
 *  |                         Identification                        |   4
 *  +---------------------------------------------------------------+
 * ```
 */
export const FragmentHeaderFormat = {
  nextHeader: 0,
  reserved: 1,
  offsetAndFlags: 2,
  identification: 4,
  payload: 8,
} as const;
