/** What an attempt returns while its caller must go on waiting. */
export const NOT_YET: unique symbol = Symbol("not yet");

interface Waiting {
  attempt(): boolean;
  reject(error: unknown): void;
}

/** A caller that waits. One object per wait, no closures: reads and writes of bulk data wait often. */
class Waiter<T> implements Waiting {
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
  readonly #waiters: Waiting[] = [];

  get length(): number {
    return this.#waiters.length;
  }

  /** Tries at once when nobody waits before; otherwise queues. An abort rejects with the signal's reason. */
  wait<T>(attempt: () => T | typeof NOT_YET, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#waiters.length === 0) {
      try {
        const result = attempt();
        if (result !== NOT_YET) return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiters.push(new Waiter(this, attempt, resolve, reject, signal));
    });
  }

  /** Lets the first waiters try until one has to go on waiting. */
  poll(): void {
    while (this.#waiters.length > 0 && this.#waiters[0]!.attempt()) this.#waiters.shift();
  }

  rejectAll(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  /** For the waiters: one gives up. */
  abandon(waiter: Waiting, reason: unknown): void {
    const at = this.#waiters.indexOf(waiter);
    if (at < 0) return;
    this.#waiters.splice(at, 1);
    waiter.reject(reason);
    this.poll();
  }
}
