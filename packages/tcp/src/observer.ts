import type { Millis } from "@mnet/core";
import type { TcpConnection } from "./connection.ts";
import type { TcpState } from "./state.ts";

/**
 * Who watches all connections of a layer, for diagnosis. It is called from the inside of the protocol: it may look at the connection, but must
 * not call it, throw, or take long. Half-open connections have no record of their own and are not told of before the handshake is done.
 */
export interface TcpObserver {
  /** A connection went on to another state (RFC 9293 3.3.2); CLOSED with `connection.error`. What follows TIME-WAIT is not told. */
  stateChanged(connection: TcpConnection, from: TcpState, to: TcpState): void;
  /** The retransmission timer of a connection expired, and what was outstanding is sent again (RFC 6298 5.4). */
  timedOut(connection: TcpConnection, now: Millis): void;
}
