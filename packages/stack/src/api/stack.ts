import type { IpAddress, IpPrefix, MacAddress, Millis } from "@mnet/core";
import type { Abortable, AddressLike } from "./common.ts";
import type {
  AddressInfo,
  NetworkConfiguration,
  RouteInfo,
  RouterInfo,
  StackEvents,
} from "./configuration.ts";
import type { TcpFlow, TcpModule } from "./tcp.ts";
import type { UdpDatagram, UdpModule } from "./udp.ts";

export interface PingOptions extends Abortable {
  /** Echo requests to send. Default 1. */
  count?: number;
  /** Payload octets. Default 56. */
  size?: number;
  /** How long to wait for each reply. Default 1000 ms. */
  timeout?: Millis;
  /** Time between requests. Default 1000 ms. */
  interval?: Millis;
  hopLimit?: number;
  /** Forbids fragmentation: EMSGSIZE where the request does not fit, here or at a router on the way. Default false. */
  dontFragment?: boolean;
}

export interface PingReply {
  readonly from: IpAddress;
  readonly roundTrip: Millis;
  readonly hopLimit: number;
  readonly octets: number;
}

export interface PingResult {
  readonly sent: number;
  /** One entry per request: the reply, or the code of what happened instead (`ETIMEDOUT`, `EHOSTUNREACH`, ...). */
  readonly results: readonly (PingReply | { readonly code: string })[];
  readonly received: number;
}

export interface RouteOptions {
  readonly destination: IpPrefix | string;
  readonly gateway?: AddressLike;
  readonly source?: AddressLike;
  readonly metric?: number;
}

/** What the stack or its target can do; calls beyond reject or throw ENOTSUP. */
export interface StackSupport {
  /** Whether the family is on. Using one that is not is EAFNOSUPPORT. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly ping: boolean;
  /** `addAddress`, `removeAddress`, routes and gateways. */
  readonly addressChanges: boolean;
  /** Router discovery: {@link Stack.routers}, {@link Stack.configuration} and their events. */
  readonly routers: boolean;
  /** {@link TcpFlow.abort} resets the connection. */
  readonly abort: boolean;
  /** Groups can be joined. */
  readonly multicast: boolean;
  /** `hopLimit` and `trafficClass` of sockets. */
  readonly headerFields: boolean;
  /** `userTimeout` of connections. */
  readonly userTimeout: boolean;
  /** `interval` and `probes` of `keepAlive`; `idle` always is. */
  readonly keepAliveTiming: boolean;
  /** {@link TcpFlow.close} resolves when the peer has acknowledged everything; elsewhere, when the host has taken everything. */
  readonly acknowledgedClose: boolean;
  /** `dontFragment` of UDP sockets and pings. */
  readonly dontFragment: boolean;
  /** {@link UdpDatagram.local} is the address that the datagram was sent to. */
  readonly datagramDestination: boolean;
}

/** A TCP/IP host of one interface, for both families alike. */
export interface Stack extends AsyncDisposable {
  readonly name: string;
  /** `null` where the target has none of its own. */
  readonly mac: MacAddress | null;
  readonly supports: StackSupport;
  readonly tcp: TcpModule;
  readonly udp: UdpModule;
  /** ICMP echo. Rejects at once with ENETUNREACH when there is no route; each lost reply is an entry of the result. */
  ping(host: AddressLike, options?: PingOptions): Promise<PingResult>;
  /** Every address of both families, those that are not usable now included. */
  addresses(): readonly AddressInfo[];
  /**
   * Adds an address and its on-link prefix. IPv4: usable at once. IPv6: once no other host turns out to have it (RFC 4862 5.4).
   * @throws RangeError when no host can have it. NetError EAFNOSUPPORT, ENOTSUP, ENETDOWN.
   */
  addAddress(prefix: IpPrefix | string): void;
  removeAddress(address: AddressLike): void;
  addRoute(route: RouteOptions): void;
  removeRoute(destination: IpPrefix | string, gateway?: AddressLike): void;
  /**
   * What packets are routed by, in either family with the longest prefixes first: what was configured, and over IPv6 also what routers advertise:
   * prefixes of the link, more specific routes (RFC 4191) and themselves as default routers. Of routers for one prefix the best is the first.
   */
  routes(): readonly RouteInfo[];
  /**
   * The default route of the gateway's family; without one, what is off-link is ENETUNREACH at once. `null` takes it away again.
   * @param family whose gateway `null` takes away; both by default.
   */
  setGateway(gateway: AddressLike | null, family?: 4 | 6): void;
  /**
   * The default routers of IPv6, best first: those that announced themselves and are not yet forgotten, and the gateway that was set. The first
   * is the one that packets go by now: one that is reachable goes before one that is preferred (RFC 4191 3.2). Empty without IPv6.
   */
  routers(): readonly RouterInfo[];
  /** What the routers said last. */
  configuration(): NetworkConfiguration;
  on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void;
  /** Counters by layer and name. */
  stats(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  /**
   * Ends everything: pending promises reject with ENETDOWN at once; connections get a FIN and up to `timeout` ms to see it acknowledged, then
   * a reset; the device is closed. Idempotent.
   * @param options `timeout` defaults to 1000 ms; 0 resets at once.
   */
  kill(options?: { timeout?: Millis }): Promise<void>;
}
