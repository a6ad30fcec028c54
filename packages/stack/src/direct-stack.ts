import {
  checkPort,
  type IpAddress,
  type IpPrefix,
  type MacAddress,
  type Millis,
  toIpPrefix,
} from "@mnet/core";
import type { Abortable, AddressLike } from "./api/common.ts";
import type { AddressInfo, NetworkConfiguration, RouterInfo, StackEvents } from "./api/configuration.ts";
import type { PingOptions, PingResult, RouteOptions, Stack, StackSupport } from "./api/stack.ts";
import type { TcpConnectOptions, TcpFlow, TcpListener, TcpListenOptions, TcpModule } from "./api/tcp.ts";
import type { UdpBindOptions, UdpModule } from "./api/udp.ts";
import { Addresses } from "./engine/addresses.ts";
import { StackContext } from "./engine/context.ts";
import { Driver } from "./engine/driver.ts";
import { Layers } from "./engine/layers.ts";
import { type ResolvedOptions, usableV4Prefix } from "./engine/options.ts";
import { Shutdown } from "./engine/shutdown.ts";
import { checkAddress } from "./socket/address.ts";
import { connectTcp } from "./socket/connect.ts";
import { DatagramSocket } from "./socket/datagram-socket.ts";
import { Emitter } from "./socket/emitter.ts";
import { Listener } from "./socket/listener.ts";
import { ping } from "./socket/ping.ts";
import { defined, toConnectionOptions } from "./socket/tcp-options.ts";
import { UdpLayerPort } from "./socket/udp-layer-port.ts";

const noConfiguration: NetworkConfiguration = {
  managed: false,
  otherConfiguration: false,
  nameServers: [],
  searchDomains: [],
  mtu: null,
  hopLimit: null,
};

/** The stack over its own layers and a device of its own. */
export class DirectStack implements Stack {
  readonly name: string;
  readonly mac: MacAddress;
  readonly supports: StackSupport = {
    ipv4: true,
    ipv6: false,
    ping: true,
    addressChanges: true,
    routers: false,
    abort: true,
    multicast: true,
    headerFields: true,
    userTimeout: true,
    dontFragment: true,
    datagramDestination: true,
  };
  readonly tcp: TcpModule = {
    listen: (options) => this.#listen(options),
    connect: (options, control = {}) => this.#connect(options, control),
  };
  readonly udp: UdpModule = { bind: (options = {}) => this.#bind(options) };
  readonly #layers: Layers;
  readonly #context: StackContext;
  readonly #emitter: Emitter;
  readonly #addresses: Addresses;
  readonly #shutdown: Shutdown;

  constructor(options: ResolvedOptions) {
    const { logger } = options;
    this.name = options.name;
    this.mac = options.mac;
    this.#emitter = new Emitter((error) => logger.warn("event listener failed", { layer: "stack", error }));
    this.#layers = new Layers(options, {
      linkChanged: (up) => this.#emitter.emit("link", { up }),
      failed: (error) => this.#deviceFailed(error),
      fault: (error) => logger.warn("a layer failed while receiving", { layer: "ethernet", error }),
    });
    const driver = new Driver(options.host, this.#layers);
    this.#context = new StackContext(driver, this.#layers, logger);
    this.#addresses = new Addresses(this.#context, this.#emitter);
    this.#shutdown = new Shutdown(this.#context, this.#emitter);
    for (const prefix of options.ipv4) this.#addresses.add(prefix, options.conflictDetection);
    if (options.gateway !== null) this.#layers.ipv4.setGateway(options.gateway);
    this.#layers.device.start(driver);
    driver.touch();
  }

  ping(host: AddressLike, options: PingOptions = {}): Promise<PingResult> {
    return ping(this.#context, host, options);
  }

  addresses(): readonly AddressInfo[] {
    return this.#addresses.list();
  }

  addAddress(prefix: IpPrefix | string): void {
    const checked = usableV4Prefix(toIpPrefix(prefix));
    this.#context.checkUp("addAddress");
    this.#addresses.add(checked, "announce");
    this.#context.driver.touch();
  }

  removeAddress(address: AddressLike): void {
    const checked = checkAddress(address, "address");
    this.#context.checkUp("removeAddress");
    this.#addresses.remove(checked);
    this.#context.driver.touch();
  }

  addRoute(route: RouteOptions): void {
    const { gateway, source, metric } = route;
    this.#context.checkUp("addRoute");
    this.#layers.ipv4.addRoute({
      destination: toIpPrefix(route.destination),
      ...defined({
        gateway: gateway === undefined ? undefined : checkAddress(gateway, "gateway"),
        source: source === undefined ? undefined : checkAddress(source, "source"),
        metric,
      }),
    });
  }

  removeRoute(destination: IpPrefix | string, gateway?: AddressLike): void {
    this.#context.checkUp("removeRoute");
    const via = gateway === undefined ? undefined : checkAddress(gateway, "gateway");
    this.#layers.ipv4.removeRoute(toIpPrefix(destination), via);
  }

  routes(): readonly {
    readonly destination: IpPrefix;
    readonly gateway: IpAddress | null;
    readonly metric: number;
  }[] {
    return this.#layers.ipv4
      .routes()
      .map(({ destination, gateway, metric }) => ({ destination, gateway, metric }));
  }

  setGateway(gateway: AddressLike | null): void {
    this.#context.checkUp("setGateway");
    this.#layers.ipv4.setGateway(gateway === null ? null : checkAddress(gateway, "gateway"));
  }

  routers(): readonly RouterInfo[] {
    return [];
  }

  configuration(): NetworkConfiguration {
    return noConfiguration;
  }

  on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void {
    return this.#emitter.on(event, listener);
  }

  stats(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    const { handlerFailures, openCount } = this.#context;
    return { ...this.#layers.statistics(), stack: { handlerFailures, open: openCount } };
  }

  kill(options: { timeout?: Millis } = {}): Promise<void> {
    const { timeout = 1000 } = options;
    if (!(timeout >= 0)) throw new RangeError(`timeout must not be below 0 ms, not ${timeout}`);
    return this.#shutdown.begin(timeout, null);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #listen(given: TcpListenOptions | number): TcpListener {
    const options = typeof given === "number" ? { port: given } : given;
    const { host, backlog } = options;
    const port = checkPort(options.port);
    const address = host === undefined ? undefined : checkAddress(host, "host");
    this.#context.checkUp("listen");
    return new Listener(this.#context, (events) =>
      this.#layers.tcp.listen(
        { ...toConnectionOptions(options), port, ...defined({ address, backlog }) },
        events,
      ),
    );
  }

  #connect(options: TcpConnectOptions, control: Abortable & { timeout?: Millis }): Promise<TcpFlow> {
    return connectTcp(this.#context, options, control);
  }

  #bind(options: UdpBindOptions): DatagramSocket {
    return new DatagramSocket(this.#context, (events) => new UdpLayerPort(this.#context, options, events));
  }

  #deviceFailed(error: Error): void {
    this.#context.logger.warn("the device failed", { layer: "device", error });
    void this.#shutdown.begin(0, error);
  }
}
