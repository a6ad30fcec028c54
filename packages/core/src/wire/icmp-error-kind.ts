/** The ICMP errors that transports and IP speak of, independent of the family. `@mnet/icmp` maps types and codes. */
export const IcmpErrorKind = {
  /** v4 3/0, 3/6, 3/8, 3/11; v6 1/0. Soft. */
  NetworkUnreachable: 0,
  /** v4 3/1, 3/7, 3/12; v6 1/3. Soft; also reported locally when a neighbour does not answer. */
  HostUnreachable: 1,
  /** v4 3/2; v6 4/1. Hard. */
  ProtocolUnreachable: 2,
  /** v4 3/3; v6 1/4. Hard. */
  PortUnreachable: 3,
  /** v4 3/4 with the next-hop MTU; v6 2/0. */
  PacketTooBig: 4,
  /** v4 3/5. Soft. */
  SourceRouteFailed: 5,
  /** v4 3/9, 3/10, 3/13; v6 1/1. Hard for datagrams. */
  AdministrativelyProhibited: 6,
  /** 11/0; v6 3/0. Soft. */
  HopLimitExceeded: 7,
  /** 11/1; v6 3/1. Soft. */
  ReassemblyTimeExceeded: 8,
  /** 12; v6 4/0. Soft. */
  ParameterProblem: 9,
  /** v6 4/2: an option whose type asks for an answer (RFC 8200 4.2). Soft. */
  UnrecognizedOption: 10,
  /** v6 4/3: a first fragment without the whole header chain (RFC 7112 5). Soft. */
  IncompleteHeaderChain: 11,
} as const;
export type IcmpErrorKind = (typeof IcmpErrorKind)[keyof typeof IcmpErrorKind];
