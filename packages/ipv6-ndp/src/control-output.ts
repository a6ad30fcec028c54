import type { IpAddress, MacAddress, Millis, Packet, Verdict } from "@mnet/core";

/** How a control message goes out. One long-lived record per kind of message. */
export interface ControlOptions {
  /** 255 for Neighbor Discovery (RFC 4861 3.1), 1 for MLD (RFC 3810 5). */
  readonly hopLimit: number;
  /** With a hop-by-hop header that has the router alert option, value 0 (RFC 2711 2.1; RFC 3810 5). */
  readonly routerAlert: boolean;
}

/** Sends the ICMPv6 messages that Neighbor Discovery and MLD compose, past the route lookup: they say themselves where they go. */
export interface ControlOutput {
  /**
   * Writes the IPv6 header in front and sends. Never fragmented (RFC 6980 5).
   * @param packet starts at the ICMPv6 header, of which the checksum is zero and is completed here; borrowed. Best from
   * {@link ControlOutput.scratch}.
   * @param source one of ours, or `::`.
   * @param to the link address when the sender knows it; `null` means the mapping of a group (RFC 2464 7), else the resolver.
   * @returns what the link or the resolver said; `TooBig` above the link's MTU.
   */
  send(
    packet: Packet,
    source: IpAddress,
    destination: IpAddress,
    how: ControlOptions,
    to: MacAddress | null,
    now: Millis,
  ): Verdict;
  /**
   * A packet of `octets` live octets with room in front for everything below, the same one each time. Its contents are what the last use left;
   * it is good until the next call.
   */
  scratch(octets: number): Packet;
}
