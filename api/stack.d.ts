// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/stack

import {
  Abortable,
  AddressLike,
} from "./shared-1";

import {
  AddressInfo,
  NetworkConfiguration,
  RouteInfo,
  RouterInfo,
  StackEvents,
} from "./shared-2";

import {
  StackOptions,
} from "./shared-3";

import {
  TcpModule,
} from "./shared-4";

import {
  UdpModule,
} from "./shared-5";

import '@mnet/arp';

import {
  Endpoint,
  Host,
  IpAddress,
  IpPrefix,
  MacAddress,
  Millis,
  NetErrorCode,
  Wake,
} from "@mnet/core";

import '@mnet/icmp';

import '@mnet/ipv4';

import '@mnet/ipv6-ndp';

import '@mnet/tcp';

import '@mnet/udp';

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

declare class PlatformHost implements Host {
    #private;
    now(): Millis;
    start(wake: Wake): void;
    arm(at: Millis): void;
    defer(): void;
    hold(alive: boolean): void;
    stop(): void;
}

interface RouteOptions {
    readonly destination: IpPrefix | string;
    readonly gateway?: AddressLike;
    readonly source?: AddressLike;
    readonly metric?: number;
}

interface Stack extends AsyncDisposable {
    readonly name: string;
    readonly mac: MacAddress | null;
    readonly supports: StackSupport;
    readonly tcp: TcpModule;
    readonly udp: UdpModule;
    ping(host: AddressLike, options?: PingOptions): Promise<PingResult>;
    addresses(): readonly AddressInfo[];
    addAddress(prefix: IpPrefix | string): void;
    removeAddress(address: AddressLike): void;
    addRoute(route: RouteOptions): void;
    removeRoute(destination: IpPrefix | string, gateway?: AddressLike): void;
    routes(): readonly RouteInfo[];
    setGateway(gateway: AddressLike | null, family?: 4 | 6): void;
    routers(): readonly RouterInfo[];
    configuration(): NetworkConfiguration;
    on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void;
    stats(): Readonly<Record<string, Readonly<Record<string, number>>>>;
    kill(options?: {
        timeout?: Millis;
    }): Promise<void>;
}

