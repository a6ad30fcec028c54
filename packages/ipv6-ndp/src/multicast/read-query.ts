import {
  floatingCode,
  isV6Group,
  isV6Unspecified,
  type MembershipQuery,
  type Packet,
  Verdict,
} from "@mnet/core";
import { Mld } from "./format.ts";

/**
 * Reads a Multicast Listener Query, of the version that its length tells (RFC 9777 8.1).
 * @param packet starts at the ICMPv6 header.
 * @returns `Handled`, or what is wrong with it.
 */
export function readQuery(packet: Packet, query: MembershipQuery): Verdict {
  const { start, end, view } = packet;
  const octets = end - start;
  if (octets < Mld.OctetsV1) return Verdict.TooShort;
  if (octets > Mld.OctetsV1 && octets < Mld.QueryOctets) return Verdict.BadLength;
  query.group.readV6(view, start + Mld.Group);
  query.general = isV6Unspecified(query.group);
  if (!query.general && !isV6Group(query.group)) return Verdict.BadDestination;
  query.clearTail();
  const code = view.getUint16(start + Mld.MaximumResponse);
  if (octets === Mld.OctetsV1) {
    query.older = 1;
    query.maximumResponse = code;
    return Verdict.Handled;
  }
  query.older = 0;
  query.maximumResponse = floatingCode(code, 12);
  return query.readTail(view, start + Mld.QueryTail, end, 16) ? Verdict.Handled : Verdict.BadLength;
}
