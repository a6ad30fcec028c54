/** Offset of the length of the quote in 32-bit words when extensions follow it, else 0 (RFC 4884 4). */
export const QuoteWords = 5;

/** Offset of the MTU in "fragmentation needed" (RFC 1191 4), 16 bits. */
export const NextHopMtu = 6;

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
