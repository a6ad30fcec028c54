import { NeighborRecord } from "@mnet/core";

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
export class Neighbor extends NeighborRecord {
  /** A new entry is as one that failed: no address, nobody asking. */
  state: NeighborState = NeighborState.Failed;
}
