import { Peer } from "./peer.ts";

interface To {
  readonly host: string;
  readonly port: number;
}

export interface TcpClientOptions extends To {
  /** Random octets to send on each connection. Default 0. */
  readonly octets?: number;
  /** Default 1. */
  readonly connections?: number;
  /** How many of them at a time. Default 1. */
  readonly concurrency?: number;
  /** Establish all connections before any of them sends. Default false. */
  readonly together?: boolean;
  /** End the writing side after sending and read on. Default true; otherwise when the peer has ended. */
  readonly halfClose?: boolean;
  /** Reset the connection after that many octets were received. */
  readonly reset?: number;
  /** End the writing side after that many octets were received. */
  readonly limit?: number;
  /** Read nothing until the command `resume`. Default false. */
  readonly stalled?: boolean;
}

export interface TcpConnectionReport {
  readonly sent: number;
  readonly sentHash: string;
  readonly received: number;
  /** SHA-256, hexadecimal. */
  readonly receivedHash: string;
  /** The peer ended its stream. */
  readonly ended: boolean;
  /** Such as `ECONNREFUSED`. */
  readonly error: string | null;
}

export interface TcpClientReport {
  readonly established: number;
  readonly milliseconds: number;
  /** Connections that ended in order. */
  readonly ended: number;
  /** Those of them that brought back exactly what was sent. */
  readonly echoed: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly first: TcpConnectionReport;
}

/** Lets the kernel's TCP connect as a client; resolves when all connections are closed. */
export async function tcpClient(options: TcpClientOptions, timeout = 60_000): Promise<TcpClientReport> {
  const peer = Peer.start("tcp-client", options);
  try {
    return (await peer.event("done", timeout)) as unknown as TcpClientReport;
  } finally {
    await peer.stop();
  }
}

export interface TcpServerOptions {
  /**
   * `echo`; `sink`: answers an ended stream with its SHA-256 in hexadecimal; `source`: sends `octets` and ends; `reset`: resets after
   * `octets` are read; `stall`: a sink that reads nothing until the command `resume`; `discard`: reads, never answers, never ends.
   */
  readonly mode?: "echo" | "sink" | "source" | "reset" | "stall" | "discard";
  readonly octets?: number;
  readonly host?: string;
  /** Default 0: the kernel chooses. */
  readonly port?: number;
}

/** A listening peer. Its events: `connection`, `error`, `closed`. Stop it when done. */
export interface ServerPeer {
  readonly peer: Peer;
  readonly port: number;
}

/** Lets the kernel's TCP listen; resolves when it does. */
export function tcpServer(options: TcpServerOptions = {}): Promise<ServerPeer> {
  return listening(Peer.start("tcp-server", options));
}

export interface UdpClientOptions extends To {
  /** Octets of the datagrams, sent one after another. */
  readonly sizes: readonly number[];
  /** Milliseconds to wait for each answer. Default 2000. */
  readonly patience?: number;
  readonly localPort?: number;
}

export interface UdpClientReport {
  readonly echoed: number;
  /** Sizes of those that did not come back unchanged. */
  readonly missing: readonly number[];
  readonly errors: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

/** Lets the kernel send datagrams to an echo service. */
export async function udpClient(options: UdpClientOptions, timeout = 60_000): Promise<UdpClientReport> {
  const peer = Peer.start("udp-client", options);
  try {
    return (await peer.event("done", timeout)) as unknown as UdpClientReport;
  } finally {
    await peer.stop();
  }
}

/** Lets the kernel echo datagrams, at 0.0.0.0 unless `host` says otherwise; resolves when it listens. Its event for each: `datagram`. */
export function udpServer(
  options: { readonly host?: string; readonly port?: number } = {},
): Promise<ServerPeer> {
  return listening(Peer.start("udp-server", options));
}

async function listening(peer: Peer): Promise<ServerPeer> {
  try {
    const { port } = await peer.event("listening");
    return { peer, port: port as number };
  } catch (error) {
    await peer.stop();
    throw error;
  }
}
