import { DeadlineHeap, type IpAddress, type Millis, NetError } from "@mnet/core";
import { Neighbor, NeighborState } from "./neighbor.ts";
import { NeighborList } from "./neighbor-list.ts";
import type { ArpParameters } from "./params.ts";

/**
 * The neighbours, by address, with their deadlines; bounded. When it is full, entries that no packet was sent to go first (what a
 * flood of requests or a scan leaves behind), then the one used least recently. Entries being resolved have a bound of their own.
 */
export class NeighborTable {
  // An int32 key is a small integer in Node; in a browser half of the keys are heap numbers, which the last-used entry avoids.
  readonly #entries = new Map<number, Neighbor>();
  readonly #pending = new NeighborList();
  readonly #idle = new NeighborList();
  readonly #active = new NeighborList();
  readonly #heap = new DeadlineHeap<Neighbor>((neighbor) => neighbor.deadline);
  readonly #capacity: number;
  readonly #pendingCapacity: number;
  readonly #removed: (neighbor: Neighbor) => void;
  #statics = 0;
  #last: Neighbor | null = null;

  /** @param removed called with every neighbour that leaves, whatever the reason. */
  constructor(
    parameters: Pick<ArpParameters, "capacity" | "pendingCapacity">,
    removed: (neighbor: Neighbor) => void,
  ) {
    this.#capacity = parameters.capacity;
    this.#pendingCapacity = parameters.pendingCapacity;
    this.#removed = removed;
  }

  /** All neighbours, static ones included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Neighbours being resolved. */
  get pending(): number {
    return this.#pending.size;
  }

  find(bits: number): Neighbor | null {
    const last = this.#last;
    return last !== null && last.address.w3 === bits ? last : (this.#entries.get(bits) ?? null);
  }

  /** As {@link NeighborTable.find}, for sending: remembers that the neighbour is in use. */
  use(bits: number): Neighbor | null {
    const last = this.#last;
    if (last !== null && last.address.w3 === bits) return last;
    const neighbor = this.#entries.get(bits) ?? null;
    if (neighbor === null || neighbor.mac === null) return neighbor;
    if (neighbor.state !== NeighborState.Static) {
      neighbor.used = true;
      if (this.#active.newest !== neighbor) this.#active.push(neighbor);
    }
    this.#last = neighbor;
    return neighbor;
  }

  /** A new entry, which must {@link NeighborTable.become} something next. Makes room when there is none. */
  add(address: IpAddress): Neighbor {
    if (this.#entries.size - this.#statics >= this.#capacity) {
      const victim = this.#idle.oldest ?? this.#active.oldest ?? this.#pending.oldest;
      if (victim !== null) this.delete(victim);
    }
    const neighbor = new Neighbor(address);
    this.#entries.set(address.w3, neighbor);
    return neighbor;
  }

  /** The entry that has been resolved for longest, when there is no room for one more. */
  overdue(): Neighbor | null {
    return this.#pending.size < this.#pendingCapacity ? null : this.#pending.oldest;
  }

  /** Changes the state of an entry and arms its deadline. */
  become(neighbor: Neighbor, state: NeighborState, deadline: Millis): void {
    neighbor.state = state;
    neighbor.deadline = deadline;
    // Later than before, as every confirmation is: the heap finds out by itself.
    if (neighbor.heapIndex < 0 || deadline < neighbor.heapDeadline) this.#heap.arm(neighbor);
    if (neighbor.mac === null) neighbor.used = false;
    const list =
      state === NeighborState.Incomplete ? this.#pending : neighbor.used ? this.#active : this.#idle;
    if (neighbor.list === list) return;
    list.push(neighbor);
    // What others pushed in front of it, it gets back by being used.
    this.#last = null;
  }

  /** A static entry for an address: a new one, or the one that is there. @throws NetError ENOBUFS when there are too many. */
  fix(address: IpAddress): Neighbor {
    const neighbor = this.find(address.w3) ?? new Neighbor(address);
    if (neighbor.state === NeighborState.Static) return neighbor;
    if (this.#statics >= this.#capacity) {
      throw new NetError("ENOBUFS", {
        address: `${address}`,
        reason: `${this.#capacity} entries are static`,
      });
    }
    neighbor.list?.remove(neighbor);
    this.#heap.remove(neighbor);
    neighbor.state = NeighborState.Static;
    neighbor.deadline = Number.POSITIVE_INFINITY;
    this.#entries.set(address.w3, neighbor);
    this.#statics += 1;
    this.#last = null;
    return neighbor;
  }

  delete(neighbor: Neighbor): void {
    if (!this.#entries.delete(neighbor.address.w3)) return;
    if (neighbor.state === NeighborState.Static) this.#statics -= 1;
    neighbor.list?.remove(neighbor);
    this.#heap.remove(neighbor);
    if (this.#last === neighbor) this.#last = null;
    this.#removed(neighbor);
  }

  values(): IterableIterator<Neighbor> {
    return this.#entries.values();
  }

  next(): Millis {
    return this.#heap.next();
  }

  /** Takes an entry whose state is over out of the heap, or returns `null`. {@link NeighborTable.become} puts it back. */
  popDue(now: Millis): Neighbor | null {
    return this.#heap.popDue(now);
  }
}
