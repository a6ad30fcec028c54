import type { IpAddress } from "../address/ip.ts";
import type { Packet } from "../packet/packet.ts";
import type { Millis, Timed } from "../time/host.ts";
import type { Verdict } from "../verdict.ts";

/** Finds the link address of a neighbour: ARP for IPv4, Neighbor Discovery for IPv6. Absent on medium `ip`. */
export interface AddressResolver extends Timed {
  /**
   * Sends an IP packet to a neighbour. While its address is unknown a bounded number of copies is queued per neighbour, the oldest
   * dropped first (RFC 1122 2.3.2.2): `Queued`. `NeighborFailed` when resolution lately failed.
   */
  sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict;
  /** A transport saw the neighbour make progress (RFC 4861 7.3.1; RFC 1122 2.3.2.1): its entry is fresh. */
  confirm(nextHop: IpAddress, now: Millis): void;
  /** A transport suspects the neighbour (RFC 1122 4.2.3.5 R1): check its entry before the next refresh is due. */
  doubt(nextHop: IpAddress, now: Millis): void;
  /** Who is told of each queued packet whose neighbour did not answer. `queued` starts at its IP header, borrowed. One sink. */
  onUnreachable(sink: (nextHop: IpAddress, queued: Packet, now: Millis) => void): void;
}
