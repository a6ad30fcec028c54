import type { IpAddress, MacAddress } from "@mnet/core";
import { type Neighbor, NeighborState } from "./neighbor.ts";

/** The states of a neighbour, as text; `NeighborState` has what they mean. */
export type NeighborEntryState =
  | "incomplete"
  | "reachable"
  | "stale"
  | "delay"
  | "probe"
  | "displaced"
  | "static";

/** One neighbour in a snapshot of the cache. */
export interface NeighborTableEntry {
  readonly address: IpAddress;
  /** `null` while it is not known. */
  readonly mac: MacAddress | null;
  readonly state: NeighborEntryState;
  /** Whether it said that it is a router. */
  readonly router: boolean;
  /** Packets waiting for the address. */
  readonly queued: number;
}

const names: Record<NeighborState, NeighborEntryState> = {
  [NeighborState.None]: "displaced",
  [NeighborState.Incomplete]: "incomplete",
  [NeighborState.Reachable]: "reachable",
  [NeighborState.Stale]: "stale",
  [NeighborState.Delay]: "delay",
  [NeighborState.Probe]: "probe",
  [NeighborState.Displaced]: "displaced",
};

export function tableEntry(neighbor: Neighbor): NeighborTableEntry {
  const { address, mac, state, fixed, isRouter, heldCount } = neighbor;
  return { address, mac, state: fixed ? "static" : names[state], router: isRouter, queued: heldCount };
}
