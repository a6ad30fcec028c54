/** Monotonic milliseconds, fractional; the origin is arbitrary. `Infinity` means no deadline. */
export type Millis = number;

export interface Clock {
  now(): Millis;
}

/**
 * What a host calls when it is time.
 *
 * @param heardUntil what reached a device before this time has been delivered: later deadlines may still be met by what lies there. Default
 * `now`. A host that always passes it also passes, on the next turn, a time that is later.
 */
export type Wake = (now: Millis, heardUntil?: Millis) => void;

/**
 * The one seam between a stack and the platform that schedules it. A stack registers one wake-up and arms one timer; everything
 * else (deadlines of layers, order of work) is the stack's. The platform's host (Node, Bun, Deno, browsers)
 * is in `@mnet/stack`, the virtual one in `@mnet/simulation`.
 */
export interface Host extends Clock {
  /** Registers the wake-up; called once, before everything else. */
  start(wake: Wake): void;
  /** Wakes once at `at` or soon after, replacing what was armed before; `Infinity` disarms. May wake early, never not at all. */
  arm(at: Millis): void;
  /** Wakes once at the end of this turn, after the microtasks of the application (Node: setImmediate). Idempotent in a turn. */
  defer(): void;
  /** Whether something that the application waits for keeps the process alive. Timers alone never do. */
  hold(alive: boolean): void;
  /** Forgets the wake-up, disarms, holds nothing. The host is not used again. */
  stop(): void;
}

/** A layer with deadlines. The owner asks after every call into the layer, and calls back when the time has come. */
export interface Timed {
  /** The earliest time at which {@link Timed.onDeadline} has work; in the past when it has work now; `Infinity` for none. */
  nextDeadline(): Millis;
  /** Does all work that is due at `now`. Being called early is harmless. */
  onDeadline(now: Millis): void;
}
