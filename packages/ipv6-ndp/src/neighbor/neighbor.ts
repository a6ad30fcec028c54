import { type IpAddress, NeighborRecord } from "@mnet/core";

/** The states of a neighbour (RFC 4861 7.3.2), in the order of the columns of the transition table. */
export const NeighborState = {
  /** No entry. */
  None: 0,
  /** Solicitations are being multicast; packets wait. No link-layer address. */
  Incomplete: 1,
  /** Confirmed within the reachable time. */
  Reachable: 2,
  /** Not confirmed for longer, or learned by a message that we did not ask for: used, but checked after the next use. */
  Stale: 3,
  /** Used since it was stale; upper layers have a while to confirm it. */
  Delay: 4,
  /** Unicast solicitations ask whether it is still there; it is used meanwhile. */
  Probe: 5,
  /**
   * Not of the RFC: gave its place among the incomplete ones to a newer neighbour. Remembered without packets, until the rate limit of
   * RFC 4861 7.2.2 would let us ask again. No link-layer address.
   */
  Displaced: 6,
} as const;
export type NeighborState = (typeof NeighborState)[keyof typeof NeighborState];

/** One entry of the neighbour cache (RFC 4861 5.1). */
export class Neighbor extends NeighborRecord {
  state: NeighborState = NeighborState.None;
  /** Whether it said that it is a router. */
  isRouter = false;
  /** The address to ask from: of the packet that made us ask first (RFC 4861 7.2.2). */
  askFrom: IpAddress | null = null;
  /** Whether somebody wants to know when the next packet is sent to it. */
  watched = false;
}
