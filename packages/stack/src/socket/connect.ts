import { checkPort, type Endpoint, NetError, type NetErrorCode } from "@mnet/core";
import type { ConnectionEvents, ConnectOptions, TcpConnection } from "@mnet/tcp";
import type { Abortable } from "../api/common.ts";
import type { TcpConnectOptions, TcpFlow } from "../api/tcp.ts";
import type { StackContext } from "../engine/context.ts";
import type { Alarm } from "../engine/driver.ts";
import { failure, type Killable } from "./context.ts";
import { Flow } from "./flow.ts";
import { EventRelay } from "./flow-events.ts";
import { defined, toConnectionOptions } from "./tcp-options.ts";

/** Opens a connection; wrong arguments throw, everything else rejects. */
export function connectTcp(
  context: StackContext,
  options: TcpConnectOptions,
  control: Abortable & { timeout?: number },
): Promise<TcpFlow> {
  const remote: Endpoint = {
    address: context.addressOf(options.host, "host"),
    port: checkPort(options.port, "port", 1),
  };
  const { timeout, signal } = control;
  if (timeout !== undefined && !(timeout > 0))
    throw new RangeError(`timeout must be above 0 ms, not ${timeout}`);
  const local = defined({
    address: options.localHost === undefined ? undefined : context.addressOf(options.localHost, "localHost"),
    port: options.localPort === undefined ? undefined : checkPort(options.localPort, "localPort"),
  });
  const layerOptions: ConnectOptions = { ...toConnectionOptions(options), local };
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    try {
      context.checkUp("connect");
      new Attempt(context, remote, layerOptions, { timeout, signal }, resolve, reject);
    } catch (error) {
      reject(error);
    }
  });
}

/** One connection attempt, from SYN to the flow or the reason why not. */
class Attempt implements Killable {
  readonly #context: StackContext;
  readonly #connection: TcpConnection;
  readonly #relay = new EventRelay();
  readonly #alarm: Alarm | null = null;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (flow: TcpFlow) => void;
  readonly #reject: (error: unknown) => void;
  #settled = false;

  constructor(
    context: StackContext,
    remote: Endpoint,
    options: ConnectOptions,
    control: { timeout: number | undefined; signal: AbortSignal | undefined },
    resolve: (flow: TcpFlow) => void,
    reject: (error: unknown) => void,
  ) {
    this.#context = context;
    this.#signal = control.signal;
    this.#resolve = resolve;
    this.#reject = reject;
    const now = context.driver.now();
    this.#relay.target = this.#events(remote);
    this.#connection = context.layers.tcp.connect(remote, options, this.#relay, now);
    context.opened(this);
    if (control.timeout !== undefined) {
      this.#alarm = context.driver.alarm(() => this.#giveUp(failure("ETIMEDOUT", "connect", remote)));
      this.#alarm.set(now + control.timeout);
    }
    control.signal?.addEventListener("abort", this.#onAbort, { once: true });
    context.driver.touch();
  }

  kill(): void {
    this.#giveUp(new NetError("ENETDOWN", { syscall: "connect" }));
  }

  #events(remote: Endpoint): ConnectionEvents {
    return {
      established: () => this.#established(),
      readable: () => {},
      writable: () => {},
      finished: () => {},
      closed: (_, error: NetErrorCode | null) =>
        this.#fail(failure(error ?? "ECONNRESET", "connect", remote)),
    };
  }

  #established(): void {
    if (!this.#settle()) return;
    const flow = new Flow(this.#context, this.#connection);
    this.#relay.target = flow.events;
    this.#resolve(flow);
  }

  readonly #onAbort = (): void => this.#giveUp(this.#signal?.reason);

  #giveUp(reason: unknown): void {
    if (this.#settled) return;
    this.#fail(reason);
    this.#connection.abort(this.#context.driver.now());
    this.#context.driver.touch();
  }

  #fail(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#alarm?.set(Number.POSITIVE_INFINITY);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#context.closed(this);
    return true;
  }
}
