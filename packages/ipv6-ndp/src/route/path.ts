import type { AskedRoute, Cast, IpAddress, LinkCapabilities, MacAddress } from "@mnet/core";
import { HEADER_OCTETS } from "../header/header.ts";
import { LINK_INTERFACE, MAXIMUM_PAYLOAD } from "../params.ts";

/** A `Route` of IPv6 with what sending needs besides. Immutable. */
export interface Ipv6Path extends AskedRoute {
  /** Where groups go on the link; `null` asks the resolver for `nextHop`. */
  readonly groupMac: MacAddress | null;
  /** The MTU of the link: the most that a probe may try. */
  readonly linkMtu: number;
}

/** What the loopback inside the stack can do: everything but large segments, for nothing is lost and copies are made anyway. */
export function loopbackCapabilities(link: LinkCapabilities): LinkCapabilities {
  return {
    medium: "ip",
    mtu: HEADER_OCTETS + MAXIMUM_PAYLOAD,
    headroom: link.headroom,
    txChecksum: true,
    rxTrusted: true,
    gather: 2,
    segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
  };
}

/** What a decision is made of. */
export interface PathParts {
  asked: IpAddress | null;
  source: IpAddress;
  destination: IpAddress;
  nextHop: IpAddress;
  mtu: number;
  linkMtu: number;
  capabilities: LinkCapabilities;
  loopback: boolean;
  cast: Cast;
  groupMac: MacAddress | null;
  epoch: number;
}

/** All paths have one shape, so that the sender's accesses stay monomorphic. */
export function makePath(parts: PathParts): Ipv6Path {
  return {
    source: parts.source,
    destination: parts.destination,
    nextHop: parts.nextHop,
    mtu: parts.mtu,
    headroom: parts.capabilities.headroom + HEADER_OCTETS,
    capabilities: parts.capabilities,
    loopback: parts.loopback,
    cast: parts.cast,
    interfaceIndex: LINK_INTERFACE,
    epoch: parts.epoch,
    asked: parts.asked,
    groupMac: parts.groupMac,
    linkMtu: parts.linkMtu,
  };
}
