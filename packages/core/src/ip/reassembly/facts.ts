import type { Words } from "../../address/words.ts";
import type { Millis } from "../../time/host.ts";

/** What an IP header said of a fragment. Read during the call only. */
export interface FragmentFacts {
  readonly source: Readonly<Words>;
  readonly destination: Readonly<Words>;
  /** Part of the key: the protocol in IPv4 (RFC 791 3.2), 0 in IPv6 (RFC 8200 4.5). */
  readonly protocolOfKey: number;
  /** Up to 32 bits. */
  readonly identification: number;
  /** Where the octets belong in the payload; a multiple of 8. */
  readonly fragmentOffset: number;
  readonly moreFragments: boolean;
  readonly trafficClass: number;
  /** Where the IP header starts in the packet: what is between here and `packet.start` is the header of the fragment. */
  readonly headerStart: number;
  /** How many octets of that header the length field of the whole does not count: the fixed IPv6 header and its Fragment header. */
  readonly uncountedOctets: number;
}

/** The bounds of a reassembly table. */
export interface ReassemblyBounds {
  /** How long the pieces of a datagram are kept, counted from the first to arrive. */
  readonly reassemblyTimeout: Millis;
  /** Octets that all unfinished datagrams may be charged with: what arrived, plus `PIECE_CHARGE` for each piece. */
  readonly reassemblyOctets: number;
  /** Unfinished datagrams at once. */
  readonly reassemblyQueues: number;
  /** Pieces of one datagram. */
  readonly reassemblyPieces: number;
  /** The part of `reassemblyOctets` and `reassemblyQueues` that one source, in IPv6 one /64, may use, 0 to 1. */
  readonly reassemblySourceShare: number;
}

/** What a piece is charged besides its octets: its place in the list, its share of the queue's record, and a header of common length. */
export const PIECE_CHARGE = 64;

/** What the 16-bit length field of either family can say (RFC 791 3.1, RFC 8200 3). */
export const MAXIMUM_LENGTH = 65535;
