/**
 * IPv4 header (RFC 791 3.1; RFC 2474 and RFC 3168 for the second octet).
 *
 * ```text
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+-----------+---+-------------------------------+
 *  |Version|  IHL  |   DSCP    |ECN|         Total Length          |   0
 *  +-------+-------+-----------+---+-----+-------------------------+
 *  |         Identification        |0|D|M|     Fragment Offset     |   4
 *  +---------------+---------------+-----+-------------------------+
 *  |  Time to Live |    Protocol   |        Header Checksum        |   8
 *  +---------------+---------------+-------------------------------+
 *  |                        Source Address                         |  12
 *  +---------------------------------------------------------------+
 *  |                      Destination Address                      |  16
 *  +---------------------------------------------------------------+
 *  |                    Options, padded to 4 octets                |  20
 *  +---------------------------------------------------------------+
 * ```
 */
export const Ipv4Format = {
  versionAndLength: 0,
  trafficClass: 1,
  totalLength: 2,
  identification: 4,
  flagsAndOffset: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  options: 20,
} as const;

/** The bits of the flags and fragment offset word. */
export const Ipv4Flags = {
  reserved: 0x8000,
  dontFragment: 0x4000,
  moreFragments: 0x2000,
  offset: 0x1fff,
} as const;
