import { type Clock, type Millis, SeededRandom } from "@mnet/core";
import { nextTurn } from "@mnet/devices";
import { EventHeap, type TimelineEvent } from "./event-heap.ts";
import { EVENTS_PER_INSTANT } from "./params.ts";
import { VirtualHost } from "./virtual-host.ts";

/** Something put on a {@link Timeline} that has not happened yet. */
export interface Scheduled {
  readonly time: Millis;
  /** Takes it off the timeline; nothing happens when it has already run. */
  cancel(): void;
}

export interface TimelineOptions {
  /** Decides everything that is random. Default 1. */
  readonly seed?: number;
  /** What the clock shows at first, in milliseconds. Default 0. */
  readonly start?: Millis;
}

/**
 * Virtual time for any number of hosts and links. Time passes only inside {@link Timeline.run}, {@link Timeline.runUntil} and
 * {@link Timeline.advance}, and jumps from event to event. Events happen by time, equally early ones in the order they were scheduled.
 *
 * While it runs, applications (whatever awaits promises of a stack) get a turn of the event loop before time passes and before a
 * deferred wake-up. What they do then still happens at the same virtual time. They must wait for nothing but the simulated network:
 * virtual time does not wait for real timers or files.
 */
export class Timeline implements Clock {
  /** The source of all randomness; give hosts and links a `fork()` each. */
  readonly random: SeededRandom;
  readonly #heap = new EventHeap();
  #now: Millis;
  #running = false;
  /** Something ran since the applications last had a turn. */
  #stirred = false;
  /** Events since time last passed. */
  #standing = 0;

  constructor(options: TimelineOptions = {}) {
    this.random = new SeededRandom(options.seed ?? 1);
    this.#now = options.start ?? 0;
    if (!Number.isFinite(this.#now)) throw new RangeError(`start must be finite, not ${this.#now}`);
  }

  now(): Millis {
    return this.#now;
  }

  /** Runs `run` at `time`, or now when that is past. @throws RangeError when `time` is not finite. */
  at(time: Millis, run: () => void): Scheduled {
    const event: TimelineEvent = { time, sequence: 0, index: -1, afterApplications: false, run };
    this.schedule(event, time);
    return {
      time: event.time,
      cancel: () => this.unschedule(event),
    };
  }

  /** Runs `run` after `delay` milliseconds. @throws RangeError when `delay` is not finite. */
  after(delay: Millis, run: () => void): Scheduled {
    return this.at(this.#now + delay, run);
  }

  /** A host for one stack, on this timeline. */
  host(): VirtualHost {
    return new VirtualHost(this);
  }

  /**
   * Schedules a long-lived event record at `time` (now when that is past), instead of when it was scheduled before.
   * @throws RangeError when `time` is not finite.
   */
  schedule(event: TimelineEvent, time: Millis): void {
    if (!Number.isFinite(time)) throw new RangeError(`time must be finite, not ${time}`);
    this.#heap.insert(event, Math.max(time, this.#now));
  }

  /** Takes an event record off the timeline. */
  unschedule(event: TimelineEvent): void {
    this.#heap.remove(event);
  }

  /** What happens next; `null` when nothing is scheduled. */
  peek(): TimelineEvent | null {
    return this.#heap.peek();
  }

  /**
   * Lets `duration` milliseconds pass, with a turn for the applications where they may have something to do. Rejects with what an event
   * throws.
   * @throws RangeError when `duration` is negative or not finite. @throws Error when the timeline is already running.
   */
  async run(duration: Millis): Promise<void> {
    const end = this.#endAfter(duration, "duration");
    await this.#drive(end, null);
    this.#now = end;
  }

  /**
   * Runs until `done()` is true, which is asked whenever the applications had their turn. Time stays where it became true. Rejects when
   * that takes longer than `limit` milliseconds.
   */
  async runUntil(done: () => boolean, limit: Millis): Promise<void> {
    const end = this.#endAfter(limit, "limit");
    if (await this.#drive(end, done)) return;
    this.#now = end;
    throw new Error(`what was waited for did not happen within ${limit} ms of virtual time`);
  }

  /** Lets `duration` milliseconds pass at once, without turns for applications: for layers, which await nothing. */
  advance(duration: Millis): void {
    const end = this.#endAfter(duration, "duration");
    this.#running = true;
    try {
      for (let event = this.peek(); event !== null && event.time <= end; event = this.peek())
        this.#execute(event);
    } finally {
      this.#running = false;
    }
    this.#now = end;
  }

  #endAfter(duration: Millis, name: string): Millis {
    if (!Number.isFinite(duration) || duration < 0) {
      throw new RangeError(`${name} must be finite and not negative, not ${duration}`);
    }
    if (this.#running) throw new Error("the timeline is already running");
    return this.#now + duration;
  }

  /** Executes all events up to `end`; `true` as soon as `done` is. */
  async #drive(end: Millis, done: (() => boolean) | null): Promise<boolean> {
    this.#running = true;
    try {
      // Whoever called may have made work that is still among the microtasks.
      await applications();
      while (done?.() !== true) {
        this.#stirred = false;
        this.#executeToTurn(end);
        if (!this.#stirred) return false;
        await applications();
      }
      return true;
    } finally {
      this.#running = false;
    }
  }

  /** Executes events up to `end` until applications must have a turn: before time passes and before what comes after applications. */
  #executeToTurn(end: Millis): void {
    for (let event = this.peek(); event !== null && event.time <= end; event = this.peek()) {
      if (this.#stirred && (event.time > this.#now || event.afterApplications)) return;
      this.#execute(event);
    }
  }

  #execute(event: TimelineEvent): void {
    this.#heap.remove(event);
    this.#standing = event.time > this.#now ? 0 : this.#standing + 1;
    if (this.#standing > EVENTS_PER_INSTANT) {
      throw new Error(
        `time does not pass: ${EVENTS_PER_INSTANT} events at ${this.#now} ms; does a host wake itself for ever?`,
      );
    }
    this.#now = event.time;
    this.#stirred = true;
    event.run();
  }
}

/** A turn for whoever was woken, with all microtasks that follow from it. */
function applications(): Promise<void> {
  return new Promise(nextTurn);
}
