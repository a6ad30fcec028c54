import { connect, type Socket } from "node:net";
import { checkPort, type Endpoint, type IpAddress, NetError } from "@mnet/core";
import type { Abortable, TcpConnectOptions, TcpFlow } from "@mnet/stack";
import { EventRelay, Flow, failure, type Killable } from "@mnet/stack/socket-kit";
import { Deadline } from "../deadline.ts";
import type { HostContext } from "../host-context.ts";
import { hostErrorCode } from "../host-error.ts";
import { HostConnection } from "./connection.ts";
import { endsOf } from "./ends.ts";
import { nodeSocketOptions } from "./options.ts";

/** Where to, and where from. */
interface Way {
  readonly remote: Endpoint;
  readonly localAddress: IpAddress | undefined;
  readonly localPort: number | undefined;
}

/** Opens a connection; wrong arguments throw, everything else rejects. */
export function connectTcp(
  context: HostContext,
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
  const from =
    options.localHost === undefined ? undefined : context.addressOf(options.localHost, "localHost");
  const localPort = options.localPort === undefined ? undefined : checkPort(options.localPort, "localPort");
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    try {
      context.checkUp("connect");
      const way: Way = { remote, localAddress: sourceOf(context, remote.address, from), localPort };
      new Attempt(context, way, options, { timeout, signal }, resolve, reject);
    } catch (error) {
      reject(error);
    }
  });
}

/** @throws NetError EAFNOSUPPORT, EADDRNOTAVAIL, ENETUNREACH. */
function sourceOf(
  context: HostContext,
  remote: IpAddress,
  from: IpAddress | undefined,
): IpAddress | undefined {
  const { addresses } = context;
  addresses.checkDestination(remote, "connect");
  // RFC 9293 MUST-46.
  if (remote.isMulticast || remote.isLimitedBroadcast) {
    throw new NetError("ENETUNREACH", { syscall: "connect", address: remote.toString() });
  }
  if (from === undefined || from.isUnspecified) return addresses.sourceTo(remote) ?? undefined;
  if (from.family !== remote.family) {
    throw new NetError("EADDRNOTAVAIL", { syscall: "connect", address: from.toString() });
  }
  return addresses.checkOwn(from, "connect");
}

/** One connection attempt. */
class Attempt implements Killable {
  readonly #context: HostContext;
  readonly #remote: Endpoint;
  readonly #options: TcpConnectOptions;
  readonly #socket: Socket;
  readonly #deadline: Deadline | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (flow: TcpFlow) => void;
  readonly #reject: (error: unknown) => void;
  #settled = false;

  constructor(
    context: HostContext,
    way: Way,
    options: TcpConnectOptions,
    control: { timeout: number | undefined; signal: AbortSignal | undefined },
    resolve: (flow: TcpFlow) => void,
    reject: (error: unknown) => void,
  ) {
    const { remote, localAddress, localPort } = way;
    this.#context = context;
    this.#remote = remote;
    this.#options = options;
    this.#signal = control.signal;
    this.#resolve = resolve;
    this.#reject = reject;
    const socketOptions = {
      ...nodeSocketOptions(options, "connect"),
      host: remote.address.toString(),
      port: remote.port,
      ...(localAddress === undefined ? {} : { localAddress: localAddress.toString() }),
      ...(localPort === undefined ? {} : { localPort }),
      allowHalfOpen: true,
      highWaterMark: 1,
    };
    this.#socket = connect(socketOptions);
    this.#socket.on("connect", this.#connected).on("error", this.#failed);
    context.opened(this);
    if (control.timeout !== undefined) {
      const giveUp = (): void => this.#giveUp(failure("ETIMEDOUT", "connect", remote));
      this.#deadline = new Deadline(control.timeout, giveUp);
    }
    control.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  kill(): void {
    this.#giveUp(new NetError("ENETDOWN", { syscall: "connect" }));
  }

  readonly #connected = (): void => {
    const ends = endsOf(this.#socket);
    if (ends === null) {
      this.#giveUp(failure("ECONNRESET", "connect", this.#remote));
      return;
    }
    if (!this.#settle()) return;
    this.#socket.off("connect", this.#connected).off("error", this.#failed);
    const relay = new EventRelay();
    const flow = new Flow(
      this.#context,
      new HostConnection(this.#context, this.#socket, ends, this.#options, relay),
    );
    relay.target = flow.events;
    this.#resolve(flow);
  };

  readonly #failed = (error: Error): void => {
    const code = hostErrorCode(error);
    // Linux says so of a 4-tuple that is in use; that the address is the stack's was looked at before.
    const taken = code === "EADDRNOTAVAIL" && this.#options.localPort !== undefined;
    this.#giveUp(failure(taken ? "EADDRINUSE" : code, "connect", this.#remote));
  };

  readonly #onAbort = (): void => this.#giveUp(this.#signal?.reason);

  #giveUp(reason: unknown): void {
    if (!this.#settle()) return;
    this.#socket.destroy();
    this.#reject(reason);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#deadline?.clear();
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#context.closed(this);
    return true;
  }
}
