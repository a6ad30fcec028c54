import type { Endpoint, IpAddress, IpPrefix, MacAddress, Millis } from "@mnet/core";

/** An address as an object or as text. Text that is no address is a RangeError: names are not resolved here. */
export type AddressLike = IpAddress | string;

export interface Abortable {
  /** Rejects the pending promise with the signal's reason; nothing is consumed or sent by the call then. */
  signal?: AbortSignal;
}

/** Probes on an idle connection (RFC 9293 3.8.4). */
export interface KeepAliveOptions {
  /** Idle time before the first probe. Default 7 200 000 ms. */
  idle?: Millis;
  /** Time between probes. Default 75 000 ms. */
  interval?: Millis;
  /** Unanswered probes after which the connection ends with ETIMEDOUT. Default 9. */
  probes?: number;
}

/** What a TCP connection starts with. */
export interface TcpSocketOptions {
  /** Sends small segments at once instead of waiting for acknowledgments (Nagle off). Default false. */
  noDelay?: boolean;
  /** Default false (RFC 9293 MUST-25). */
  keepAlive?: boolean | KeepAliveOptions;
  /** How long sent octets may stay unacknowledged before the connection ends with ETIMEDOUT (RFC 5482). Default: R2. */
  userTimeout?: Millis;
  /** Octets that may wait in the send buffer. */
  sendBuffer?: number;
  /** Octets that may wait in the receive buffer: the largest window offered. */
  receiveBuffer?: number;
  /** 1..255, default 64. */
  hopLimit?: number;
  /** DSCP and ECN octet, default 0. */
  trafficClass?: number;
}

export interface TcpListenOptions extends TcpSocketOptions {
  /** 0 chooses a free one: see {@link TcpListener.local}. */
  port: number;
  /** Local address; all of them by default. */
  host?: AddressLike;
  /** Connections that may wait for {@link TcpListener.accept}. Default 128. */
  backlog?: number;
}

export interface TcpConnectOptions extends TcpSocketOptions {
  host: AddressLike;
  port: number;
  /** Chosen by the route when absent. */
  localHost?: AddressLike;
  /** Chosen at random (RFC 6056) when absent. */
  localPort?: number;
}

export interface TcpModule {
  /**
   * Accepts connections to a port.
   * @throws NetError EADDRINUSE, EADDRNOTAVAIL, ENETDOWN.
   */
  listen(options: TcpListenOptions | number): TcpListener;
  /**
   * Opens a connection; resolves when it is established. Rejects with ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH (at once
   * without a route), EADDRNOTAVAIL, EADDRINUSE, ENETDOWN, or the signal's reason.
   * @param control `timeout` in ms ends the attempt with ETIMEDOUT; the default gives up after about three minutes.
   */
  connect(options: TcpConnectOptions, control?: Abortable & { timeout?: Millis }): Promise<TcpFlow>;
}

export interface TcpListener extends AsyncIterable<TcpFlow>, AsyncDisposable {
  readonly local: Endpoint;
  /** The next connection, oldest first; concurrent calls get different ones. Rejects with ECONNABORTED once closed, ENETDOWN once killed. */
  accept(options?: Abortable): Promise<TcpFlow>;
  /**
   * Runs `handler` for every connection and closes the flow after it. A handler that rejects aborts its own flow and is counted.
   * Resolves when the listener is closed and all handlers have ended; rejects with ENETDOWN when the stack is killed.
   */
  serve(handler: (flow: TcpFlow) => Promise<void> | void): Promise<void>;
  /** Stops listening and resets what was not accepted. Idempotent. */
  close(): Promise<void>;
}

/**
 * An established connection. End of stream, reset, timeout and kill are different outcomes: `read` resolves with 0 at the end of the
 * stream and rejects with ECONNRESET, ETIMEDOUT, EHOSTUNREACH or ENETDOWN otherwise. Data that arrived before a reset can still be read.
 */
export interface TcpFlow extends AsyncIterable<Uint8Array<ArrayBuffer>>, AsyncDisposable {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /**
   * Copies what is there into `into`, waiting for at least one octet. Resolves with the octets read; 0 is the end of the stream.
   * @throws RangeError when `into` is empty.
   */
  read(into: Uint8Array, options?: Abortable): Promise<number>;
  /**
   * Exactly `octets` octets in a new array; concurrent reads wait their turn. Rejects with ERR_STREAM_PREMATURE_CLOSE when the stream ends
   * before; what was read until then, or until a signal aborts, is gone.
   */
  readExactly(octets: number, options?: Abortable): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The octets that are there as one or two views of the receive buffer, without a copy; `null` is the end of the stream. The views are
   * valid until the next read, get or close, when the window is opened by as much.
   */
  get(options?: Abortable): Promise<readonly Uint8Array[] | null>;
  /**
   * Queues octets (text as UTF-8), waiting while the send buffer is full. `bytes` is borrowed until the promise settles. Concurrent writes
   * keep their order. When a signal aborts a write part of it may have been queued.
   */
  write(bytes: Uint8Array | string, options?: Abortable): Promise<void>;
  /** Queues what fits now and returns how many octets that is: 0 while the buffer is full or another write waits. */
  tryWrite(bytes: Uint8Array): number;
  /** Ends one direction or both. `write`: the end of the stream follows the queued octets. `read`: what arrives is discarded. */
  shutdown(how: "read" | "write" | "both"): void;
  /**
   * Ends both directions. Resolves when everything written is acknowledged, rejects when that became impossible. Unread data resets
   * the connection (RFC 9293 3.10.4, RFC 2525 2.17). Idempotent; need not be awaited.
   */
  close(): Promise<void>;
  /** Resets the connection: queued octets are lost, pending calls reject with ECONNABORTED. Idempotent. */
  abort(): void;
  peers(): { readonly local: Endpoint; readonly remote: Endpoint };
  setNoDelay(on: boolean): void;
  setKeepAlive(keepAlive: boolean | KeepAliveOptions): void;
  /** State and figures of the connection: octets and milliseconds. */
  info(): Readonly<Record<string, number | string | boolean>>;
  /** The receiving side as a WHATWG byte stream of owned chunks; made on first use. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The sending side as a WHATWG stream; closing it shuts down writing. Made on first use. */
  readonly writable: WritableStream<Uint8Array>;
}

