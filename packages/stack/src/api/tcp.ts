import type { Endpoint, Millis } from "@mnet/core";
import type { CongestionChoice, EcnMode } from "@mnet/tcp";
import type { Abortable, AddressLike } from "./common.ts";

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
  /** Congestion control: `"cubic"` (default), `"newreno"`, or what makes a controller of your own (see `@mnet/tcp`). */
  congestion?: CongestionChoice;
  /** Explicit congestion notification (RFC 3168): `"off"` (default), `"passive"` when the peer asks, `"on"` to ask. */
  ecn?: EcnMode;
  /** Spreads what is sent over the round trip. Default false. */
  pacing?: boolean;
  /** 1..255; default 64, or what the routers of an IPv6 link advertise (RFC 4861 6.3.4). */
  hopLimit?: number;
  /** DSCP and ECN octet, default 0. */
  trafficClass?: number;
}

export interface TcpListenOptions extends TcpSocketOptions {
  /** 0 chooses a free one: see {@link TcpListener.local}. */
  port: number;
  /**
   * Local address. Default, and `::`: every address of both families. `0.0.0.0`: every one of IPv4. What an IPv4 peer is told by is its
   * IPv4 address, never a mapped one.
   */
  host?: AddressLike;
  /** With no host, or `::`: takes IPv6 alone, and leaves the port's IPv4 side to another listener. Default false. */
  ipv6Only?: boolean;
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
   * @throws NetError EADDRINUSE, EADDRNOTAVAIL (no address of ours), EAFNOSUPPORT (the stack does not have the family), ENETDOWN.
   */
  listen(options: TcpListenOptions | number): TcpListener;
  /**
   * Opens a connection; resolves when it is established. Rejects with ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH (at once
   * without a route), EADDRNOTAVAIL, EADDRINUSE, EAFNOSUPPORT (the stack does not have the family), ENETDOWN, or the signal's reason.
   * @param control `timeout` in ms ends the attempt with ETIMEDOUT; the default gives up after about three minutes.
   */
  connect(options: TcpConnectOptions, control?: Abortable & { timeout?: Millis }): Promise<TcpFlow>;
}

export interface TcpListener extends AsyncIterable<TcpFlow>, AsyncDisposable {
  /** Where it listens; `::` when that is both families, or IPv6 alone. */
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
