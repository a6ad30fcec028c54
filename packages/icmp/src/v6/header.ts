/** Message types (IANA "ICMPv6 type Numbers"). Those under 128 are errors (RFC 4443 2.1). */
export const IcmpV6Type = {
  DestinationUnreachable: 1,
  PacketTooBig: 2,
  TimeExceeded: 3,
  ParameterProblem: 4,
  EchoRequest: 128,
  EchoReply: 129,
  /** The first and the last of Multicast Listener Discovery and Neighbor Discovery (RFC 2710, RFC 4861). */
  MulticastListenerQuery: 130,
  Redirect: 137,
  /** MLDv2 (RFC 3810 5.2). */
  MulticastListenerReport: 143,
} as const;

/** The first type that is no error. */
export const FIRST_INFORMATIONAL = 128;

/** The few fields of an IPv6 header (RFC 8200 3) that the rules about errors look at, offsets from its start. */
export const Ipv6 = { NextHeader: 6, HeaderLength: 40 } as const;

/** Offset of the length of the quote in units of 8 octets when extensions follow it, else 0 (RFC 4884 4.3). */
export const QuoteUnits = 4;
