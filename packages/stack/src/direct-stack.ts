import {
  checkPort,
  type IpAddress,
  type IpPrefix,
  type MacAddress,
  type Millis,
  NetError,
  toIpPrefix,
} from "@mnet/core";
import type { AddressLike } from "./api/common.ts";
import type {
  AddressInfo,
  NetworkConfiguration,
  RouteInfo,
  RouterInfo,
  StackEvents,
} from "./api/configuration.ts";
import type { PingOptions, PingResult, RouteOptions, Stack, StackSupport } from "./api/stack.ts";
import type { TcpListener, TcpListenOptions, TcpModule } from "./api/tcp.ts";
import type { UdpModule } from "./api/udp.ts";
import { hostPrefix } from "./engine/address-options.ts";
import { StackContext } from "./engine/context.ts";
import { Driver } from "./engine/driver.ts";
import type { Family, FamilyEvents } from "./engine/family.ts";
import { Layers } from "./engine/layers.ts";
import { logFamilyEvent } from "./engine/log-family-event.ts";
import { Readiness } from "./engine/readiness.ts";
import type { ResolvedOptions, WaitSettings } from "./engine/resolve-options.ts";
import { Shutdown } from "./engine/shutdown.ts";
import { noConfiguration } from "./no-configuration.ts";
import { connectTcp } from "./socket/connect.ts";
import { DatagramSocket } from "./socket/datagram-socket.ts";
import { Emitter } from "./socket/emitter.ts";
import { Listener } from "./socket/listener.ts";
import { ping } from "./socket/ping.ts";
import { defined, toConnectionOptions } from "./socket/tcp-options.ts";
import { UdpLayerPort } from "./socket/udp-layer-port.ts";
import { wildcardOf } from "./socket/wildcard.ts";

