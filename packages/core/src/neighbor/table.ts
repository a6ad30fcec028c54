import type { IpAddress } from "../address/ip.ts";
import { sameWords, type Words } from "../address/words.ts";
import { NetError } from "../net-error.ts";
import type { Random } from "../random/random.ts";
import { WordsMap } from "../table/words-map.ts";
import { DeadlineHeap } from "../time/deadline-heap.ts";
import type { Millis } from "../time/host.ts";
import { NeighborList } from "./list.ts";
import type { NeighborRecord } from "./record.ts";

/** How many neighbours there may be. */
export interface NeighborTableLimits {
  /** Dynamic entries; static entries have the same bound of their own. */
  readonly capacity: number;
  /** Entries being resolved (RFC 6583 6.2). */
  readonly pendingCapacity: number;
}

/**
 * The neighbours, by address, with their deadlines; bounded. When it is full, entries that no packet was sent to go first (what a
 * flood of requests or a scan leaves behind), then the one used least recently. Entries being resolved have a bound of their own.
 */
export class NeighborTable<T extends NeighborRecord> {
  readonly #entries: WordsMap<T>;
  readonly #pending = new NeighborList<T>();
  readonly #idle = new NeighborList<T>();
  readonly #active = new NeighborList<T>();
  readonly #heap = new DeadlineHeap<T>((neighbor) => neighbor.deadline);
  readonly #capacity: number;
  readonly #pendingCapacity: number;
  readonly #make: (address: IpAddress) => T;
  readonly #removed: (neighbor: T) => void;
  #statics = 0;
  #last: T | null = null;

  /**
   * @param random seeds the hash of the addresses.
   * @param removed called with every neighbour that leaves, whatever the reason.
   */
  constructor(
    limits: NeighborTableLimits,
    random: Random,
    make: (address: IpAddress) => T,
    removed: (neighbor: T) => void,
  ) {
    this.#capacity = limits.capacity;
    this.#pendingCapacity = limits.pendingCapacity;
    this.#entries = new WordsMap(random);
    this.#make = make;
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

  find(address: Readonly<Words>): T | null {
    const last = this.#last;
    return last !== null && sameWords(last.address, address) ? last : this.#entries.get(address);
  }

  /** As {@link NeighborTable.find}, for sending: remembers that the neighbour is in use. */
  use(address: Readonly<Words>): T | null {
    const last = this.#last;
    if (last !== null && sameWords(last.address, address)) return last;
    const neighbor = this.#entries.get(address);
    if (neighbor === null || neighbor.mac === null) return neighbor;
    if (!neighbor.fixed) {
      neighbor.used = true;
      if (this.#active.newest !== neighbor) this.#active.push(neighbor);
    }
    this.#last = neighbor;
    return neighbor;
  }

  /** A new entry, which must be {@link NeighborTable.arm | armed} next. Makes room when there is none. */
  add(address: IpAddress): T {
    if (this.#entries.size - this.#statics >= this.#capacity) {
      const victim = this.#idle.oldest ?? this.#active.oldest ?? this.#pending.oldest;
      if (victim !== null) this.delete(victim);
    }
    const neighbor = this.#make(address);
    this.#entries.set(address, neighbor);
    return neighbor;
  }

  /** The entry that has been resolved for longest, when there is no room for one more. */
  overdue(): T | null {
    return this.#pending.size < this.#pendingCapacity ? null : this.#pending.oldest;
  }

  /**
   * Arms the deadline of an entry whose state has changed.
   * @param pending whether it is being resolved, which has a bound of its own.
   */
  arm(neighbor: T, deadline: Millis, pending: boolean): void {
    neighbor.deadline = deadline;
    // Later than before, as every confirmation is: the heap finds out by itself.
    if (neighbor.heapIndex < 0 || deadline < neighbor.heapDeadline) this.#heap.arm(neighbor);
    if (neighbor.mac === null) neighbor.used = false;
    const list = pending ? this.#pending : neighbor.used ? this.#active : this.#idle;
    if ((neighbor.list as unknown) === list) return;
    list.push(neighbor);
    // What others pushed in front of it, it gets back by being used.
    this.#last = null;
  }

  /** A static entry for an address: a new one, or the one that is there. @throws NetError ENOBUFS when there are too many. */
  fix(address: IpAddress): T {
    const known = this.find(address);
    const neighbor = known ?? this.#make(address);
    if (neighbor.fixed) return neighbor;
    if (this.#statics >= this.#capacity) {
      throw new NetError("ENOBUFS", {
        address: `${address}`,
        reason: `${this.#capacity} entries are static`,
      });
    }
    neighbor.list?.remove(neighbor);
    this.#heap.remove(neighbor);
    neighbor.fixed = true;
    neighbor.deadline = Number.POSITIVE_INFINITY;
    if (known === null) this.#entries.set(address, neighbor);
    this.#statics += 1;
    this.#last = null;
    return neighbor;
  }

  delete(neighbor: T): void {
    if (!this.#entries.delete(neighbor.address)) return;
    if (neighbor.fixed) this.#statics -= 1;
    neighbor.list?.remove(neighbor);
    this.#heap.remove(neighbor);
    if (this.#last === neighbor) this.#last = null;
    this.#removed(neighbor);
  }

  /** All entries, those that are there longest first. The current one may be deleted meanwhile. */
  values(): IterableIterator<T> {
    return this.#entries.values();
  }

  next(): Millis {
    return this.#heap.next();
  }

  /** Takes an entry whose state is over out of the heap, or returns `null`. {@link NeighborTable.arm} puts it back. */
  popDue(now: Millis): T | null {
    return this.#heap.popDue(now);
  }
}
