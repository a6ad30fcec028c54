import { MINIMUM_MTU } from "../params.ts";

/** Whether a report counts at all: one under the least MTU of IPv6 is discarded (RFC 8201 4). */
export function isCredible(reportedMtu: number): boolean {
  return reportedMtu >= MINIMUM_MTU;
}

/**
 * What the path MTU becomes when a router reports `reported` for a packet of `octets` (RFC 8201 4): never more than it was, and a report
 * about a packet that would have fitted changes nothing. What a later, larger report says is not believed: the learned value ends by itself.
 * @param current the path MTU so far.
 */
export function estimatePathMtu(current: number, reported: number, octets: number): number {
  return reported >= octets ? current : Math.min(current, reported);
}
