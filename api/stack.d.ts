// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/stack

import {
  AddressLike,
  Stack,
} from "./shared-1";

import * as _mnet_arp from '@mnet/arp';

import {
  Host,
  IpPrefix,
  MacAddress,
  Millis,
  NetworkDevice,
  Random,
} from "@mnet/core";

import * as _mnet_icmp from '@mnet/icmp';

import * as _mnet_ipv4 from '@mnet/ipv4';

import * as _mnet_tcp from '@mnet/tcp';

import * as _mnet_udp from '@mnet/udp';

interface LogFields {
    layer?: string;
    mac?: string;
    ip?: string;
    flow?: string;
    error?: unknown;
}

interface Logger {
    debug(message: string, fields: LogFields): void;
    info(message: string, fields: LogFields): void;
    warn(message: string, fields: LogFields): void;
}

declare class PlatformHost implements Host {
    #private;
    now(): Millis;
    start(wake: (now: Millis) => void): void;
    arm(at: Millis): void;
    defer(): void;
    hold(alive: boolean): void;
    stop(): void;
}

interface StackOptions {
    device: NetworkDevice;
    name?: string;
    mac?: MacAddress | string;
    ipv4?: IpPrefix | string | readonly (IpPrefix | string)[];
    gateway?: AddressLike;
    conflictDetection?: "announce" | "probe";
    random?: Random;
    host?: Host;
    logger?: Logger;
    parameters?: StackParameters;
}

interface StackParameters {
    arp?: Partial<_mnet_arp.ArpParameters>;
    ipv4?: Partial<_mnet_ipv4.Ipv4Parameters>;
    icmp?: Partial<_mnet_icmp.IcmpParameters>;
    udp?: Partial<_mnet_udp.UdpParameters>;
    tcp?: Partial<_mnet_tcp.TcpParameters>;
}

declare function createStack(options: StackOptions): Promise<Stack>;

declare function macOfName(name: string): MacAddress;

declare const silentLogger: Logger;

export {
  AddressLike,
  type LogFields,
  type Logger,
  PlatformHost,
  Stack,
  type StackOptions,
  type StackParameters,
  createStack,
  macOfName,
  silentLogger,
};

export {
  Abortable,
  AddressInfo,
  KeepAliveOptions,
  PingOptions,
  PingReply,
  PingResult,
  RouteOptions,
  StackEvents,
  StackSupport,
  TcpConnectOptions,
  TcpFlow,
  TcpListenOptions,
  TcpListener,
  TcpModule,
  TcpSocketOptions,
  UdpBindOptions,
  UdpDatagram,
  UdpDestination,
  UdpModule,
  UdpSocket,
} from "./shared-1";

// @mnet/stack/node

import {
  TcpFlow,
} from "./shared-1";

import '@mnet/core';

import {
  Duplex,
} from "node:stream";

declare function toDuplex(flow: TcpFlow): Duplex;

export {
  toDuplex,
};

// shared-1

import {
  Endpoint,
  IpAddress,
  IpPrefix,
  MacAddress,
  Millis,
} from "@mnet/core";

interface Abortable {
    signal?: AbortSignal;
}

interface AddressInfo {
    readonly family: 4 | 6;
    readonly address: IpAddress;
    readonly prefixLength: number;
    readonly scope: "host" | "link" | "global";
    readonly state: "tentative" | "preferred" | "deprecated";
    readonly validUntil: Millis;
}

type AddressLike = IpAddress | string;

interface KeepAliveOptions {
    idle?: Millis;
    interval?: Millis;
    probes?: number;
}

interface PingOptions extends Abortable {
    count?: number;
    size?: number;
    timeout?: Millis;
    interval?: Millis;
    hopLimit?: number;
    dontFragment?: boolean;
}

interface PingReply {
    readonly from: IpAddress;
    readonly roundTrip: Millis;
    readonly hopLimit: number;
    readonly octets: number;
}

interface PingResult {
    readonly sent: number;
    readonly results: readonly (PingReply | {
        readonly code: string;
    })[];
    readonly received: number;
}

interface RouteOptions {
    readonly destination: IpPrefix | string;
    readonly gateway?: AddressLike;
    readonly source?: AddressLike;
    readonly metric?: number;
}

