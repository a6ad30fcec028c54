import type { HeapItem, IpAddress, MacAddress, Millis } from "@mnet/core";
import type { HeldPacket } from "./hold.ts";
import type { NeighborList } from "./neighbor-list.ts";

/**
 * What we know of a neighbour.
 *
 * ```text
 *   Incomplete ──answer──► Reachable ──reachableTime──► Stale ──used──► Probing ──no answer──► (nothing)
 *       │                     ▲                           │                │
 *   no answer                 └──────── answer, confirm ──┼────────────────┘
 *       ▼                                                 └──staleTime──► (nothing)
 *     Failed ──failedTime──► (nothing)
 * ```
 *
 * `doubt` takes a shortcut from Reachable to Probing; whatever is heard of a Failed neighbour ends its failure.
 */
export const NeighborState = {
  /** Requests are being broadcast; packets wait. No MAC address. */
  Incomplete: 0,
  /** Nobody answered lately. No MAC address. */
  Failed: 1,
  /** Confirmed within `reachableTime`. */
  Reachable: 2,
  /** Not confirmed for longer, or changed by a packet that we did not ask for: used, but polled on the next use. */
  Stale: 3,
  /** Used while unicast polls ask whether it still holds. */
  Probing: 4,
  /** Set by the operator; never changes by itself. */
  Static: 5,
} as const;
export type NeighborState = (typeof NeighborState)[keyof typeof NeighborState];

/** One entry of the table. */
export class Neighbor implements HeapItem {
  readonly address: IpAddress;
  /** A new entry is as one that failed: no address, nobody asking. */
  state: NeighborState = NeighborState.Failed;
  mac: MacAddress | null = null;
  /** When the state ends by itself. */
  deadline: Millis = Number.POSITIVE_INFINITY;
  /** When a request for it was last sent, for the rate limit of RFC 1122 2.3.2.1. */
  requestedAt: Millis = Number.NEGATIVE_INFINITY;
  /** Requests or polls sent in the present state. */
  tries = 0;
  /** Whether packets were sent to it since its address is known; those that were not are evicted first. */
  used = false;

  /** Packets waiting for the address, oldest first. */
  firstHeld: HeldPacket | null = null;
  lastHeld: HeldPacket | null = null;
  heldCount = 0;

  /** Maintained by {@link NeighborList}. */
  list: NeighborList | null = null;
  newer: Neighbor | null = null;
  older: Neighbor | null = null;

  /** Maintained by the heap of deadlines. */
  heapIndex = -1;
  heapDeadline: Millis = 0;

  constructor(address: IpAddress) {
    this.address = address;
  }
}
