/**
 * IPv6 header (RFC 8200 3).
 *
 * ```text
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+---------------+---------------------------------------+
 *  |Version| Traffic Class |              Flow Label               |   0
 *  +-------+---------------+-------+---------------+---------------+
 *  |         Payload Length        |  Next Header  |   Hop Limit   |   4
 *  +-------------------------------+---------------+---------------+
 *  |                  Source Address (16 octets)                   |   8
 *  +---------------------------------------------------------------+
 *  |                Destination Address (16 octets)                |  24
 *  +---------------------------------------------------------------+
 * ```
 */
export const Ipv6Format = {
  versionClassLabel: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
  payload: 40,
} as const;