interface Stack extends AsyncDisposable {
    readonly name: string;
    readonly mac: MacAddress;
    readonly supports: StackSupport;
    readonly tcp: TcpModule;
    readonly udp: UdpModule;
    ping(host: AddressLike, options?: PingOptions): Promise<PingResult>;
    addresses(): readonly AddressInfo[];
    addAddress(prefix: IpPrefix | string): void;
    removeAddress(address: AddressLike): void;
    addRoute(route: RouteOptions): void;
    removeRoute(destination: IpPrefix | string, gateway?: AddressLike): void;
    routes(): readonly {
        readonly destination: IpPrefix;
        readonly gateway: IpAddress | null;
        readonly metric: number;
    }[];
    setGateway(gateway: AddressLike | null): void;
    on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void;
    stats(): Readonly<Record<string, Readonly<Record<string, number>>>>;
    kill(options?: {
        timeout?: Millis;
    }): Promise<void>;
}

interface StackEvents {
    address: {
        readonly kind: "added" | "removed";
        readonly prefix: IpPrefix;
    };
    conflict: {
        readonly address: IpAddress;
        readonly mac: MacAddress;
        readonly outcome: "defended" | "contested" | "refused";
    };
    link: {
        readonly up: boolean;
    };
    closed: {
        readonly error: Error | null;
    };
}

interface StackSupport {
    readonly ipv4: boolean;
    readonly ipv6: boolean;
    readonly ping: boolean;
    readonly addressChanges: boolean;
    readonly abort: boolean;
}

interface TcpConnectOptions extends TcpSocketOptions {
    host: AddressLike;
    port: number;
    localHost?: AddressLike;
    localPort?: number;
}

interface TcpFlow extends AsyncIterable<Uint8Array<ArrayBuffer>>, AsyncDisposable {
    readonly local: Endpoint;
    readonly remote: Endpoint;
    read(into: Uint8Array, options?: Abortable): Promise<number>;
    readExactly(octets: number, options?: Abortable): Promise<Uint8Array<ArrayBuffer>>;
    get(options?: Abortable): Promise<readonly Uint8Array[] | null>;
    write(bytes: Uint8Array | string, options?: Abortable): Promise<void>;
    tryWrite(bytes: Uint8Array): number;
    shutdown(how: "read" | "write" | "both"): void;
    close(): Promise<void>;
    abort(): void;
    peers(): {
        readonly local: Endpoint;
        readonly remote: Endpoint;
    };
    setNoDelay(on: boolean): void;
    setKeepAlive(keepAlive: boolean | KeepAliveOptions): void;
    info(): Readonly<Record<string, number | string | boolean>>;
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writable: WritableStream<Uint8Array>;
}

interface TcpListenOptions extends TcpSocketOptions {
    port: number;
    host?: AddressLike;
    backlog?: number;
}

interface TcpListener extends AsyncIterable<TcpFlow>, AsyncDisposable {
    readonly local: Endpoint;
    accept(options?: Abortable): Promise<TcpFlow>;
    serve(handler: (flow: TcpFlow) => Promise<void> | void): Promise<void>;
    close(): Promise<void>;
}

interface TcpModule {
    listen(options: TcpListenOptions | number): TcpListener;
    connect(options: TcpConnectOptions, control?: Abortable & {
        timeout?: Millis;
    }): Promise<TcpFlow>;
}

interface TcpSocketOptions {
    noDelay?: boolean;
    keepAlive?: boolean | KeepAliveOptions;
    userTimeout?: Millis;
    sendBuffer?: number;
    receiveBuffer?: number;
    hopLimit?: number;
    trafficClass?: number;
}

interface UdpBindOptions {
    port?: number;
    host?: AddressLike;
    receiveBuffer?: number;
    broadcast?: boolean;
    reuse?: boolean;
    hopLimit?: number;
    trafficClass?: number;
    dontFragment?: boolean;
}

interface UdpDatagram {
    readonly data: Uint8Array<ArrayBuffer>;
    readonly remote: Endpoint;
    readonly local: Endpoint;
    readonly truncated: boolean;
}

interface UdpDestination {
    readonly host: AddressLike;
    readonly port: number;
}

interface UdpModule {
    bind(options?: UdpBindOptions): UdpSocket;
}

interface UdpSocket extends AsyncIterable<UdpDatagram>, AsyncDisposable {
    readonly local: Endpoint;
    readonly remote: Endpoint | null;
    send(data: Uint8Array | string, to?: UdpDestination | Endpoint): Promise<void>;
    recv(options?: Abortable): Promise<UdpDatagram>;
    connect(to: UdpDestination | Endpoint): void;
    disconnect(): void;
    joinGroup(group: AddressLike): void;
    leaveGroup(group: AddressLike): void;
    close(): Promise<void>;
}
