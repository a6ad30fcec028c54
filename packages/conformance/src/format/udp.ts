/**
 * UDP header (RFC 768).
 *
 * ```text
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          Source Port          |       Destination Port        |   0
 *  +-------------------------------+-------------------------------+
 *  |            Length             |           Checksum            |   4
 *  +-------------------------------+-------------------------------+
 * ```
 */
export const UdpFormat = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6, payload: 8 } as const;
