import { type Endpoint, IpAddress, type Millis, type NetErrorCode } from "@mnet/core";
import type { TcpConnection } from "./connection.ts";
import type { TcpContext } from "./context.ts";
import type { ControlBlock } from "./control-block.ts";
import type { ConnectionEvents, ListenerEvents } from "./events.ts";
import { SynQueue } from "./half-open.ts";
import { abort } from "./lifecycle.ts";
import { resetHalfOpen } from "./output/reply.ts";
import type { FlowSettings } from "./settings.ts";

/** What a listener takes. */
export interface ListenerPlace {
  /** `null` for any. */
  readonly address: IpAddress | null;
  /** `null` for both. */
  readonly family: 4 | 6 | null;
  readonly port: number;
  readonly backlog: number;
}

/**
 * The LISTEN state (RFC 9293 3.3.2): takes SYNs to one port, and keeps two bounded queues. Half-open connections are compact records; the
 * oldest is evicted by a new SYN. Established connections wait here for {@link TcpListener.accept}; while that queue is full, SYNs
 * and completing ACKs are ignored, so that the peer tries again.
 */
export class TcpListener {
  /** Where it listens; the unspecified address when it is bound to none: `::` unless it is for IPv4 alone. */
  readonly local: Endpoint;
  /** The address it is bound to, `null` for any. */
  readonly address: IpAddress | null;
  /** The family it is for, `null` for both. */
  readonly family: 4 | 6 | null;
  /** @internal */
  readonly settings: FlowSettings;
  readonly backlog: number;
  /** @internal */
  readonly synQueue: SynQueue;
  readonly #context: TcpContext;
  readonly #events: ListenerEvents;
  #established: ControlBlock[] = [];
  #closed = false;

  /** @internal Use `TcpLayer.listen`. */
  constructor(
    context: TcpContext,
    { address, family, port, backlog }: ListenerPlace,
    settings: FlowSettings,
    events: ListenerEvents,
  ) {
    const any = family === 4 || context.network(6) === null ? IpAddress.anyV4 : IpAddress.anyV6;
    this.local = { address: address ?? any, port };
    this.address = address;
    this.family = family;
    this.backlog = backlog;
    this.settings = settings;
    this.synQueue = new SynQueue(context, this, settings);
    this.#context = context;
    this.#events = events;
  }

  /** Established connections that wait for {@link TcpListener.accept}. */
  get pending(): number {
    return this.#established.length;
  }

  /** Half-open connections. */
  get halfOpen(): number {
    return this.synQueue.size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Takes the connection that has waited longest, or `null`. It is established; data and the end of the stream may already be there, so
   * look before waiting for an event. Connections that were reset meanwhile are gone from the queue.
   */
  accept(events: ConnectionEvents): TcpConnection | null {
    const block = this.#established.shift();
    if (block === undefined) return null;
    block.listener = null;
    block.events = events;
    return block.connection;
  }

  /** Stops listening; what is half-open or not accepted is reset. */
  close(now: Millis): void {
    this.closeWith(null, now);
  }

  /** @internal */
  closeWith(error: NetErrorCode | null, now: Millis): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#context.listeners.remove(this);
    for (let half = this.synQueue.first(); half !== null; half = this.synQueue.first()) {
      resetHalfOpen(this.#context, half, now);
      this.synQueue.forget(half);
    }
    const waiting = this.#established;
    this.#established = [];
    for (const block of waiting) {
      block.listener = null;
      abort(block, "ECONNABORTED", now);
    }
    this.#events.closed(error);
  }

  /** @internal Whether the accept queue has no room. */
  get full(): boolean {
    return this.#established.length >= this.backlog;
  }

  /** @internal A handshake is complete. */
  established(block: ControlBlock): void {
    this.#established.push(block);
    this.#events.acceptable(this);
  }

  /** @internal A connection ended before it was accepted. */
  dropped(block: ControlBlock): void {
    this.#established = this.#established.filter((other) => other !== block);
  }
}
