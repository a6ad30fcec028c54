import type { Millis } from "@mnet/core";
import { Deferred } from "../socket/deferred.ts";
import type { Emitter } from "../socket/emitter.ts";
import type { StackContext } from "./context.ts";

/**
 * The end of a stack, in order: no call works any more and pending ones reject; every connection has sent its FIN and is given time to
 * see it acknowledged; what is left is reset; the layers, the device and the host are let go.
 */
export class Shutdown {
  readonly #context: StackContext;
  readonly #emitter: Emitter;
  #done: Deferred | null = null;

  constructor(context: StackContext, emitter: Emitter) {
    this.#context = context;
    this.#emitter = emitter;
  }

  begin(timeout: Millis, error: Error | null): Promise<void> {
    if (this.#done !== null) return this.#done.promise;
    this.#done = new Deferred();
    const { driver } = this.#context;
    this.#context.goDown();
    driver.hold();
    const deadline = driver.alarm(() => this.#end(error));
    // Sockets close in the middle of a layer's work: the end itself waits for the next turn.
    this.#context.onAllClosed = () => deadline.set(driver.now());
    deadline.set(driver.now() + (this.#context.openCount === 0 ? 0 : timeout));
    return this.#done.promise;
  }

  #end(error: Error | null): void {
    this.#context.onAllClosed = null;
    const { layers, driver } = this.#context;
    const now = driver.now();
    layers.close(now);
    driver.stop();
    const finish = (): void => {
      this.#emitter.emit("closed", { error });
      this.#done?.resolve();
    };
    layers.device.close().then(finish, finish);
  }
}