export interface UdpBindOptions {
  /** 0 or absent chooses one (RFC 6056). */
  port?: number;
  host?: AddressLike;
  /** Octets, overhead included, that may wait to be received; the newest is dropped beyond. */
  receiveBuffer?: number;
  /** Allows sending to broadcast addresses. Default false. */
  broadcast?: boolean;
  /** Allows several sockets on one port. Default false. */
  reuse?: boolean;
  hopLimit?: number;
  trafficClass?: number;
  /** Forbids fragmentation: a datagram larger than the path MTU, as far as it is known, is EMSGSIZE (RFC 1191). Default false. */
  dontFragment?: boolean;
}

export interface UdpModule {
  /** @throws NetError EADDRINUSE, EADDRNOTAVAIL, ENETDOWN. */
  bind(options?: UdpBindOptions): UdpSocket;
}

/** One received datagram; `data` is the caller's. */
export interface UdpDatagram {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly truncated: boolean;
}

export interface UdpDestination {
  readonly host: AddressLike;
  readonly port: number;
}

export interface UdpSocket extends AsyncIterable<UdpDatagram>, AsyncDisposable {
  readonly local: Endpoint;
  readonly remote: Endpoint | null;
  /**
   * Sends one datagram; `data` may be reused at once. Rejects with EMSGSIZE, ENETUNREACH, EHOSTUNREACH, ENOBUFS, ENOTCONN, or ECONNREFUSED
   * left behind by an earlier one on a connected socket.
   */
  send(data: Uint8Array | string, to?: UdpDestination | Endpoint): Promise<void>;
  /** The next datagram. Rejects with an ICMP error on a connected socket, ECONNABORTED once closed, ENETDOWN once killed. */
  recv(options?: Abortable): Promise<UdpDatagram>;
  /** Fixes the peer: others are not heard, its ICMP errors are. */
  connect(to: UdpDestination | Endpoint): void;
  disconnect(): void;
  joinGroup(group: AddressLike): void;
  leaveGroup(group: AddressLike): void;
  close(): Promise<void>;
}

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

export interface AddressInfo {
  readonly family: 4 | 6;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly scope: "host" | "link" | "global";
  readonly state: "tentative" | "preferred" | "deprecated";
  /** Monotonic time until which it is valid; `Infinity` for a static address. */
  readonly validUntil: Millis;
}

export interface StackEvents {
  /** An address became usable or went away. */
  address: { readonly kind: "added" | "removed"; readonly prefix: IpPrefix };
  /** Another host uses one of our addresses (RFC 5227). */
  conflict: {
    readonly address: IpAddress;
    readonly mac: MacAddress;
    /** `defended`: announced once more and kept. `contested`: kept, but the other host went on. `refused`: it never became ours. */
    readonly outcome: "defended" | "contested" | "refused";
  };
  link: { readonly up: boolean };
  /** The stack ended: killed (`null`) or its device failed. Last event. */
  closed: { readonly error: Error | null };
}

export interface RouteOptions {
  readonly destination: IpPrefix | string;
  readonly gateway?: AddressLike;
  readonly source?: AddressLike;
  readonly metric?: number;
}

/** What the stack or its target can do; calls beyond reject or throw ENOTSUP. */
export interface StackSupport {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly ping: boolean;
  readonly addressChanges: boolean;
  readonly abort: boolean;
}

export interface Stack extends AsyncDisposable {
  readonly name: string;
  readonly mac: MacAddress;
  readonly supports: StackSupport;
  readonly tcp: TcpModule;
  readonly udp: UdpModule;
  /** ICMP echo. Rejects at once with ENETUNREACH when there is no route; each lost reply is an entry of the result. */
  ping(host: AddressLike, options?: PingOptions): Promise<PingResult>;
  addresses(): readonly AddressInfo[];
  addAddress(prefix: IpPrefix | string): void;
  removeAddress(address: AddressLike): void;
  addRoute(route: RouteOptions): void;
  removeRoute(destination: IpPrefix | string, gateway?: AddressLike): void;
  routes(): readonly {
    readonly destination: IpPrefix;
    readonly gateway: IpAddress | null;
    readonly metric: number;
  }[];
  /** The default route, none to begin with: without one, what is off-link is ENETUNREACH at once. */
  setGateway(gateway: AddressLike | null): void;
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
