/** What an attempt returns while its caller must go on waiting. */
export const NOT_YET: unique symbol = Symbol("not yet");

interface Waiter {
  /** Settles the promise and returns true, or returns false to go on waiting. */
  attempt(): boolean;
  reject(error: unknown): void;
}

/**
 * Callers waiting their turn, in order. Each brings an attempt which succeeds, throws, or asks to wait; the owner calls
 * {@link WaitQueue.poll} when something changed. Promises are made per wait, never per packet.
 */
export class WaitQueue {
  readonly #waiters: Waiter[] = [];

  get length(): number {
    return this.#waiters.length;
  }

  /** Tries at once when nobody waits before; otherwise queues. An abort rejects with the signal's reason. */
  wait<T>(attempt: () => T | typeof NOT_YET, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let onAbort: (() => void) | null = null;
      const waiter: Waiter = {
        attempt: () => {
          try {
            const result = attempt();
            if (result === NOT_YET) return false;
            resolve(result);
          } catch (error) {
            reject(error);
          }
          if (onAbort !== null) signal?.removeEventListener("abort", onAbort);
          return true;
        },
        reject: (error) => {
          if (onAbort !== null) signal?.removeEventListener("abort", onAbort);
          reject(error);
        },
      };
      if (this.#waiters.length === 0 && waiter.attempt()) return;
      this.#waiters.push(waiter);
      if (signal === undefined) return;
      onAbort = () => this.#abort(waiter, signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Lets the first waiters try until one has to go on waiting. */
  poll(): void {
    while (this.#waiters.length > 0 && this.#waiters[0]!.attempt()) this.#waiters.shift();
  }

  rejectAll(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #abort(waiter: Waiter, reason: unknown): void {
    const at = this.#waiters.indexOf(waiter);
    if (at < 0) return;
    this.#waiters.splice(at, 1);
    waiter.reject(reason);
    this.poll();
  }
}
