import type { Endpoint, IpAddress, Millis } from "@mnet/core";

/**
 * The application interface of `@mnet/stack` by its shape, so that this package need not depend on it: what {@link stackSuite} calls.
 * Whatever has these members can be tested, the original included.
 */
export interface StackLike extends AsyncDisposable {
  readonly name: string;
  readonly supports: StackSupportLike;
  readonly tcp: {
    listen(options: TcpListenOptionsLike | number): TcpListenerLike;
    connect(
      options: TcpConnectOptionsLike,
      control?: { signal?: AbortSignal; timeout?: Millis },
    ): Promise<TcpFlowLike>;
  };
  readonly udp: { bind(options?: UdpBindOptionsLike): UdpSocketLike };
  ping(host: string, options?: { count?: number; size?: number }): Promise<{ readonly received: number }>;
  addresses(): readonly { readonly address: IpAddress; readonly family: 4 | 6; readonly state: string }[];
  addAddress(prefix: string): void;
  removeAddress(address: string): void;
  addRoute(route: { readonly destination: string; readonly gateway?: string }): void;
  removeRoute(destination: string): void;
  routes(): readonly { readonly destination: unknown }[];
  setGateway(gateway: string | null): void;
  routers(): readonly unknown[];
  configuration(): object;
  on(event: "closed", listener: (event: { readonly error: Error | null }) => void): () => void;
  stats(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  kill(options?: { timeout?: Millis }): Promise<void>;
}

/** What a stack says that it can do. The suite tests either that it can, or that it says no by name. */
export interface StackSupportLike {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly ping: boolean;
  readonly addressChanges: boolean;
  readonly routers: boolean;
  readonly abort: boolean;
  readonly multicast: boolean;
  readonly headerFields: boolean;
  readonly userTimeout: boolean;
  readonly keepAliveTiming: boolean;
  readonly acknowledgedClose: boolean;
  readonly dontFragment: boolean;
  readonly datagramDestination: boolean;
}

export interface TcpSocketOptionsLike {
  noDelay?: boolean;
  keepAlive?: boolean | { idle?: Millis; interval?: Millis; probes?: number };
  userTimeout?: Millis;
  sendBuffer?: number;
  receiveBuffer?: number;
  hopLimit?: number;
  trafficClass?: number;
}

export interface TcpListenOptionsLike extends TcpSocketOptionsLike {
  port: number;
  host?: string;
  ipv6Only?: boolean;
  backlog?: number;
}

export interface TcpConnectOptionsLike extends TcpSocketOptionsLike {
  host: string;
  port: number;
  localHost?: string;
  localPort?: number;
}

export interface TcpListenerLike extends AsyncIterable<TcpFlowLike>, AsyncDisposable {
  readonly local: Endpoint;
  accept(options?: { signal?: AbortSignal }): Promise<TcpFlowLike>;
  serve(handler: (flow: TcpFlowLike) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface TcpFlowLike extends AsyncIterable<Uint8Array>, AsyncDisposable {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  read(into: Uint8Array, options?: { signal?: AbortSignal }): Promise<number>;
  readExactly(octets: number, options?: { signal?: AbortSignal }): Promise<Uint8Array>;
  get(options?: { signal?: AbortSignal }): Promise<readonly Uint8Array[] | null>;
  write(bytes: Uint8Array | string, options?: { signal?: AbortSignal }): Promise<void>;
  tryWrite(bytes: Uint8Array): number;
  shutdown(how: "read" | "write" | "both"): void;
  close(): Promise<void>;
  abort(): void;
  peers(): { readonly local: Endpoint; readonly remote: Endpoint };
  setNoDelay(on: boolean): void;
  setKeepAlive(keepAlive: boolean | { idle?: Millis; interval?: Millis; probes?: number }): void;
  info(): Readonly<Record<string, number | string | boolean>>;
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array>;
}

export interface UdpBindOptionsLike {
  port?: number;
  host?: string;
  ipv6Only?: boolean;
  receiveBuffer?: number;
  broadcast?: boolean;
  reuse?: boolean;
  hopLimit?: number;
  trafficClass?: number;
  dontFragment?: boolean;
}

export interface UdpDatagramLike {
  readonly data: Uint8Array;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly truncated: boolean;
}

export interface UdpSocketLike extends AsyncIterable<UdpDatagramLike>, AsyncDisposable {
  readonly local: Endpoint;
  readonly remote: Endpoint | null;
  send(
    data: Uint8Array | string,
    to?: { readonly host: string; readonly port: number } | Endpoint,
  ): Promise<void>;
  recv(options?: { signal?: AbortSignal }): Promise<UdpDatagramLike>;
  connect(to: { readonly host: string; readonly port: number }): void;
  disconnect(): void;
  joinGroup(group: string): void;
  leaveGroup(group: string): void;
  close(): Promise<void>;
}

/** Addresses of both stacks, of one family. */
export interface AddressPair {
  readonly client: string;
  readonly server: string;
}

/** Two stacks that reach each other, fresh for each test. What is `undefined` the world does not have, and its cases are left out. */
export interface StacksUnderTest {
  readonly client: StackLike;
  readonly server: StackLike;
  readonly clientAddress: string;
  readonly serverAddress: string;
  /** Where the client has no route to. */
  readonly unreachable: string;
  /** On the client's link, where nobody answers: connecting takes longer than a moment to fail. */
  readonly silent?: string | undefined;
  /** A multicast group that reaches from the client to the server. */
  readonly group?: string | undefined;
  /** A broadcast address that reaches from the client to the server. */
  readonly broadcast?: string | undefined;
  /** Two ports that are free on the server and the client. Default 4242, where the service of a case is, and 4343, where nobody is. */
  readonly ports?: readonly [number, number] | undefined;
  /** Drives the link and the clock until the promise settles, and hands on its outcome. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets what is on its way arrive: some hundred milliseconds at most. */
  quiet(): Promise<void>;
}

/** Where two stacks with both families reach each other by either. */
export interface DualStacksUnderTest extends StacksUnderTest {
  readonly v4: AddressPair;
  readonly v6: AddressPair;
}
