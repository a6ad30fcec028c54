import type { NetErrorCode } from "@mnet/core";
import type { ConnectionEvents, TcpConnection } from "@mnet/tcp";

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
export class FlowEvents implements ConnectionEvents {
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

  closed(_connection: TcpConnection, error: NetErrorCode | null): void {
    this.#target.ended(error);
  }
}
