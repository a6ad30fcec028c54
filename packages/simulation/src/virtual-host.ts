import type { Host, Millis } from "@mnet/core";
import type { TimelineEvent } from "./event-heap.ts";
import type { Timeline } from "./timeline.ts";

/** The platform of one stack on a {@link Timeline}: its clock, its one timer and its deferred wake-up are the timeline's. */
export class VirtualHost implements Host {
  readonly #timeline: Timeline;
  readonly #timer: WakeUp;
  readonly #deferred: WakeUp;
  #wake: ((now: Millis) => void) | null = null;
  #held = false;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    const wake = (): void => this.#wake?.(timeline.now());
    this.#timer = new WakeUp(false, wake);
    this.#deferred = new WakeUp(true, wake);
  }

  /** What the stack last said to {@link VirtualHost.hold}: a real process would stay alive. */
  get held(): boolean {
    return this.#held;
  }

  /** When the stack wakes next; `Infinity` when nothing is armed. */
  get armed(): Millis {
    const timer = this.#timer.index < 0 ? Number.POSITIVE_INFINITY : this.#timer.time;
    return this.#deferred.index < 0 ? timer : Math.min(timer, this.#deferred.time);
  }

  now(): Millis {
    return this.#timeline.now();
  }

  start(wake: (now: Millis) => void): void {
    if (this.#wake !== null) throw new Error("the host was already started");
    this.#wake = wake;
  }

  arm(at: Millis): void {
    if (at === Number.POSITIVE_INFINITY || this.#wake === null) this.#timeline.unschedule(this.#timer);
    // As after most packets: nothing to move.
    else if (this.#timer.index >= 0 && this.#timer.time === at) return;
    else this.#timeline.schedule(this.#timer, Math.max(at, this.now()));
  }

  defer(): void {
    if (this.#deferred.index < 0 && this.#wake !== null) this.#timeline.schedule(this.#deferred, this.now());
  }

  hold(alive: boolean): void {
    this.#held = alive;
  }

  stop(): void {
    this.#wake = null;
    this.#held = false;
    this.#timeline.unschedule(this.#timer);
    this.#timeline.unschedule(this.#deferred);
  }
}

class WakeUp implements TimelineEvent {
  time: Millis = 0;
  sequence = 0;
  index = -1;
  readonly afterApplications: boolean;
  readonly run: () => void;

  constructor(afterApplications: boolean, run: () => void) {
    this.afterApplications = afterApplications;
    this.run = run;
  }
}