/** The stack over its own layers and a device of its own. */
export class DirectStack implements Stack {
  readonly name: string;
  readonly mac: MacAddress | null;
  readonly supports: StackSupport;
  readonly tcp: TcpModule = {
    listen: (options) => this.#listen(options),
    connect: (options, control = {}) => connectTcp(this.#context, options, control),
  };
  readonly udp: UdpModule = {
    bind: (options = {}) =>
      new DatagramSocket(this.#context, (events) => new UdpLayerPort(this.#context, options, events)),
  };
  readonly #layers: Layers;
  readonly #context: StackContext;
  readonly #emitter: Emitter;
  readonly #shutdown: Shutdown;
  readonly #wait: WaitSettings;
  #readiness: Readiness | null = null;

  constructor(options: ResolvedOptions) {
    const { logger } = options;
    this.name = options.name;
    this.mac = options.mac;
    this.#wait = options.wait;
    this.#emitter = new Emitter((error) => logger.warn("event listener failed", { layer: "stack", error }));
    const family: FamilyEvents = (event, details) => {
      logFamilyEvent(logger, event, details);
      this.#emitter.emit(event, details);
      this.#readiness?.changed();
    };
    this.#layers = new Layers(options, {
      family,
      linkChanged: (up) => this.#emitter.emit("link", { up }),
      failed: (error) => this.#deviceFailed(error),
      fault: (error) => logger.warn("a layer failed while receiving", { layer: "ethernet", error }),
    });
    this.supports = supportOf(this.#layers);
    const driver = new Driver(options.host, this.#layers);
    this.#context = new StackContext(driver, this.#layers, logger, options.interfaceName);
    this.#shutdown = new Shutdown(this.#context, this.#emitter);
    this.#start(driver);
  }

  /** Options that only a layer finds wrong leave nothing running. */
  #start(driver: Driver): void {
    const { device } = this.#layers;
    try {
      device.start(driver);
      this.#layers.start(driver.now());
      driver.touch();
    } catch (error) {
      driver.stop();
      device.close().catch(() => {});
      throw error;
    }
  }

  /** Resolves once there is what `waitFor` asks for. A stack that will not have it is killed. */
  async ready(): Promise<Stack> {
    if (this.#wait.for === "link" && !this.#wait.signal?.aborted) return this;
    this.#readiness = new Readiness(this.#context, this.#wait);
    try {
      await this.#readiness.promise;
    } catch (error) {
      await this.kill({ timeout: 0 });
      throw error;
    } finally {
      this.#readiness = null;
    }
    return this;
  }

  ping(host: AddressLike, options: PingOptions = {}): Promise<PingResult> {
    return ping(this.#context, host, options);
  }

  addresses(): readonly AddressInfo[] {
    return this.#layers.families.flatMap((family) => family.addresses());
  }

  addAddress(prefix: IpPrefix | string): void {
    const checked = hostPrefix(toIpPrefix(prefix));
    this.#change("addAddress", checked.address, (family, now) => family.addAddress(checked, now));
  }

  removeAddress(address: AddressLike): void {
    const checked = this.#context.addressOf(address, "address");
    this.#change("removeAddress", checked, (family, now) => family.removeAddress(checked, now));
  }

  addRoute(route: RouteOptions): void {
    const { gateway, source, metric } = route;
    const destination = toIpPrefix(route.destination);
    const checked = {
      destination,
      ...defined({
        gateway: gateway === undefined ? undefined : this.#context.addressOf(gateway, "gateway"),
        source: source === undefined ? undefined : this.#context.addressOf(source, "source"),
        metric,
      }),
    };
    this.#change("addRoute", destination.address, (family, now) => family.addRoute(checked, now));
  }

  removeRoute(destination: IpPrefix | string, gateway?: AddressLike): void {
    const prefix = toIpPrefix(destination);
    const via = gateway === undefined ? undefined : this.#context.addressOf(gateway, "gateway");
    this.#change("removeRoute", prefix.address, (family, now) => family.removeRoute(prefix, via, now));
  }

  routes(): readonly RouteInfo[] {
    return this.#layers.families.flatMap((family) => family.routes());
  }

  setGateway(gateway: AddressLike | null, family?: 4 | 6): void {
    if (gateway !== null) {
      const checked = this.#context.addressOf(gateway, "gateway");
      this.#change("setGateway", checked, (its, now) => its.setGateway(checked, now));
      return;
    }
    this.#context.checkUp("setGateway");
    if (family !== undefined && this.#layers.family(family) === null)
      throw new NetError("EAFNOSUPPORT", { syscall: "setGateway", reason: `IPv${family} is off` });
    for (const its of this.#layers.families) {
      if (family === undefined || its.network.family === family)
        its.setGateway(null, this.#context.driver.now());
    }
    this.#context.driver.touch();
  }

  routers(): readonly RouterInfo[] {
    return this.#layers.ipv6?.routers() ?? [];
  }

  configuration(): NetworkConfiguration {
    return this.#layers.ipv6?.configuration() ?? noConfiguration;
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
    const { backlog } = options;
    const port = checkPort(options.port);
    const where = wildcardOf(this.#context, options, "listen");
    this.#context.checkUp("listen");
    return new Listener(this.#context, (events) =>
      this.#layers.tcp.listen(
        { ...toConnectionOptions(options), ...where, port, ...defined({ backlog }) },
        events,
      ),
    );
  }

  /** @throws NetError EAFNOSUPPORT, ENETDOWN. */
  #change(syscall: string, address: IpAddress, change: (family: Family, now: Millis) => void): void {
    this.#context.checkUp(syscall);
    const family = this.#layers.family(address.family);
    if (family === null) throw new NetError("EAFNOSUPPORT", { syscall, address: address.toString() });
    change(family, this.#context.driver.now());
    this.#context.driver.touch();
  }

  #deviceFailed(error: Error): void {
    this.#context.logger.warn("the device failed", { layer: "device", error });
    void this.#shutdown.begin(0, error);
  }
}

function supportOf({ ipv4, ipv6 }: Layers): StackSupport {
  return {
    ipv4: ipv4 !== null,
    ipv6: ipv6 !== null,
    ping: true,
    addressChanges: true,
    routers: ipv6 !== null,
    abort: true,
    multicast: true,
    headerFields: true,
    userTimeout: true,
    keepAliveTiming: true,
    acknowledgedClose: true,
    dontFragment: true,
    datagramDestination: true,
  };
}
