import { floatingCode, type MembershipQuery, type Packet, Verdict } from "@mnet/core";
import { Igmp } from "./format.ts";

/** The maximum response time of a query of version 1, which does not say (RFC 9776 7.2.1; RFC 2236 4). Milliseconds. */
const RESPONSE_V1 = 10_000;

/** Milliseconds in the unit of the maximum response code (RFC 9776 4.1.1). */
const UNIT = 100;

/**
 * Reads a membership query of at least 8 octets, of the version that its length and its code tell (RFC 9776 7.1).
 * @param packet starts at the IGMP header.
 * @returns `Handled`, or what is wrong with it.
 */
export function readQuery(packet: Packet, query: MembershipQuery): Verdict {
  const { start, end, view } = packet;
  const octets = end - start;
  if (octets > Igmp.HeaderOctets && octets < Igmp.QueryOctets) return Verdict.BadLength;
  const group = view.getInt32(start + Igmp.Group);
  if (group !== 0 && group >>> 28 !== 14) return Verdict.BadDestination;
  query.general = group === 0;
  query.group.setV4(group);
  query.clearTail();
  const code = view.getUint8(start + Igmp.MaximumResponse);
  if (octets === Igmp.HeaderOctets) {
    query.older = code === 0 ? 2 : 1;
    query.maximumResponse = code === 0 ? RESPONSE_V1 : code * UNIT;
    return Verdict.Handled;
  }
  query.older = 0;
  query.maximumResponse = floatingCode(code, 4) * UNIT;
  return query.readTail(view, start + Igmp.QueryTail, end, 4) ? Verdict.Handled : Verdict.BadLength;
}
