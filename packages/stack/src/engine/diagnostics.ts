import type { Endpoint, Millis, NetErrorCode } from "@mnet/core";
import { type TcpConnection, type TcpObserver, type TcpState, tcpStateName } from "@mnet/tcp";

/** What `mnet.tcp.state` publishes: a connection went on to another state. */
export interface TcpStateMessage {
  /** The stack's name. */
  readonly stack: string;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Names of RFC 9293 3.3.2, such as `FIN-WAIT-1`. A connection that was accepted comes from `CLOSED` through `SYN-RECEIVED`. */
  readonly from: string;
  readonly to: string;
  /** Why it is CLOSED, such as `ECONNRESET`; `null` otherwise. */
  readonly error: NetErrorCode | null;
}

/** What `mnet.tcp.timeout` publishes: a retransmission timer expired. */
export interface TcpTimeoutMessage {
  /** The stack's name. */
  readonly stack: string;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** How often in a row. */
  readonly retransmissions: number;
  /** Milliseconds until the next one. */
  readonly retransmissionTimeout: Millis;
}

/** As much of Node's `diagnostics_channel` as is used here. */
interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

interface Platform {
  readonly process?: {
    getBuiltinModule?(name: string): { channel(name: string): Channel } | undefined;
  };
}

/** Publishes what becomes of TCP connections. Nothing is made while nobody subscribes. */
class TcpDiagnostics implements TcpObserver {
  readonly #stack: string;
  readonly #states: Channel;
  readonly #timeouts: Channel;

  constructor(stack: string, channel: (name: string) => Channel) {
    this.#stack = stack;
    this.#states = channel("mnet.tcp.state");
    this.#timeouts = channel("mnet.tcp.timeout");
  }

  stateChanged({ local, remote, error }: TcpConnection, from: TcpState, to: TcpState): void {
    if (!this.#states.hasSubscribers) return;
    const names = { from: tcpStateName(from), to: tcpStateName(to) };
    const message: TcpStateMessage = { stack: this.#stack, local, remote, ...names, error };
    this.#states.publish(message);
  }

  timedOut(connection: TcpConnection, now: Millis): void {
    if (!this.#timeouts.hasSubscribers) return;
    const { local, remote } = connection;
    const { retransmissions, retransmissionTimeout } = connection.info(now);
    const message: TcpTimeoutMessage = {
      stack: this.#stack,
      local,
      remote,
      retransmissions,
      retransmissionTimeout,
    };
    this.#timeouts.publish(message);
  }
}

/** What publishes the connections of a stack; `null` where the platform has no `node:diagnostics_channel`. */
export function tcpDiagnostics(stack: string): TcpObserver | null {
  const { process } = globalThis as unknown as Platform;
  const diagnostics = process?.getBuiltinModule?.("node:diagnostics_channel");
  return diagnostics === undefined ? null : new TcpDiagnostics(stack, (name) => diagnostics.channel(name));
}
