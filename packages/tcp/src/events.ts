import type { Endpoint, IpAddress, Millis, NetErrorCode } from "@mnet/core";
import type { CongestionChoice } from "./congestion/choice.ts";
import type { TcpConnection } from "./connection.ts";
import type { TcpListener } from "./listener.ts";
import type { EcnMode } from "./params.ts";

/**
 * What happened to a connection. Called from inside `input`, `flush`, `onDeadline`, `error` and the application's own calls, after the
 * connection's state is consistent: record or resolve, and do the work later.
 */
export interface ConnectionEvents {
  /** The handshake is done (not called for accepted connections, which are established already). */
  established(connection: TcpConnection): void;
  /** There is data, the end of the stream, or an error. */
  readable(connection: TcpConnection): void;
  /** Urgent data was announced, or more of it (RFC 9293 3.8.5); see `TcpConnection.urgentOctets`. Nobody needs to care. */
  urgent?(connection: TcpConnection): void;
  /** After `write` took less than it was given: the send buffer has room again. */
  writable(connection: TcpConnection): void;
  /** Our FIN is acknowledged: the peer has everything that was written. */
  finished(connection: TcpConnection): void;
  /**
   * The last event: the record is gone or in TIME-WAIT. `null` after an orderly close. What was received before stays readable.
   */
  closed(connection: TcpConnection, error: NetErrorCode | null): void;
}

export interface ListenerEvents {
  /** `accept` will return a connection; called once for each. */
  acceptable(listener: TcpListener): void;
  /** The listener is gone: `null` after its own close, ENETDOWN when the layer was killed. */
  closed(error: NetErrorCode | null): void;
}

/** Keep-alive probing (RFC 9293 3.8.4). Times in milliseconds. */
export interface KeepAliveOptions {
  /** Silence before the first probe; default 2 h. */
  readonly idle?: Millis;
  /** Between unanswered probes; default 75 s. */
  readonly interval?: Millis;
  /** Unanswered probes after which the connection fails with ETIMEDOUT; default 9. */
  readonly probes?: number;
}

export interface ConnectionOptions {
  /** Sends small segments at once, without the Nagle algorithm (RFC 9293 3.7.4); default false. */
  readonly noDelay?: boolean;
  /** Default false (MUST-25). */
  readonly keepAlive?: false | KeepAliveOptions;
  /**
   * How long data may stay unacknowledged, or unsent because of a closed window, before the connection fails with ETIMEDOUT (RFC 9293
   * 3.8.3, RFC 5482), in place of R2 (MUST-21): it may be longer, even Infinity. Also bounds connecting. Default: R2.
   */
  readonly userTimeout?: Millis;
  /** Largest MSS: bounds both what is announced to the peer and what is sent, 48..65535. Default: what the path takes. */
  readonly maximumSegment?: number;
  /** Octets that `write` buffers at most, 1..64 MiB. Default: 256 KiB, and up to 4 MiB as the congestion window grows. */
  readonly sendBuffer?: number;
  /** Octets received and not read at most, 1..64 MiB: the window offered. Default: 256 KiB, and up to 6 MiB as the application reads faster. */
  readonly receiveBuffer?: number;
  /** Congestion control: `"cubic"` (the default), `"newreno"`, or a function that makes a controller of your own for each connection. */
  readonly congestion?: CongestionChoice;
  /** Explicit congestion notification (RFC 3168): `"off"` (the default), `"passive"` (when the peer asks), `"on"` (we ask). */
  readonly ecn?: EcnMode;
  /** Spreads what is sent over the round trip instead of sending whole windows at once; default false. */
  readonly pacing?: boolean;
  /** TTL or hop limit, 1..255; default IP's own: 64, or what the routers of an IPv6 link advertise. */
  readonly hopLimit?: number;
  /** DSCP in the upper six bits; default 0. The ECN bits are not the application's. */
  readonly trafficClass?: number;
}

export interface ListenOptions extends ConnectionOptions {
  /** Default: any address of the stack. 0.0.0.0 and `::` are any of their family. */
  readonly address?: IpAddress;
  /** With no address: 4 or 6 only; both when absent. */
  readonly family?: 4 | 6;
  /** 0 chooses one. */
  readonly port: number;
  /** Established connections that wait for `accept` at most; default 128. */
  readonly backlog?: number;
}

export interface ConnectOptions extends ConnectionOptions {
  /** Where to connect from; default: the route's source address and a port by RFC 6056. */
  readonly local?: Partial<Endpoint>;
}
