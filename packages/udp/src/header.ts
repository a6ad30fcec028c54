/**
 * The UDP header (RFC 768), offsets from its start:
 *
 * ```text
 *  0             2                  4        6          8
 *  | source port | destination port | length | checksum | data
 * ```
 */
export const Udp = {
  SourcePort: 0,
  DestinationPort: 2,
  /** Octets of header and data. */
  Length: 4,
  /** 0 = none was computed: IPv4 only. */
  Checksum: 6,
  HeaderLength: 8,
} as const;

/** The most octets of data in a datagram: 65535 without the smallest IP header, which IPv6 does not count, and the UDP header. */
export function maxData(family: 4 | 6): number {
  return family === 4 ? 65507 : 65527;
}
