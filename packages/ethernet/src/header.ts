/**
 * The header of an Ethernet II frame (RFC 894, RFC 2464): offsets in octets. Preamble and frame check sequence are the device's.
 *
 * ```text
 *   0                 6            12          14
 *   |  destination    |   source   | EtherType |  payload, possibly padded to 46 octets
 * ```
 */
export const FrameHeader = {
  destination: 0,
  source: 6,
  etherType: 12,
  size: 14,
} as const;
