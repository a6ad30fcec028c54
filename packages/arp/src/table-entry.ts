import type { IpAddress, MacAddress } from "@mnet/core";
import { type Neighbor, NeighborState } from "./neighbor.ts";

/** The states of a neighbour, as text; `NeighborState` has what they mean. */
export type ArpEntryState = "incomplete" | "failed" | "reachable" | "stale" | "probing" | "static";

/** One neighbour in a snapshot of the table. */
export interface ArpTableEntry {
  readonly address: IpAddress;
  /** `null` while it is not known. */
  readonly mac: MacAddress | null;
  readonly state: ArpEntryState;
  /** Packets waiting for the address. */
  readonly queued: number;
}

const names: Record<NeighborState, ArpEntryState> = {
  [NeighborState.Incomplete]: "incomplete",
  [NeighborState.Failed]: "failed",
  [NeighborState.Reachable]: "reachable",
  [NeighborState.Stale]: "stale",
  [NeighborState.Probing]: "probing",
  [NeighborState.Static]: "static",
};

export function tableEntry(neighbor: Neighbor): ArpTableEntry {
  const { address, mac, state, heldCount } = neighbor;
  return { address, mac, state: names[state], queued: heldCount };
}
