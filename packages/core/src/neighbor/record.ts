import type { IpAddress } from "../address/ip.ts";
import type { MacAddress } from "../address/mac.ts";
import type { HeapItem } from "../time/deadline-heap.ts";
import type { Millis } from "../time/host.ts";
import type { HeldPacket, HoldQueue } from "./hold.ts";
import type { NeighborList } from "./list.ts";

/**
 * What a {@link NeighborTable} keeps of one neighbour, of either family; a resolver extends it by the states of its protocol.
 */
export class NeighborRecord implements HeapItem, HoldQueue {
  readonly address: IpAddress;
  /** `null` while it is not known. */
  mac: MacAddress | null = null;
  /** Set by the operator: never expires, counts apart. Maintained by {@link NeighborTable.fix}. */
  fixed = false;
  /** When the state ends by itself. */
  deadline: Millis = Number.POSITIVE_INFINITY;
  /** When a request for it was last sent, for rate limits. */
  requestedAt: Millis = Number.NEGATIVE_INFINITY;
  /** Requests sent in the present state. */
  tries = 0;
  /** Whether packets were sent to it since its address is known; those that were not are evicted first. */
  used = false;

  /** Packets waiting for the address, oldest first. Maintained by `PacketHold`. */
  firstHeld: HeldPacket | null = null;
  lastHeld: HeldPacket | null = null;
  heldCount = 0;

  /** Maintained by {@link NeighborList}. */
  list: NeighborList<NeighborRecord> | null = null;
  newer: NeighborRecord | null = null;
  older: NeighborRecord | null = null;

  /** Maintained by the heap of deadlines. */
  heapIndex = -1;
  heapDeadline: Millis = 0;

  constructor(address: IpAddress) {
    this.address = address;
  }
}
