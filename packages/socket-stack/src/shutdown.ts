import { Deferred, type Emitter } from "@mnet/stack/socket-kit";
import { Deadline } from "./deadline.ts";
import type { HostContext } from "./host-context.ts";

/**
 * The end of a socket stack, in order: no call works any more and pending ones reject; every connection has sent its FIN or is given time to;
 * what is left is reset.
 */
export class Shutdown {
  readonly #context: HostContext;
  readonly #emitter: Emitter;
  #done: Deferred | null = null;

  constructor(context: HostContext, emitter: Emitter) {
    this.#context = context;
    this.#emitter = emitter;
  }

  begin(timeout: number): Promise<void> {
    if (this.#done !== null) return this.#done.promise;
    const done = new Deferred();
    this.#done = done;
    this.#context.goDown();
    if (timeout === 0) this.#reset();
    const deadline = new Deadline(timeout, () => this.#reset());
    const end = (): void => {
      deadline.clear();
      this.#context.onAllClosed = null;
      this.#emitter.emit("closed", { error: null });
      done.resolve();
    };
    // Sockets close in the middle of their own work: the end itself waits for the next turn.
    if (this.#context.openCount === 0) setImmediate(end);
    else this.#context.onAllClosed = () => setImmediate(end);
    return done.promise;
  }

  #reset(): void {
    for (const connection of [...this.#context.connections]) connection.abort();
  }
}