interface StackSupport {
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

interface TcpStateMessage {
    readonly stack: string;
    readonly local: Endpoint;
    readonly remote: Endpoint;
    readonly from: string;
    readonly to: string;
    readonly error: NetErrorCode | null;
}

interface TcpTimeoutMessage {
    readonly stack: string;
    readonly local: Endpoint;
    readonly remote: Endpoint;
    readonly retransmissions: number;
    readonly retransmissionTimeout: Millis;
}

declare function createStack(options: StackOptions): Promise<Stack>;

declare function macOfName(name: string): MacAddress;

export {
  Abortable,
  AddressInfo,
  AddressLike,
  NetworkConfiguration,
  type PingOptions,
  type PingReply,
  type PingResult,
  PlatformHost,
  RouteInfo,
  type RouteOptions,
  RouterInfo,
  type Stack,
  StackEvents,
  StackOptions,
  type StackSupport,
  TcpModule,
  type TcpStateMessage,
  type TcpTimeoutMessage,
  UdpModule,
  createStack,
  macOfName,
};

export {
  LogFields,
  Logger,
  silentLogger,
} from "./shared-2";

export {
  AddressMode,
  StackParameters,
} from "./shared-3";

export {
  KeepAliveOptions,
  TcpConnectOptions,
  TcpFlow,
  TcpListenOptions,
  TcpListener,
  TcpSocketOptions,
} from "./shared-4";

export {
  UdpBindOptions,
  UdpDatagram,
  UdpDestination,
  UdpSocket,
} from "./shared-5";

// @mnet/stack/layers

import './common-Bpbbt7Yf.js';

import {
  AddressInfo,
  Logger,
  NetworkConfiguration,
  RouteInfo,
  RouterInfo,
  StackEvents,
} from "./shared-2";

import {
  AddressMode,
  StackOptions,
  StackParameters,
} from "./shared-3";

import '@mnet/arp';

import {
  Host,
  IpAddress,
  IpLayer,
  IpPrefix,
  LinkLayer,
  MacAddress,
  Millis,
  NetworkDevice,
  Packet,
  Random,
  Timed,
  Verdict,
} from "@mnet/core";

import {
  EthernetLayer,
  IpLink,
} from "@mnet/ethernet";

import {
  Echo,
  EchoEvents,
  EchoRequest,
} from "@mnet/icmp";

import {
  Ipv4Layer,
} from "@mnet/ipv4";

import {
  Ipv6Layer,
} from "@mnet/ipv6-ndp";

import {
  TcpLayer,
} from "@mnet/tcp";

import {
  UdpLayer,
} from "@mnet/udp";

interface CheckedRoute {
    readonly destination: IpPrefix;
    readonly gateway?: IpAddress;
    readonly source?: IpAddress;
    readonly metric?: number;
}

interface DrivenLayers {
    receive(packet: Packet, now: Millis): Verdict;
    readonly timed: readonly Timed[];
    flush(now: Millis): void;
    linkChanged(up: boolean, now: Millis): void;
    capabilitiesChanged(now: Millis): void;
    failed(error: Error): void;
}

interface Family {
    readonly network: IpLayer;
    readonly timed: readonly Timed[];
    start(now: Millis): void;
    flush(now: Millis): void;
    linkChanged(up: boolean, now: Millis): void;
    capabilitiesChanged(now: Millis): void;
    addresses(): readonly AddressInfo[];
    addAddress(prefix: IpPrefix, now: Millis): void;
    removeAddress(address: IpAddress, now: Millis): void;
    addRoute(route: CheckedRoute, now: Millis): void;
    removeRoute(destination: IpPrefix, gateway: IpAddress | undefined, now: Millis): void;
    routes(): readonly RouteInfo[];
    setGateway(gateway: IpAddress | null, now: Millis): void;
    echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo;
    close(now: Millis): void;
    statistics(): Record<string, Record<string, number>>;
}

type FamilyEvent = "address" | "conflict" | "router" | "configuration" | "family";

type FamilyEvents = <K extends FamilyEvent>(event: K, details: StackEvents[K]) => void;

interface FamilyGround {
    readonly link: LinkLayer;
    readonly random: Random;
    readonly parameters: StackParameters;
    readonly name: string;
    readonly events: FamilyEvents;
}

declare class Ipv4Family implements Family {
    #private;
    readonly network: Ipv4Layer;
    readonly timed: readonly Timed[];
    constructor(settings: Ipv4Settings, { link, random, parameters, events }: FamilyGround);
    start(now: Millis): void;
    assume(now: Millis): void;
    flush(now: Millis): void;
    linkChanged(up: boolean, now: Millis): void;
    capabilitiesChanged(): void;
    addresses(): readonly AddressInfo[];
    addAddress(prefix: IpPrefix, now: Millis): void;
    removeAddress(address: IpAddress): void;
    addRoute(route: CheckedRoute): void;
    removeRoute(destination: IpPrefix, gateway: IpAddress | undefined): void;
    routes(): readonly RouteInfo[];
    setGateway(gateway: IpAddress | null): void;
    echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo;
    close(now: Millis): void;
    statistics(): Record<string, Record<string, number>>;
}

interface Ipv4Settings {
    readonly addresses: readonly IpPrefix[];
    readonly gateway: IpAddress | null;
    readonly conflictDetection: "announce" | "probe";
}

declare class Ipv6Family implements Family {
    #private;
    readonly network: Ipv6Layer;
    readonly timed: readonly Timed[];
    constructor(settings: Ipv6Settings, { link, random, parameters, name, events }: FamilyGround);
    start(now: Millis): void;
    flush(now: Millis): void;
    linkChanged(up: boolean, now: Millis): void;
    assume(now: Millis): void;
    capabilitiesChanged(now: Millis): void;
    addresses(): readonly AddressInfo[];
    addAddress(prefix: IpPrefix, now: Millis): void;
    removeAddress(address: IpAddress, now: Millis): void;
    addRoute(route: CheckedRoute): void;
    removeRoute(destination: IpPrefix, gateway: IpAddress | undefined): void;
    routes(): readonly RouteInfo[];
    setGateway(gateway: IpAddress | null, now: Millis): void;
    routers(): readonly RouterInfo[];
    configuration(): NetworkConfiguration;
    echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo;
    close(now: Millis): void;
    statistics(): Record<string, Record<string, number>>;
}

interface Ipv6Settings {
    readonly mode: AddressMode;
    readonly addresses: readonly IpPrefix[];
    readonly gateway: IpAddress | null;
    readonly acceptRouterAdvertisement: boolean;
    readonly temporaryAddresses: boolean;
    readonly stableSecret: Uint8Array | null;
}

declare class Layers implements DrivenLayers {
    #private;
    readonly device: NetworkDevice;
    readonly link: EthernetLayer | IpLink;
    readonly ipv4: Ipv4Family | null;
    readonly ipv6: Ipv6Family | null;
    readonly families: readonly Family[];
    readonly udp: UdpLayer;
    readonly tcp: TcpLayer;
    readonly timed: DrivenLayers["timed"];
    constructor(options: ResolvedOptions, events: LayersEvents);
    family(family: 4 | 6): Family | null;
    start(now: Millis): void;
    receive(packet: Packet, now: Millis): Verdict;
    flush(now: Millis): void;
    linkChanged(up: boolean, now: Millis): void;
    capabilitiesChanged(now: Millis): void;
    failed(error: Error): void;
    close(now: Millis): void;
    statistics(): Record<string, Record<string, number>>;
}

interface LayersEvents {
    readonly family?: FamilyEvents;
    linkChanged(up: boolean): void;
    failed(error: Error): void;
    fault(error: unknown): void;
}

interface ResolvedOptions {
    readonly device: NetworkDevice;
    readonly name: string;
    readonly interfaceName: string;
    readonly mac: MacAddress | null;
    readonly ipv4: Ipv4Settings | null;
    readonly ipv6: Ipv6Settings | null;
    readonly wait: WaitSettings;
    readonly random: Random;
    readonly host: Host;
    readonly logger: Logger;
    readonly parameters: StackParameters;
}

interface WaitSettings {
    readonly for: "link" | "dad" | "global";
    readonly timeout: Millis;
    readonly signal: AbortSignal | null;
}

declare function composeLayers(options: StackOptions, events: LayersEvents, now: Millis): Layers;

export {
  type Family,
  type FamilyEvents,
  Layers,
  type LayersEvents,
  StackOptions,
  StackParameters,
  composeLayers,
};

// @mnet/stack/node

import '../common-Bpbbt7Yf.js';

import {
  TcpFlow,
} from "./shared-4";

import '@mnet/core';

import '@mnet/tcp';

import {
  Duplex,
} from "node:stream";

declare function toDuplex(flow: TcpFlow): Duplex;

export {
  toDuplex,
};

// @mnet/stack/socket-kit

import {
  Abortable,
  AddressLike,
} from "./shared-1";

import {
  Logger,
  StackEvents,
} from "./shared-2";

import {
  KeepAliveOptions,
  TcpFlow,
  TcpListener,
} from "./shared-4";

import {
  UdpDatagram,
  UdpDestination,
  UdpSocket,
} from "./shared-5";

import {
  Endpoint,
  IpAddress,
  Millis,
  NetError,
  NetErrorCode,
  Slice,
} from "@mnet/core";

import '@mnet/tcp';

interface DatagramEvents {
    readable(): void;
    failed(): void;
}

interface DatagramPort {
    readonly local: Endpoint;
    readonly remote: Endpoint | null;
    send(data: Uint8Array, to: Endpoint | null): Promise<void>;
    receive(): UdpDatagram | null;
    takeError(): NetErrorCode | null;
    connect(to: Endpoint): void;
    disconnect(): void;
    joinGroup(group: IpAddress): void;
    leaveGroup(group: IpAddress): void;
    close(): void;
}

declare class DatagramSocket implements UdpSocket, Killable {
    #private;
    constructor(context: SocketContext, bind: (events: DatagramEvents) => DatagramPort);
    get local(): Endpoint;
    get remote(): Endpoint | null;
    send(data: Uint8Array | string, to?: UdpDestination | Endpoint): Promise<void>;
    recv(options?: Abortable): Promise<UdpDatagram>;
    connect(to: UdpDestination | Endpoint): void;
    disconnect(): void;
    joinGroup(group: AddressLike): void;
    leaveGroup(group: AddressLike): void;
    [Symbol.asyncIterator](): AsyncIterator<UdpDatagram>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    kill(): void;
}

declare class Deferred {
    readonly promise: Promise<void>;
    resolve: () => void;
    reject: (error: unknown) => void;
    constructor();
}

declare class Emitter {
    #private;
    constructor(onFault: (error: unknown) => void);
    on<K extends keyof StackEvents>(event: K, listener: (event: StackEvents[K]) => void): () => void;
    emit<K extends keyof StackEvents>(event: K, details: StackEvents[K]): void;
}

declare class EventRelay implements FlowConnectionEvents {
    target: FlowConnectionEvents | null;
    established(connection: unknown): void;
    readable(connection: unknown): void;
    writable(connection: unknown): void;
    finished(connection: unknown): void;
    closed(connection: unknown, error: NetErrorCode | null): void;
}

declare class Flow implements TcpFlow, Killable, FlowTarget {
    #private;
    readonly local: Endpoint;
    readonly remote: Endpoint;
    readonly events: FlowConnectionEvents;
    constructor(context: SocketContext, connection: FlowConnection);
    read(into: Uint8Array, options?: Abortable): Promise<number>;
    readExactly(octets: number, options?: Abortable): Promise<Uint8Array<ArrayBuffer>>;
    get(options?: Abortable): Promise<readonly Uint8Array[] | null>;
    write(bytes: Uint8Array | string, options?: Abortable): Promise<void>;
    tryWrite(bytes: Uint8Array): number;
    shutdown(how: "read" | "write" | "both"): void;
    close(): Promise<void>;
    abort(): void;
    kill(): void;
    peers(): {
        readonly local: Endpoint;
        readonly remote: Endpoint;
    };
    setNoDelay(on: boolean): void;
    setKeepAlive(keepAlive: boolean | KeepAliveOptions): void;
    info(): Readonly<Record<string, number | string | boolean>>;
    get readable(): ReadableStream<Uint8Array<ArrayBuffer>>;
    get writable(): WritableStream<Uint8Array>;
    [Symbol.asyncIterator](): AsyncIterator<Uint8Array<ArrayBuffer>>;
    [Symbol.asyncDispose](): Promise<void>;
    arrived(): void;
    roomCame(): void;
    finished(): void;
    ended(error: NetErrorCode | null): void;
}

interface FlowConnection {
    readonly local: Endpoint;
    readonly remote: Endpoint;
    readonly state: number;
    readonly error: NetErrorCode | null;
    readonly readableOctets: number;
    readonly endOfStream: boolean;
    read(into: Uint8Array, now: Millis): number;
    takeChunk?(limit: number): Uint8Array<ArrayBuffer>;
    peek(slices: readonly [
        Slice,
        Slice
    ]): 0 | 1 | 2;
    consume(octets: number, now: Millis): void;
    write(bytes: Uint8Array, from: number, to: number, now: Millis, lent: boolean): number;
    shutdownWrite(now: Millis): void;
    shutdownRead(now: Millis): void;
    close(now: Millis): void;
    abort(now: Millis): void;
    setNoDelay(on: boolean): void;
    setKeepAlive(keepAlive: false | {
        idle?: Millis;
        interval?: Millis;
        probes?: number;
    }, now: Millis): void;
    info(now: Millis): object;
}

interface FlowConnectionEvents {
    established(connection: unknown): void;
    readable(connection: unknown): void;
    writable(connection: unknown): void;
    finished(connection: unknown): void;
    closed(connection: unknown, error: NetErrorCode | null): void;
}

interface FlowTarget {
    arrived(): void;
    roomCame(): void;
    finished(): void;
    ended(error: NetErrorCode | null): void;
}

interface Killable {
    kill(): void;
}

declare class Listener implements TcpListener, Killable {
    #private;
    constructor(context: SocketContext, listen: (events: ListenerCoreEvents) => ListenerCore);
    get local(): Endpoint;
    accept(options?: Abortable): Promise<TcpFlow>;
    serve(handler: (flow: TcpFlow) => Promise<void> | void): Promise<void>;
    [Symbol.asyncIterator](): AsyncIterator<TcpFlow>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    kill(): void;
}

interface ListenerCore {
    readonly local: Endpoint;
    accept(events: FlowConnectionEvents): FlowConnection | null;
    close(now: Millis): void;
}

interface ListenerCoreEvents {
    acceptable(): void;
    closed(): void;
}

declare abstract class SocketContext {
    #private;
    abstract readonly driver: SocketDriver;
    readonly logger: Logger;
    handlerFailures: number;
    onAllClosed: (() => void) | null;
    constructor(logger: Logger);
    abstract addressOf(host: AddressLike, what: string): IpAddress;
    endpointOf(to: UdpDestination | Endpoint): Endpoint;
    checkUp(syscall: string): void;
    opened(item: Killable): void;
    closed(item: Killable): void;
    get openCount(): number;
    goDown(): void;
}

interface SocketDriver {
    now(): Millis;
    touch(): void;
    hold(): void;
    release(): void;
}

declare function checkOctets(bytes: Uint8Array, what: string): Uint8Array;

declare function failure(code: NetErrorCode, syscall: string, at?: {
    address: unknown;
    port: number;
} | null): NetError;

declare function toOctets(data: Uint8Array | string, what: string): Uint8Array;

export {
  type DatagramEvents,
  type DatagramPort,
  DatagramSocket,
  Deferred,
  Emitter,
  EventRelay,
  Flow,
  type FlowConnection,
  type FlowConnectionEvents,
  type Killable,
  Listener,
  type ListenerCore,
  type ListenerCoreEvents,
  SocketContext,
  type SocketDriver,
  checkOctets,
  failure,
  toOctets,
};

export {
  silentLogger,
} from "./shared-2";

// shared-1

import {
  IpAddress,
} from "@mnet/core";

interface Abortable {
    signal?: AbortSignal;
}

type AddressLike = IpAddress | string;

// shared-2

import {
  IpAddress,
  IpPrefix,
  MacAddress,
  Millis,
} from "@mnet/core";

interface AddressInfo {
    readonly family: 4 | 6;
    readonly address: IpAddress;
    readonly prefixLength: number;
    readonly scope: "host" | "link" | "global";
    readonly state: "tentative" | "preferred" | "deprecated" | "duplicate";
    readonly origin: "static" | "link-local" | "autoconfigured" | "temporary";
    readonly preferredUntil: Millis;
    readonly validUntil: Millis;
}

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

interface NetworkConfiguration {
    readonly managed: boolean;
    readonly otherConfiguration: boolean;
    readonly nameServers: readonly {
        readonly address: IpAddress;
        readonly validUntil: Millis;
    }[];
    readonly searchDomains: readonly {
        readonly name: string;
        readonly validUntil: Millis;
    }[];
    readonly mtu: number | null;
    readonly hopLimit: number | null;
}

interface RouteInfo {
    readonly destination: IpPrefix;
    readonly gateway: IpAddress | null;
    readonly metric: number;
}

interface RouterInfo {
    readonly address: IpAddress;
    readonly preference: "high" | "medium" | "low";
    readonly validUntil: Millis;
    readonly reachable: boolean;
}

interface StackEvents {
    address: {
        readonly kind: "added" | "removed";
        readonly prefix: IpPrefix;
    };
    conflict: {
        readonly address: IpAddress;
        readonly mac: MacAddress | null;
        readonly outcome: "defended" | "contested" | "refused";
    };
    router: {
        readonly kind: "added" | "changed" | "removed";
        readonly router: RouterInfo;
    };
    configuration: NetworkConfiguration;
    link: {
        readonly up: boolean;
    };
    family: {
        readonly family: 4 | 6;
        readonly on: boolean;
        readonly reason: string;
    };
    closed: {
        readonly error: Error | null;
    };
}

declare const silentLogger: Logger;

// shared-3

import {
  Abortable,
  AddressLike,
} from "./shared-1";

import {
  Logger,
} from "./shared-2";

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

import * as _mnet_ipv6_ndp from '@mnet/ipv6-ndp';

import * as _mnet_tcp from '@mnet/tcp';

import * as _mnet_udp from '@mnet/udp';

type AddressMode = "eui64" | "random" | "stable";

interface StackOptions extends Abortable {
    device: NetworkDevice;
    name?: string;
    interfaceName?: string;
    mac?: MacAddress | string;
    ipv4?: IpPrefix | string | false | readonly (IpPrefix | string)[];
    ipv6?: AddressMode | "none" | false | IpPrefix | string | readonly (AddressMode | IpPrefix | string)[];
    gateway?: AddressLike;
    gateway6?: AddressLike;
    ipv4Only?: boolean;
    ipv6Only?: boolean;
    acceptRouterAdvertisement?: boolean;
    temporaryAddresses?: boolean;
    stableSecret?: Uint8Array;
    conflictDetection?: "announce" | "probe";
    waitFor?: "link" | "dad" | "global";
    waitTimeout?: Millis;
    random?: Random;
    host?: Host;
    logger?: Logger;
    parameters?: StackParameters;
}

interface StackParameters {
    arp?: Partial<_mnet_arp.ArpParameters>;
    ipv4?: Partial<_mnet_ipv4.Ipv4Parameters>;
    ipv6?: Partial<_mnet_ipv6_ndp.Ipv6Parameters>;
    icmp?: Partial<_mnet_icmp.IcmpParameters>;
    udp?: Partial<_mnet_udp.UdpParameters>;
    tcp?: Partial<_mnet_tcp.TcpParameters>;
}

// shared-4

import {
  Abortable,
  AddressLike,
} from "./shared-1";

import {
  Endpoint,
  Millis,
} from "@mnet/core";

import {
  CongestionChoice,
  EcnMode,
} from "@mnet/tcp";

interface KeepAliveOptions {
    idle?: Millis;
    interval?: Millis;
    probes?: number;
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
    ipv6Only?: boolean;
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
    congestion?: CongestionChoice;
    ecn?: EcnMode;
    pacing?: boolean;
    hopLimit?: number;
    trafficClass?: number;
}

// shared-5

import {
  Abortable,
  AddressLike,
} from "./shared-1";

import {
  Endpoint,
} from "@mnet/core";

interface UdpBindOptions {
    port?: number;
    host?: AddressLike;
    ipv6Only?: boolean;
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
