import { IpProtocol, type Packet } from "@mnet/core";
import { extensionOctets, isExtension } from "../header/extension.ts";
import { FRAGMENT_OCTETS, FragmentField } from "../header/header.ts";
import type { Ipv6Info } from "../info.ts";

/** Octets of the upper-layer headers that filters look at. Of other protocols the first octet will do. */
function upperOctets(protocol: number): number {
  switch (protocol) {
    case IpProtocol.Tcp:
      return 20;
    case IpProtocol.Udp:
    case IpProtocol.Icmpv6:
      return 8;
    default:
      return 1;
  }
}

/**
 * Whether a first fragment has the whole header chain through the upper-layer header in it (RFC 7112 5, RFC 8200 4.5); headers are measured,
 * not read.
 * @param packet starts behind the Fragment header.
 */
export function hasCompleteChain(packet: Packet, info: Ipv6Info, headerLimit: number): boolean {
  const { view, end } = packet;
  let at = packet.start;
  let type = view.getUint8(info.fragmentHeaderAt + FragmentField.NextHeader);
  for (let headers = 0; isExtension(type) && headers <= headerLimit; headers++) {
    // What is wrong with these comes out when the packet is whole.
    if (type === IpProtocol.NoNextHeader || type === IpProtocol.Fragment) return true;
    if (end - at < FRAGMENT_OCTETS) return false;
    const next = at + extensionOctets(view, at);
    if (next > end) return false;
    type = view.getUint8(at);
    at = next;
  }
  return end - at >= upperOctets(type);
}
