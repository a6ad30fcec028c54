import type { NetErrorCode } from "@mnet/core";
import type { FlowConnectionEvents } from "./flow-connection.ts";

/** Whom the events of a connection concern once it is established. */
export interface FlowTarget {
  /** Octets, the end of the stream, or an error arrived. */
  arrived(): void;
  /** The send buffer has room again. */
  roomCame(): void;
  /** Everything sent is acknowledged, the end of the stream included. */
  finished(): void;
  ended(error: NetErrorCode | null): void;
}

/** What a connection is told to call: an object with methods, because closures would be the largest part of an idle flow. */
export class FlowEvents implements FlowConnectionEvents {
  readonly #target: FlowTarget;

  constructor(target: FlowTarget) {
    this.#target = target;
  }

  established(): void {}

  readable(): void {
    this.#target.arrived();
  }

  writable(): void {
    this.#target.roomCame();
  }

  finished(): void {
    this.#target.finished();
  }

  closed(_connection: unknown, error: NetErrorCode | null): void {
    this.#target.ended(error);
  }
}

/** Stands in while the socket that will hear the events is being made. */
export class EventRelay implements FlowConnectionEvents {
  target: FlowConnectionEvents | null = null;

  established(connection: unknown): void {
    this.target?.established(connection);
  }

  readable(connection: unknown): void {
    this.target?.readable(connection);
  }

  writable(connection: unknown): void {
    this.target?.writable(connection);
  }

  finished(connection: unknown): void {
    this.target?.finished(connection);
  }

  closed(connection: unknown, error: NetErrorCode | null): void {
    this.target?.closed(connection, error);
  }
}
