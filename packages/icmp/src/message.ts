/**
 * What the messages of both ICMPs look like (RFC 792, RFC 4443 2.1), offsets from the start:
 *
 * ```text
 *  0      1      2             4             6             8
 *  | type | code |  checksum   | identifier  |  sequence   |  data                    echo
 *  | type | code |  checksum   |   depends on the type     |  the quoted datagram     errors
 * ```
 */
export const Icmp = {
  Type: 0,
  Code: 1,
  Checksum: 2,
  Identifier: 4,
  Sequence: 6,
  /** The second word of an error. */
  Rest: 4,
  HeaderLength: 8,
} as const;
