/**
 * The ICMP header (RFC 792), offsets from its start:
 *
 * ```text
 *  0      1      2             4             6             8
 *  | type | code |  checksum   | identifier  |  sequence   |  data                    echo
 *  | type | code |  checksum   | pointer | length | MTU   |  the quoted datagram     errors (RFC 1191 4, RFC 4884 4)
 * ```
 */
export const Icmp = {
  Type: 0,
  Code: 1,
  Checksum: 2,
  Identifier: 4,
  Sequence: 6,
  Pointer: 4,
  /** Length of the quote in 32-bit words when extensions follow it, else 0 (RFC 4884 4). */
  QuoteWords: 5,
  NextHopMtu: 6,
  HeaderLength: 8,
} as const;

/** Message types (IANA "ICMP Type Numbers"). */
export const IcmpType = {
  EchoReply: 0,
  DestinationUnreachable: 3,
  SourceQuench: 4,
  Redirect: 5,
  EchoRequest: 8,
  RouterAdvertisement: 9,
  RouterSolicitation: 10,
  TimeExceeded: 11,
  ParameterProblem: 12,
  Timestamp: 13,
  TimestampReply: 14,
  InformationRequest: 15,
  InformationReply: 16,
  AddressMaskRequest: 17,
  AddressMaskReply: 18,
} as const;

/** The few fields of an IPv4 header (RFC 791 3.1) that the rules about errors look at, offsets from its start. */
export const Ipv4 = {
  /** Version in the upper four bits, header length in 32-bit words in the lower. */
  VersionLength: 0,
  /** Three flags, then the offset in units of eight octets. */
  FragmentOffset: 6,
  HeaderLength: 20,
} as const;

/** The largest ICMP message: an IPv4 datagram of 65535 octets without its header. */
export const MAX_MESSAGE: number = 65535 - Ipv4.HeaderLength;

/** The most octets of data in an echo message. */
export const MAX_ECHO_DATA: number = MAX_MESSAGE - Icmp.HeaderLength;
