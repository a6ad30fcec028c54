/** Protocol numbers (IANA "Assigned Internet Protocol Numbers"). */
export const IpProtocol = {
  HopByHop: 0,
  Icmp: 1,
  Igmp: 2,
  Tcp: 6,
  Udp: 17,
  Routing: 43,
  Fragment: 44,
  Icmpv6: 58,
  NoNextHeader: 59,
  DestinationOptions: 60,
} as const;

/** The ECN field, the low two bits of the traffic class (RFC 3168 5). */
export const Ecn = { NotCapable: 0, Capable1: 1, Capable0: 2, CongestionExperienced: 3 } as const;
