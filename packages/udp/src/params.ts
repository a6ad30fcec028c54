/** What can be set on a UDP layer. */
export interface UdpParameters {
  /**
   * TTL or hop limit of unicast datagrams. 0, the IP layer's own: 64 (RFC 1122 3.2.1.7), or what the routers of an IPv6 link advertise (RFC
   * 4861 6.3.4). RFC 1122 4.1.4 lets the application set it.
   */
  readonly hopLimit: number;
  /** TTL or hop limit of multicast datagrams. 1 (RFC 1112 6.1). */
  readonly multicastHopLimit: number;
  /** Octets that wait to be received per port, {@link DATAGRAM_OVERHEAD} for each datagram included. 256 KiB. */
  readonly receiveBuffer: number;
  /**
   * Ports chosen for callers that name none, both included. 32768..60999, as Linux: above the ports services are registered
   * under, so that a service started later finds its own free (RFC 6056 3.2 names the trade).
   */
  readonly firstEphemeralPort: number;
  readonly lastEphemeralPort: number;
  /** Groups one port may join. 20, as Linux' igmp_max_memberships. */
  readonly groupsPerPort: number;
}

export const defaultUdpParameters: UdpParameters = {
  hopLimit: 0,
  multicastHopLimit: 1,
  receiveBuffer: 256 * 1024,
  firstEphemeralPort: 32768,
  lastEphemeralPort: 60999,
  groupsPerPort: 20,
};

/** What a queued datagram costs besides its octets: the records around it. Bounds floods of empty datagrams. */
export const DATAGRAM_OVERHEAD = 256;

/** Random draws for an ephemeral port before the range is searched from the last one on (RFC 6056 3.3.2, 3.3.1). */
export const PORT_DRAWS = 16;
