import type { Endpoint, Millis } from "@mnet/core";

/**
 * The application interface of `@mnet/stack` by its shape, so that this package need not depend on it: what {@link stackSuite} calls.
 * Whatever has these members can be tested, the original included.
 */
export interface StackLike {
  readonly supports: { readonly ping: boolean; readonly abort: boolean };
  readonly tcp: {
    listen(options: { port: number; backlog?: number; receiveBuffer?: number }): TcpListenerLike;
    connect(
      options: { host: string; port: number; sendBuffer?: number },
      control?: { signal?: AbortSignal; timeout?: Millis },
    ): Promise<TcpFlowLike>;
  };
  readonly udp: { bind(options?: { port?: number; dontFragment?: boolean }): UdpSocketLike };
  ping(host: string, options?: { count?: number; size?: number }): Promise<{ readonly received: number }>;
  on(event: "closed", listener: (event: { readonly error: Error | null }) => void): () => void;
  kill(options?: { timeout?: Millis }): Promise<void>;
}

export interface TcpListenerLike extends AsyncIterable<TcpFlowLike> {
  readonly local: Endpoint;
  accept(options?: { signal?: AbortSignal }): Promise<TcpFlowLike>;
  serve(handler: (flow: TcpFlowLike) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface TcpFlowLike extends AsyncIterable<Uint8Array> {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  read(into: Uint8Array, options?: { signal?: AbortSignal }): Promise<number>;
  readExactly(octets: number): Promise<Uint8Array>;
  get(): Promise<readonly Uint8Array[] | null>;
  write(bytes: Uint8Array | string): Promise<void>;
  tryWrite(bytes: Uint8Array): number;
  shutdown(how: "read" | "write" | "both"): void;
  close(): Promise<void>;
  abort(): void;
}

export interface UdpSocketLike {
  readonly local: Endpoint;
  send(
    data: Uint8Array | string,
    to?: { readonly host: string; readonly port: number } | Endpoint,
  ): Promise<void>;
  recv(options?: {
    signal?: AbortSignal;
  }): Promise<{ readonly data: Uint8Array; readonly remote: Endpoint; readonly local: Endpoint }>;
  connect(to: { readonly host: string; readonly port: number }): void;
  close(): Promise<void>;
}

/** Two stacks on one link, fresh for each test. */
export interface StacksUnderTest {
  readonly client: StackLike;
  readonly server: StackLike;
  readonly clientAddress: string;
  readonly serverAddress: string;
  /** Where the client has no route to. */
  readonly unreachable: string;
  /** Drives the link and the clock until the promise settles, and hands on its outcome. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets what is on its way arrive: some hundred milliseconds at most. */
  quiet(): Promise<void>;
}
