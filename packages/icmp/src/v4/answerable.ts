import { type IpInfo, IpProtocol, type Packet, Verdict } from "@mnet/core";
import { Icmp } from "../message.ts";
import { Ipv4 } from "./header.ts";
import { isInformational } from "./kinds.ts";

/** Low 13 bits of flags and fragment offset. */
const FRAGMENT_OFFSET_MASK = 0x1fff;

/**
 * Whether an ICMP error may be sent about a datagram: the MUST NOT list of RFC 1122 3.2.2. `Handled` when it may, else the
 * reason that forbids it.
 */
export function answerable(offending: Packet, info: IpInfo): Verdict {
  if (info.cast !== "unicast" || info.linkCast !== "unicast") return Verdict.BadDestination;
  if (!isSingleHost(info)) return Verdict.BadSource;
  const header = info.headerStart;
  if (header < 0 || header + Ipv4.HeaderLength > offending.end) return Verdict.TooShort;
  const offset = offending.view.getUint16(header + Ipv4.FragmentOffset) & FRAGMENT_OFFSET_MASK;
  if (offset !== 0) return Verdict.Ignored;
  if (info.protocol !== IpProtocol.Icmp) return Verdict.Handled;
  const message = header + 4 * (offending.bytes[header + Ipv4.VersionLength]! & 15);
  if (message >= offending.end) return Verdict.Ignored;
  return isInformational(offending.bytes[message + Icmp.Type]!) ? Verdict.Handled : Verdict.Ignored;
}

/**
 * Whether the source is the address of one host: not 0.0.0.0/8, multicast, class E or broadcast, and loopback only from this
 * stack itself (RFC 1122 3.2.2, 3.2.1.3). Directed broadcasts show in the route back.
 */
export function isSingleHost(info: IpInfo): boolean {
  const network = info.source.w3 >>> 24;
  return network !== 0 && network < 224 && (network !== 127 || info.loopback);
}
