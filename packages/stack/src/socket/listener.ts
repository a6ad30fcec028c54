import { type Endpoint, formatEndpoint, isNetError, type NetErrorCode } from "@mnet/core";
import type { Abortable } from "../api/common.ts";
import type { TcpFlow, TcpListener } from "../api/tcp.ts";
import { failure, type Killable, type SocketContext } from "./context.ts";
import { Flow } from "./flow.ts";
import type { ListenerCore, ListenerCoreEvents } from "./flow-connection.ts";
import { EventRelay } from "./flow-events.ts";
import { NOT_YET, WaitQueue } from "./wait-queue.ts";

/** The asynchronous face of a {@link ListenerCore}. */
export class Listener implements TcpListener, Killable {
  readonly #context: SocketContext;
  readonly #core: ListenerCore;
  readonly #acceptors = new WaitQueue();
  #ended: NetErrorCode | null = null;

  /** @param listen makes the core; may throw. */
  constructor(context: SocketContext, listen: (events: ListenerCoreEvents) => ListenerCore) {
    this.#context = context;
    this.#core = listen({
      acceptable: () => this.#acceptors.poll(),
      closed: () => this.#end("ECONNABORTED"),
    });
    context.opened(this);
  }

  get local(): Endpoint {
    return this.#core.local;
  }

  accept(options: Abortable = {}): Promise<TcpFlow> {
    return this.#acceptors.wait(() => {
      if (this.#ended !== null) throw failure(this.#ended, "accept", this.local);
      return this.#take() ?? NOT_YET;
    }, options.signal);
  }

  async serve(handler: (flow: TcpFlow) => Promise<void> | void): Promise<void> {
    if (typeof handler !== "function") throw new TypeError("handler must be a function");
    const running = new Set<Promise<void>>();
    try {
      for await (const flow of this) {
        const run = this.#run(handler, flow).finally(() => running.delete(run));
        running.add(run);
      }
    } finally {
      await Promise.all(running);
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<TcpFlow> {
    for (;;) {
      let flow: TcpFlow;
      try {
        flow = await this.accept();
      } catch (error) {
        if (isNetError(error, "ECONNABORTED") && this.#ended === "ECONNABORTED") return;
        throw error;
      }
      yield flow;
    }
  }

  close(): Promise<void> {
    if (this.#ended === null) {
      this.#core.close(this.#context.driver.now());
      this.#end("ECONNABORTED");
      this.#context.driver.touch();
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  kill(): void {
    this.#end("ENETDOWN");
    this.#core.close(this.#context.driver.now());
  }

  #take(): Flow | null {
    const relay = new EventRelay();
    const connection = this.#core.accept(relay);
    if (connection === null) return null;
    const flow = new Flow(this.#context, connection);
    relay.target = flow.events;
    this.#context.logger.info("new TCP connection", { layer: "tcp", flow: formatEndpoint(flow.remote) });
    return flow;
  }

  async #run(handler: (flow: TcpFlow) => Promise<void> | void, flow: TcpFlow): Promise<void> {
    try {
      await handler(flow);
      await flow.close();
    } catch (error) {
      // The stack is being killed, which ends this flow in its own, gentler way.
      if (this.#ended === "ENETDOWN" && isNetError(error, "ENETDOWN")) return;
      this.#context.handlerFailures++;
      this.#context.logger.warn("handler failed", { layer: "tcp", flow: formatEndpoint(flow.remote), error });
      flow.abort();
    }
  }

  #end(code: NetErrorCode): void {
    if (this.#ended !== null) return;
    this.#ended = code;
    this.#acceptors.rejectAll(failure(code, "accept", this.local));
    this.#context.closed(this);
  }
}
