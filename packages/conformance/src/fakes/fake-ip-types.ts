import type { Cast, IcmpErrorKind, IpAddress, IpPrefix, LinkCapabilities, Millis, Route } from "@mnet/core";
import type { ReceivedWith } from "./lent-packet.ts";

/** One datagram that was sent through a `FakeIpLayer`; owned copies. */
export interface SentDatagram {
  /** As text, ready for `parseTcp(sent.octets, sent)`. */
  readonly source: string;
  readonly destination: string;
  readonly nextHop: string;
  readonly protocol: number;
  /** From the transport header on, tails gathered, checksum request carried out. */
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly dontFragment: "no" | "yes" | "probe";
  readonly flowLabel: number;
  readonly multicastLoop: boolean;
  /** The sender's mark for a large segment, else 0. */
  readonly segmentSize: number;
  readonly route: Route;
  /** When it was sent. */
  readonly at: Millis;
}

/** How a datagram arrives. */
export interface DatagramArrives extends ReceivedWith {
  /** Default: the fake's peer. */
  readonly source?: IpAddress | string;
  /** Default: the fake's first address. */
  readonly destination?: IpAddress | string;
  /** Default: what follows from the destination. */
  readonly cast?: Cast;
  /** Default `unicast`. */
  readonly linkCast?: Cast;
  /** Default 64. */
  readonly hopLimit?: number;
  readonly trafficClass?: number;
  readonly flowLabel?: number;
  readonly loopback?: boolean;
  readonly reassembled?: boolean;
}

/** An ICMP error about a datagram of ours. */
export interface ErrorArrives {
  readonly kind: IcmpErrorKind;
  readonly protocol: number;
  /** The quoted transport header and what followed it, at least 8 octets. */
  readonly quoted: Uint8Array;
  /** Ours. Default: the fake's first address. */
  readonly source?: IpAddress | string;
  /** Whom it was sent to. Default: the fake's peer. */
  readonly destination?: IpAddress | string;
  /** The next-hop MTU of a packet too big. Default 0. */
  readonly mtu?: number;
}

export interface FakeIpLayerOptions {
  /** Our addresses with their prefixes; without a length: /24, or /64. Default 10.0.0.1/24, or fd00::1/64 for family 6. */
  readonly addresses?: readonly (IpPrefix | string)[];
  /** Default 4. */
  readonly family?: 4 | 6;
  /** Where there is a way to. Default: everywhere. */
  readonly routes?: readonly (IpPrefix | string)[];
  /** The next hop of what is on no prefix of ours. Default: the destination itself. */
  readonly gateway?: IpAddress | string | null;
  /** Whom datagrams come from unless said otherwise. Default 10.0.0.2, or fd00::2. */
  readonly peer?: IpAddress | string;
  /** Default 1500. */
  readonly mtu?: number;
  /** Octets in front of a transport header. Default 34: Ethernet and IPv4; 54 for family 6. */
  readonly headroom?: number;
  /** What differs from a link that finishes checksums and gathers. */
  readonly capabilities?: Partial<LinkCapabilities>;
}
