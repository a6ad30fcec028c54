/** What an attempt returns while its caller must go on waiting. */
export const NOT_YET: unique symbol = Symbol("not yet");

interface Waiting {
  /** Who waits behind this one. */
  next: Waiting | null;
  attempt(): boolean;
  reject(error: unknown): void;
}

/** A caller that waits. One object per wait, no closures: reads and writes of bulk data wait often. */
class Waiter<T> implements Waiting {
  next: Waiting | null = null;
  readonly #attempt: () => T | typeof NOT_YET;
  readonly #resolve: (result: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: (() => void) | null;

  /** @param queue told when `signal` aborts. */
  constructor(
    queue: WaitQueue,
    attempt: () => T | typeof NOT_YET,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#attempt = attempt;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#onAbort = signal === undefined ? null : () => queue.abandon(this, signal.reason);
    if (this.#onAbort !== null) signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Settles the promise and returns true, or returns false to go on waiting. */
  attempt(): boolean {
    try {
      const result = this.#attempt();
      if (result === NOT_YET) return false;
      this.#resolve(result);
    } catch (error) {
      this.#reject(error);
    }
    this.#leave();
    return true;
  }

  reject(error: unknown): void {
    this.#leave();
    this.#reject(error);
  }

  #leave(): void {
    if (this.#onAbort !== null) this.#signal?.removeEventListener("abort", this.#onAbort);
  }
}

/**
 * Callers waiting their turn, in order. Each brings an attempt which succeeds, throws, or asks to wait; the owner calls
 * {@link WaitQueue.poll} when something changed. Promises are made per wait, never per packet.
 */
export class WaitQueue {
  // A list through the waiters: an array that empties gives its memory up, and takes it anew for the next waiter.
  #first: Waiting | null = null;
  #last: Waiting | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  /** Tries at once when nobody waits before; otherwise queues. An abort rejects with the signal's reason. */
  wait<T>(attempt: () => T | typeof NOT_YET, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#first === null) {
      try {
        const result = attempt();
        if (result !== NOT_YET) return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return new Promise<T>((resolve, reject) => {
      this.#append(new Waiter(this, attempt, resolve, reject, signal));
    });
  }

  /** Lets the first waiters try until one has to go on waiting. */
  poll(): void {
    // An attempt may poll in its turn, so the first is looked for anew each time.
    for (let first = this.#first; first?.attempt(); first = this.#first) this.#remove(first);
  }

  rejectAll(error: unknown): void {
    let waiter = this.#first;
    this.#first = null;
    this.#last = null;
    for (; waiter !== null; waiter = waiter.next) waiter.reject(error);
  }

  /** For the waiters: one gives up. */
  abandon(waiter: Waiting, reason: unknown): void {
    if (!this.#remove(waiter)) return;
    waiter.reject(reason);
    this.poll();
  }

  #append(waiter: Waiting): void {
    if (this.#last === null) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
  }

  /** Takes a waiter out; `false` when it does not wait here any more. */
  #remove(waiter: Waiting): boolean {
    let before: Waiting | null = null;
    for (let at = this.#first; at !== null; before = at, at = at.next) {
      if (at !== waiter) continue;
      if (before === null) this.#first = at.next;
      else before.next = at.next;
      if (this.#last === at) this.#last = before;
      return true;
    }
    return false;
  }
}
