import {
  type IcmpErrorKind,
  type IpInfo,
  isV6Group,
  isV6Loopback,
  isV6Unspecified,
  IcmpErrorKind as Kind,
  type Packet,
  Verdict,
} from "@mnet/core";
import { Ipv6 } from "./header.ts";
import { mayBeError } from "./upper-layer.ts";

/** The upper two bits of an option type: whose senders are told even when they addressed a group (RFC 8200 4.2, "10"). */
const REPORT_ALWAYS = 2;

/** Whether an ICMPv6 error may be sent about a datagram: RFC 4443 2.4 e. `Handled` when it may, else the reason that forbids it. */
export function answerable(kind: IcmpErrorKind, pointer: number, offending: Packet, info: IpInfo): Verdict {
  const header = info.headerStart;
  if (header < 0 || header + Ipv6.HeaderLength > offending.end) return Verdict.TooShort;
  // e.1 and e.2
  if (mayBeError(offending, header)) return Verdict.Ignored;
  // e.3, e.4, e.5
  const unicast = info.cast === "unicast" && info.linkCast === "unicast";
  if (!unicast && !isAllowedToGroups(kind, pointer, offending, header)) return Verdict.BadDestination;
  // e.6
  return isSingleHost(info) ? Verdict.Handled : Verdict.BadSource;
}

/** The exceptions of e.3: packet too big, and an unrecognized option whose type says so. */
function isAllowedToGroups(kind: IcmpErrorKind, pointer: number, offending: Packet, header: number): boolean {
  if (kind === Kind.PacketTooBig) return true;
  const option = header + pointer;
  if (kind !== Kind.UnrecognizedOption || option >= offending.end) return false;
  return offending.bytes[option]! >>> 6 === REPORT_ALWAYS;
}

/** Whether the source may be the address of one host: not `::`, no group, and `::1` only from this stack itself. */
export function isSingleHost({ source, loopback }: IpInfo): boolean {
  return !isV6Unspecified(source) && !isV6Group(source) && (loopback || !isV6Loopback(source));
}
