// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/udp

import {
  Endpoint,
  FlowLabels,
  IcmpErrorKind,
  IpAddress,
  IpInfo,
  IpLayer,
  Millis,
  NetErrorCode,
  Packet,
  Random,
  Route,
  RouteCache,
  SendOptions,
  TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";

interface BindOptions {
    readonly address?: IpAddress;
    readonly port?: number;
    readonly family?: 4 | 6;
    readonly receiveBuffer?: number;
    readonly broadcast?: boolean;
    readonly reuse?: boolean;
}

declare class Binding {
    #private;
    readonly address: IpAddress | null;
    readonly family: 4 | 6 | null;
    readonly port: number;
    readonly reuse: boolean;
    readonly events: UdpEvents;
    readonly queue: ReceiveQueue;
    readonly groups: IpAddress[];
    remote: Endpoint | null;
    source: IpAddress | null;
    dontFragment: boolean;
    dropped: number;
    error: NetErrorCode | null;
    constructor(options: BindingOptions, events: UdpEvents);
    connect(remote: Endpoint, source: IpAddress): void;
    disconnect(): void;
    score(info: IpInfo, sourcePort: number): number;
    takesGroup(info: IpInfo, sourcePort: number): boolean;
    maySend(quoted: IpInfo, peerPort: number): boolean;
    memberIndex(group: IpInfo["destination"]): number;
    deliver(bytes: Uint8Array, start: number, end: number, info: IpInfo, sourcePort: number): Verdict;
    fail(code: NetErrorCode): void;
}

interface BindingOptions {
    readonly address: IpAddress | null;
    readonly family: 4 | 6 | null;
    readonly port: number;
    readonly source: IpAddress | null;
    readonly reuse: boolean;
    readonly receiveBuffer: number;
}

declare const DATAGRAM_OVERHEAD = 256;

interface Datagram {
    readonly data: Uint8Array<ArrayBuffer>;
    readonly remote: Endpoint;
    readonly local: Endpoint;
    readonly truncated: false;
}

interface PortOwner {
    readonly transmitter: Transmitter;
    readonly parameters: UdpParameters;
    readonly latest: Millis;
    release(binding: Binding): void;
    noteTime(now: Millis): void;
}

declare class ReceiveQueue {
    #private;
    constructor(limit: number);
    get length(): number;
    hasRoom(octets: number): boolean;
    push(datagram: Datagram): void;
    shift(): Datagram | null;
    clear(): void;
}

interface Sender {
    readonly binding: Binding;
    readonly routes: RouteCache;
    readonly broadcast: boolean;
    readonly how: SendOptions;
    labelled: Route | null;
    labelledPort: number;
}

declare class Transmitter {
    #private;
    constructor(networks: readonly IpLayer[], labels: FlowLabels, sent: VerdictCounters);
    network(family: 4 | 6, syscall: string, address?: IpAddress): IpLayer;
    route(sender: Sender, to: IpAddress, syscall: string): Route;
    send(sender: Sender, data: Uint8Array, to: Endpoint, now: Millis): Verdict;
}

interface UdpEvents {
    readable(): void;
    failed(code: NetErrorCode): void;
}

declare class UdpLayer implements TransportHandler {
    #private;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    constructor(options: {
        networks: readonly IpLayer[];
        random: Random;
        parameters?: Partial<UdpParameters>;
    });
    bind(options: BindOptions, events: UdpEvents): UdpPort;
    input(packet: Packet, info: IpInfo, now: Millis): Verdict;
    error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, now: Millis): boolean;
    flush(_now: Millis): void;
    close(now?: Millis): void;
}

interface UdpParameters {
    readonly hopLimit: number;
    readonly multicastHopLimit: number;
    readonly receiveBuffer: number;
    readonly firstEphemeralPort: number;
    readonly lastEphemeralPort: number;
    readonly groupsPerPort: number;
}

declare class UdpPort {
    #private;
    constructor(owner: PortOwner, binding: Binding, broadcast: boolean, any: IpAddress);
    get local(): Endpoint;
    get remote(): Endpoint | null;
    get pending(): number;
    get dropped(): number;
    get hopLimit(): number;
    set hopLimit(value: number);
    get multicastHopLimit(): number;
    set multicastHopLimit(value: number);
    get multicastLoop(): boolean;
    set multicastLoop(value: boolean);
    get trafficClass(): number;
    set trafficClass(value: number);
    get dontFragment(): boolean;
    set dontFragment(value: boolean);
    connect(to: Endpoint): void;
    disconnect(): void;
    send(data: Uint8Array, to: Endpoint | null, now: Millis): Verdict;
    receive(): Datagram | null;
    takeError(): NetErrorCode | null;
    joinGroup(group: IpAddress, now: Millis): void;
    leaveGroup(group: IpAddress, now: Millis): void;
    close(now?: Millis): void;
    shutDown(now: Millis): void;
}

declare const defaultUdpParameters: UdpParameters;

export {
  type BindOptions,
  DATAGRAM_OVERHEAD,
  type Datagram,
  type UdpEvents,
  UdpLayer,
  type UdpParameters,
  UdpPort,
  defaultUdpParameters,
};
