import type { Endpoint, Millis, NetErrorCode, Slice } from "@mnet/core";

/**
 * The synchronous core under a `TcpFlow`: calls do what can be done at once and return, {@link FlowConnectionEvents} tell when to call
 * again. `TcpConnection` of @mnet/tcp is one.
 */
export interface FlowConnection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** 0 once the connection is over; other values are the core's own. */
  readonly state: number;
  /** Why it ended; `null` while it lives and after an orderly end. */
  readonly error: NetErrorCode | null;
  readonly readableOctets: number;
  /** The peer ended its stream, and everything before that has been read. */
  readonly endOfStream: boolean;
  /** Copies what is there into `into`; returns how many octets. */
  read(into: Uint8Array, now: Millis): number;
  /**
   * For cores that receive into arrays of their own: gives the first one away. Called when something is readable; where it is missing, octets
   * are copied.
   * @param limit octets at most.
   */
  takeChunk?(limit: number): Uint8Array<ArrayBuffer>;
  /** Aims slices at what is there, without a copy; returns how many are in use. Borrowed until the next other call. */
  peek(slices: readonly [Slice, Slice]): 0 | 1 | 2;
  /** Takes octets seen with `peek` off the stream. */
  consume(octets: number, now: Millis): void;
  /**
   * Takes octets of `bytes[from, to)`, in order; returns how many it is done with. After less than all, `writable` tells when to go on.
   * @param lent the caller leaves the octets unchanged and comes back with the same `bytes` and `from` for as long as the answer is less than
   * all and the connection lives: a core may then send them from where they are. Otherwise it copies what it takes.
   * @throws NetError the connection's error, EPIPE after `shutdownWrite` or `close`.
   */
  write(bytes: Uint8Array, from: number, to: number, now: Millis, lent: boolean): number;
  /** The end of the stream follows what was taken. Idempotent. */
  shutdownWrite(now: Millis): void;
  /** Discards what is unread and what comes later. Idempotent. */
  shutdownRead(now: Millis): void;
  /** Ends both directions; with unread data, or when data comes later, with a reset (RFC 9293 3.10.4, MUST-12). Idempotent. */
  close(now: Millis): void;
  /** Resets. Idempotent. */
  abort(now: Millis): void;
  setNoDelay(on: boolean): void;
  setKeepAlive(keepAlive: false | { idle?: Millis; interval?: Millis; probes?: number }, now: Millis): void;
  /** State and figures: octets and milliseconds. */
  info(now: Millis): object;
}

/** What happens to a {@link FlowConnection}. Called from inside the core: record or resolve, and do the work later. */
export interface FlowConnectionEvents {
  /** The handshake is done; not called for accepted connections. */
  established(connection: unknown): void;
  /** There is data, the end of the stream, or an error. */
  readable(connection: unknown): void;
  /** After `write` was not done with everything: it may be now. */
  writable(connection: unknown): void;
  /** The peer has everything that was written, and our end of the stream. */
  finished(connection: unknown): void;
  /** The last event. `null` after an orderly end. What was received before stays readable. */
  closed(connection: unknown, error: NetErrorCode | null): void;
}

/** The synchronous core under a `TcpListener`. */
export interface ListenerCore {
  readonly local: Endpoint;
  /** The established connection that has waited longest, from now on with these events; `null` when none waits. */
  accept(events: FlowConnectionEvents): FlowConnection | null;
  /** Stops listening and resets what was not accepted. Idempotent. */
  close(now: Millis): void;
}

/** What happens to a {@link ListenerCore}. */
export interface ListenerCoreEvents {
  /** `accept` will return a connection. */
  acceptable(): void;
  /** It is gone. */
  closed(): void;
}
