import { checkPort, type MacAddress, NetError } from "@mnet/core";
import type {
  AddressInfo,
  Logger,
  NetworkConfiguration,
  PingResult,
  RouteInfo,
  RouterInfo,
  Stack,
  StackEvents,
  StackSupport,
  TcpListener,
  TcpListenOptions,
  TcpModule,
  UdpModule,
} from "@mnet/stack";
import { DatagramSocket, Emitter, Listener } from "@mnet/stack/socket-kit";
import type { HostAddresses } from "./host-addresses.ts";
import { HostContext } from "./host-context.ts";
import { Shutdown } from "./shutdown.ts";
import { connectTcp } from "./tcp/connect.ts";
import { HostListener } from "./tcp/listener.ts";
import { HostDatagramPort } from "./udp/port.ts";

/** The stack over the host's own sockets. */
export class SocketStack implements Stack {
  readonly name: string;
  /** The host's interfaces have theirs. */
  readonly mac: MacAddress | null = null;
  readonly supports: StackSupport;
  readonly tcp: TcpModule = {
    listen: (options) => this.#listen(options),
    connect: (options, control = {}) => connectTcp(this.#context, options, control),
  };
  readonly udp: UdpModule = {
    bind: (options = {}) =>
      new DatagramSocket(this.#context, (events) => new HostDatagramPort(this.#context, options, events)),
  };
  readonly #context: HostContext;
  readonly #emitter: Emitter;
  readonly #shutdown: Shutdown;

  constructor(name: string, addresses: HostAddresses, logger: Logger) {
    this.name = name;
    this.supports = supportOf(addresses);
    this.#emitter = new Emitter((error) => logger.warn("event listener failed", { layer: "stack", error }));
    this.#context = new HostContext(addresses, logger);
    this.#shutdown = new Shutdown(this.#context, this.#emitter);
  }

  ping(): Promise<PingResult> {
    return Promise.reject(unsupported("ping"));
  }

  addresses(): readonly AddressInfo[] {
    return this.#context.addresses.list();
  }

  addAddress(): void {
    throw unsupported("addAddress");
  }

  removeAddress(): void {
    throw unsupported("removeAddress");
  }

  addRoute(): void {
    throw unsupported("addRoute");
  }

  removeRoute(): void {
    throw unsupported("removeRoute");
  }

  routes(): readonly RouteInfo[] {
    throw unsupported("routes");
  }

  setGateway(): void {
    throw unsupported("setGateway");
  }

  routers(): readonly RouterInfo[] {
    throw unsupported("routers");
  }

  configuration(): NetworkConfiguration {
    throw unsupported("configuration");
  }

  on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void {
    return this.#emitter.on(event, listener);
  }

  stats(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    const { handlerFailures, openCount, connections, refused, dropped } = this.#context;
    return {
      tcp: { connections: connections.size, refused },
      udp: { dropped },
      stack: { handlerFailures, open: openCount },
    };
  }

  kill(options: { timeout?: number } = {}): Promise<void> {
    const { timeout = 1000 } = options;
    if (!(timeout >= 0)) throw new RangeError(`timeout must not be below 0 ms, not ${timeout}`);
    return this.#shutdown.begin(timeout);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #listen(given: TcpListenOptions | number): TcpListener {
    const options = typeof given === "number" ? { port: given } : given;
    checkPort(options.port);
    const host = options.host === undefined ? undefined : this.#context.addressOf(options.host, "host");
    this.#context.checkUp("listen");
    return new Listener(this.#context, (events) => new HostListener(this.#context, options, host, events));
  }
}

function supportOf(addresses: HostAddresses): StackSupport {
  return {
    ipv4: addresses.has(4),
    ipv6: addresses.has(6),
    ping: false,
    addressChanges: false,
    routers: false,
    abort: true,
    multicast: true,
    headerFields: false,
    userTimeout: false,
    keepAliveTiming: false,
    acknowledgedClose: false,
    dontFragment: false,
    datagramDestination: false,
  };
}

function unsupported(call: string): NetError {
  return new NetError("ENOTSUP", {
    syscall: call,
    reason: "the host's network is the host's to ask and to change",
  });
}
