import type { Millis } from "./host.ts";

/** What a {@link DeadlineHeap} keeps: a record that stores its own deadline and place. */
export interface HeapItem {
  /** Maintained by the heap: where the item stands, -1 when it is not in it. Start with -1. */
  heapIndex: number;
  /** Maintained by the heap: the time it is sorted by. */
  heapDeadline: Millis;
}

/**
 * A binary min-heap of deadlines, intrusive so that arming allocates nothing. Moving a deadline **later** costs nothing: the item
 * keeps its old place and is re-sorted when it comes up ({@link DeadlineHeap.popDue} asks for its true deadline).
 */
export class DeadlineHeap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #deadlineOf: (item: T) => Millis;

  /** @param deadlineOf the item's true deadline now; `Infinity` lets it leave the heap when it comes up. */
  constructor(deadlineOf: (item: T) => Millis) {
    this.#deadlineOf = deadlineOf;
  }

  get size(): number {
    return this.#items.length;
  }

  /** A time no later than the earliest true deadline; {@link DeadlineHeap.earliest} is exact. */
  next(): Millis {
    return this.#items.length === 0 ? Number.POSITIVE_INFINITY : this.#items[0]!.heapDeadline;
  }

  /** The earliest true deadline. Re-sorts what came up too early on the way, so that nobody has to be woken for it. */
  earliest(): Millis {
    while (this.#items.length > 0) {
      const item = this.#items[0]!;
      const deadline = this.#deadlineOf(item);
      if (deadline <= item.heapDeadline) return deadline;
      this.#settle(item, deadline);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Makes sure the item comes up no later than its true deadline. Call after the deadline changed. */
  arm(item: T): void {
    const deadline = this.#deadlineOf(item);
    if (item.heapIndex < 0) {
      if (deadline === Number.POSITIVE_INFINITY) return;
      item.heapDeadline = deadline;
      this.#items.push(item);
      this.#up(item, this.#items.length - 1);
    } else if (deadline < item.heapDeadline) {
      item.heapDeadline = deadline;
      this.#up(item, item.heapIndex);
    }
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.#items.pop()!;
    if (last === item) return;
    this.#place(last, index);
    this.#up(last, index);
    this.#down(last, last.heapIndex);
  }

  /** Removes and returns an item whose true deadline is at or before `now`, or `null` when none is left. */
  popDue(now: Millis): T | null {
    while (this.#items.length > 0 && this.#items[0]!.heapDeadline <= now) {
      const item = this.#items[0]!;
      const deadline = this.#deadlineOf(item);
      if (deadline <= now) {
        this.remove(item);
        return item;
      }
      this.#settle(item, deadline);
    }
    return null;
  }

  /** Moves the first item to where its true deadline belongs. */
  #settle(item: T, deadline: Millis): void {
    if (deadline === Number.POSITIVE_INFINITY) {
      this.remove(item);
    } else {
      item.heapDeadline = deadline;
      this.#down(item, 0);
    }
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #up(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#items[parent]!;
      if (above.heapDeadline <= item.heapDeadline) break;
      this.#place(above, index);
      index = parent;
    }
    this.#place(item, index);
  }

  #down(item: T, from: number): void {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#items.length) break;
      const right = this.#items[child + 1];
      if (right !== undefined && right.heapDeadline < this.#items[child]!.heapDeadline) child++;
      const below = this.#items[child]!;
      if (below.heapDeadline >= item.heapDeadline) break;
      this.#place(below, index);
      index = child;
    }
    this.#place(item, index);
  }
}
