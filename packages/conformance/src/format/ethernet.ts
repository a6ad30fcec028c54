/**
 * Ethernet II frame (IEEE 802.3 3.1.1 with a type field, RFC 894), without preamble and frame check sequence.
 *
 * ```text
 *   0              6              12       14
 *  +--------------+--------------+--------+----------------- - - -
 *  | Destination  |    Source    |  Type  | Payload, padding
 *  +--------------+--------------+--------+----------------- - - -
 * ```
 */
export const EthernetFormat = { destination: 0, source: 6, etherType: 12, payload: 14 } as const;

/** Octets of the shortest frame, frame check sequence excluded (IEEE 802.3 4A.4.2: 64 with it). */
export const ETHERNET_MINIMUM_FRAME = 60;
