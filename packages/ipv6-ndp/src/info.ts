import { AddressWords, type Cast, type FragmentFacts, type IpInfo } from "@mnet/core";
import { FRAGMENT_OCTETS, HEADER_OCTETS } from "./header/header.ts";
import { LINK_INTERFACE } from "./params.ts";

/** {@link IpInfo} of an IPv6 packet, with what the header chain said besides. Long-lived and re-aimed. */
export class Ipv6Info implements IpInfo, FragmentFacts {
  readonly family = 6;
  readonly source: AddressWords = new AddressWords();
  readonly destination: AddressWords = new AddressWords();
  /** The upper-layer protocol once the chain is walked; while it is, the next header. */
  protocol = 0;
  hopLimit = 0;
  trafficClass = 0;
  flowLabel = 0;
  cast: Cast = "unicast";
  linkCast: Cast = "unicast";
  readonly interfaceIndex: number = LINK_INTERFACE;
  loopback = false;
  /** Whether the frame came from our own MAC address: only Neighbor Discovery can tell a loop from another station that has it. */
  fromOwnMac = false;
  /** Put together from two or more fragments. */
  reassembled = false;
  headerStart = 0;
  /** Octets behind the fixed header, as sent (a quote may hold fewer). */
  payloadLength = 0;
  /** Where the octet stands that names the protocol: for the pointer of a Parameter Problem, from the start of the IPv6 header. */
  nextHeaderAt = 0;
  /** Whether there was a Fragment header, of an atomic fragment too (RFC 6980 5 forbids both to Neighbor Discovery). */
  fragmented = false;
  /** Whether the hop-by-hop header had a router alert (RFC 2711). */
  routerAlert = false;
  /** Only Neighbor Discovery and MLD may have it: the source is `::` or ours, the destination is tentative (RFC 4862 5.4), or `fromOwnMac`. */
  controlOnly = false;

  /** Of a packet that is one of several fragments: what its Fragment header said, and where that header is in the packet. */
  fragmentHeaderAt = 0;
  identification = 0;
  fragmentOffset = 0;
  moreFragments = false;
  /** RFC 8200 4.5: the protocol is not part of the key. */
  readonly protocolOfKey = 0;
  readonly uncountedOctets: number = HEADER_OCTETS + FRAGMENT_OCTETS;
}
