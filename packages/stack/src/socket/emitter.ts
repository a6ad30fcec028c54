import type { StackEvents } from "../api/configuration.ts";

type Listeners = { [K in keyof StackEvents]: Set<(event: StackEvents[K]) => void> };

/** The stack's events: few, typed, rare. A listener that throws is reported and does not disturb the others. */
export class Emitter {
  readonly #listeners: Listeners = {
    address: new Set(),
    conflict: new Set(),
    router: new Set(),
    configuration: new Set(),
    link: new Set(),
    family: new Set(),
    closed: new Set(),
  };
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void {
    const listeners = this.#listeners[event];
    if (listeners === undefined) throw new RangeError(`no event is called ${JSON.stringify(event)}`);
    if (typeof listener !== "function") throw new TypeError("the event listener must be a function");
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  emit<K extends keyof StackEvents>(event: K, details: StackEvents[K]): void {
    for (const listener of [...this.#listeners[event]]) {
      try {
        listener(details);
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
