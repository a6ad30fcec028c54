/**
 * ICMP message (RFC 792). What the second word means depends on the type: identifier and sequence number of an echo, next-hop MTU
 * of 3/4 (RFC 1191 4), pointer of a parameter problem in the first octet, else unused.
 *
 * ```text
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |     Type      |     Code      |           Checksum            |   0
 *  +---------------+---------------+-------------------------------+
 *  |        Identifier             |        Sequence Number        |   4
 *  +-------------------------------+-------------------------------+
 *  |     Data, or the quoted IP header and at least 8 octets       |   8
 *  +---------------------------------------------------------------+
 * ```
 */
export const IcmpFormat = {
  type: 0,
  code: 1,
  checksum: 2,
  rest: 4,
  identifier: 4,
  sequence: 6,
  payload: 8,
} as const;

/** Types of ICMPv4 messages (IANA "ICMP Type Numbers"). */
export const IcmpV4Type = {
  EchoReply: 0,
  DestinationUnreachable: 3,
  SourceQuench: 4,
  Redirect: 5,
  EchoRequest: 8,
  TimeExceeded: 11,
  ParameterProblem: 12,
  Timestamp: 13,
  TimestampReply: 14,
  AddressMaskRequest: 17,
} as const;
