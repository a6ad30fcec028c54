import type { Millis } from "@mnet/core";

/** Something that happens on a timeline. Long-lived records may be used again once they have run or were removed. */
export interface TimelineEvent {
  /** Maintained by the timeline: when it happens. */
  time: Millis;
  /** Maintained by the timeline: what is equally early happens in the order it was scheduled. */
  sequence: number;
  /** Maintained by the timeline: the place in its heap, -1 when it is not scheduled. Start with -1. */
  index: number;
  /** Whether applications are let run before this event even if no time passes until then. */
  readonly afterApplications: boolean;
  run(): void;
}

/** A binary min-heap of events by time, then by order of insertion. */
export class EventHeap {
  readonly #events: TimelineEvent[] = [];
  #sequence = 0;

  get size(): number {
    return this.#events.length;
  }

  /** The next event, which stays; `null` when there is none. */
  peek(): TimelineEvent | null {
    return this.#events.length === 0 ? null : this.#events[0]!;
  }

  /** Adds the event, or moves it when it is already there: it counts as inserted now. */
  insert(event: TimelineEvent, time: Millis): void {
    this.remove(event);
    event.time = time;
    event.sequence = this.#sequence++;
    this.#events.push(event);
    this.#up(event, this.#events.length - 1);
  }

  /** Takes the event out; nothing happens when it is not there. */
  remove(event: TimelineEvent): void {
    const { index } = event;
    if (index < 0) return;
    event.index = -1;
    const last = this.#events.pop()!;
    if (last === event) return;
    this.#place(last, index);
    this.#up(last, index);
    this.#down(last, last.index);
  }

  #place(event: TimelineEvent, index: number): void {
    this.#events[index] = event;
    event.index = index;
  }

  #up(event: TimelineEvent, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#events[parent]!;
      if (before(above, event)) break;
      this.#place(above, index);
      index = parent;
    }
    this.#place(event, index);
  }

  #down(event: TimelineEvent, from: number): void {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#events.length) break;
      const right = this.#events[child + 1];
      if (right !== undefined && before(right, this.#events[child]!)) child++;
      const below = this.#events[child]!;
      if (before(event, below)) break;
      this.#place(below, index);
      index = child;
    }
    this.#place(event, index);
  }
}

function before(one: TimelineEvent, other: TimelineEvent): boolean {
  return one.time < other.time || (one.time === other.time && one.sequence < other.sequence);
}
