// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/tcp

import {
  DeadlineHeap,
  Endpoint,
  HeapItem,
  IcmpErrorKind,
  IpAddress,
  IpInfo,
  IpLayer,
  Millis,
  NetErrorCode,
  Packet,
  Random,
  Route,
  SendOptions,
  Slice,
  Timed,
  TransportHandler,
  Verdict,
  VerdictCounters,
  Words,
} from "@mnet/core";

interface CongestionController {
    readonly name: string;
    readonly window: number;
    readonly threshold: number;
    start(segment: number, initialWindow: number): void;
    segmentChanged(segment: number): void;
    acknowledged(octets: number, afterTimeout: boolean, now: Millis): void;
    recoveryStarted(inFlight: number, now: Millis): void;
    duplicateAcknowledged(): void;
    partiallyAcknowledged(octets: number): void;
    recoveryEnded(inFlight: number, now: Millis): void;
    timedOut(inFlight: number, again: boolean, now: Millis): void;
    restarted(now: Millis): void;
}

interface ConnectOptions extends ConnectionOptions {
    readonly local?: Partial<Endpoint>;
}

interface ConnectionEvents {
    established(connection: TcpConnection): void;
    readable(connection: TcpConnection): void;
    writable(connection: TcpConnection): void;
    finished(connection: TcpConnection): void;
    closed(connection: TcpConnection, error: NetErrorCode | null): void;
}

interface ConnectionOptions {
    readonly noDelay?: boolean;
    readonly keepAlive?: false | KeepAliveOptions;
    readonly userTimeout?: Millis;
    readonly sendBuffer?: number;
    readonly receiveBuffer?: number;
    readonly hopLimit?: number;
    readonly trafficClass?: number;
}

declare class ControlBlock implements Flow, HeapItem {
    readonly kind: typeof FlowKind.Connection;
    flowHash: number;
    flowNext: Flow | null;
    nextTurn: ControlBlock | null;
    heapIndex: number;
    heapDeadline: Millis;
    readonly context: TcpContext;
    readonly network: IpLayer;
    readonly local: IpAddress;
    readonly remote: IpAddress;
    readonly localPort: number;
    readonly remotePort: number;
    route: Route;
    readonly sendOptions: SendOptions;
    readonly connection: TcpConnection;
    events: ConnectionEvents | null;
    listener: TcpListener | null;
    signals: number;
    state: TcpState;
    error: NetErrorCode | null;
    softError: NetErrorCode | null;
    timeWait: TimeWaitRecord | null;
    readShutdown: boolean;
    fullyClosed: boolean;
    sendUnacknowledged: number;
    sendNext: number;
    resendNext: number;
    readonly initialSend: number;
    sendEnd: number;
    sendBase: number;
    finQueued: boolean;
    sendWindow: number;
    maximumSendWindow: number;
    windowUpdateSequence: number;
    windowUpdateAcknowledgment: number;
    sendScale: number;
    peerSegment: number;
    sendSegment: number;
    readonly sendRing: SendRing;
    wantsRoom: boolean;
    initialReceive: number;
    receiveNext: number;
    receiveEdge: number;
    lastAcknowledgment: number;
    receiveScale: number;
    receiveLimit: number;
    readonly receiveRing: ReceiveRing;
    readonly ranges: ReassemblyRanges;
    receiveSegment: number;
    remoteFin: boolean;
    remoteFinSequence: number;
    endOfText: boolean;
    readonly congestion: CongestionController;
    readonly roundTrip: RoundTripEstimator;
    timedSequence: number;
    timedAt: Millis;
    duplicateAcks: number;
    inflationLeft: number;
    inFlightAtFirstDuplicate: number;
    recovering: boolean;
    recoverySequence: number;
    recoveryTimerRestarted: boolean;
    resendFirst: boolean;
    retransmissions: number;
    unansweredProbes: number;
    unansweredKeepAlives: number;
    persistInterval: Millis;
    forceSend: boolean;
    synRetransmissions: number;
    acknowledgeNow: boolean;
    duplicatesOwed: number;
    unacknowledgedOctets: number;
    quickAcknowledgments: number;
    challengesLeft: number;
    challengeSince: Millis;
    retransmitDeadline: Millis;
    persistDeadline: Millis;
    acknowledgeDeadline: Millis;
    keepAliveDeadline: Millis;
    userDeadline: Millis;
    finWaitDeadline: Millis;
    noDelay: boolean;
    keepAlive: {
        readonly idle: Millis;
        readonly interval: Millis;
        readonly probes: number;
    } | null;
    userTimeout: Millis | null;
    readonly openedAt: Millis;
    lastReceivedAt: Millis;
    lastSentAt: Millis;
    octetsSent: number;
    octetsReceived: number;
    octetsRetransmitted: number;
    dirty: boolean;
    constructor(context: TcpContext, network: IpLayer, route: Route, ports: {
        readonly local: number;
        readonly remote: number;
    }, settings: FlowSettings, initialSend: number, events: ConnectionEvents | null, now: Millis);
    get inFlight(): number;
    get unsent(): number;
    get finSent(): boolean;
    get finAcknowledged(): boolean;
    get receiveWindow(): number;
    get synWindow(): number;
    earliestDeadline(): Millis;
    armTimers(): void;
    stopTimers(): void;
}

declare class EphemeralPorts {
    #private;
    constructor(range: {
        readonly first: number;
        readonly last: number;
    }, random: Random);
    choose(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number, inUse: PortUse): number;
}

interface Flow {
    readonly kind: FlowKind;
    readonly local: IpAddress;
    readonly remote: IpAddress;
    readonly localPort: number;
    readonly remotePort: number;
    flowHash: number;
    flowNext: Flow | null;
}

declare class FlowHash {
    #private;
    constructor(random: Random);
    of(local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number): number;
}

declare const FlowKind: {
    readonly Connection: 0;
    readonly TimeWait: 1;
};

type FlowKind = (typeof FlowKind)[keyof typeof FlowKind];

declare class FlowSettings {
    #private;
    readonly noDelay: boolean;
    readonly keepAlive: KeepAlive | null;
    readonly userTimeout: Millis | null;
    readonly sendBuffer: number;
    readonly receiveCapacity: number;
    readonly receiveLimit: number;
    readonly windowScale: number;
    readonly options: SendOptions;
    constructor(options: ConnectionOptions, params: TcpParameters);
    sendOptions(): SendOptions;
    defaultPeerSegment(family: 4 | 6): number;
}

declare class FlowTable<T extends Flow> {
    #private;
    size: number;
    constructor(random: Random);
    find(local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number): T | null;
    add(flow: T): void;
    remove(flow: T): void;
    toArray(): T[];
    longestChain(): number;
}

interface HalfOpen {
    readonly queue: SynQueue;
    readonly at: number;
    readonly network: IpLayer;
    readonly local: IpAddress;
    readonly remote: IpAddress;
    readonly localPort: number;
    readonly remotePort: number;
    readonly initialSend: number;
    readonly initialReceive: number;
    readonly peerSegment: number;
    readonly peerScale: number;
    readonly retries: number;
    readonly deadline: Millis;
}

interface HalfOpenFields {
    readonly local: Readonly<Words>;
    readonly remote: Readonly<Words>;
    readonly remotePort: number;
    readonly initialSend: number;
    readonly initialReceive: number;
    readonly peerSegment: number;
    readonly peerScale: number;
}

declare class InitialSequence {
    #private;
    constructor(random: Random);
    choose(local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number, now: Millis): number;
}

type KeepAlive = Readonly<Required<KeepAliveOptions>>;

interface KeepAliveOptions {
    readonly idle?: Millis;
    readonly interval?: Millis;
    readonly probes?: number;
}

interface ListenOptions extends ConnectionOptions {
    readonly address?: IpAddress;
    readonly port: number;
    readonly backlog?: number;
}

interface ListenerEvents {
    acceptable(listener: TcpListener): void;
    closed(error: NetErrorCode | null): void;
}

declare class ListenerTable {
    #private;
    readonly any: IpAddress;
    add(listener: TcpListener): void;
    remove(listener: TcpListener): void;
    find(address: Readonly<Words>, port: number): TcpListener | null;
    hasPort(port: number): boolean;
    conflicts(address: IpAddress | null, port: number): boolean;
    toArray(): TcpListener[];
}

declare class NewReno implements CongestionController {
    #private;
    readonly name = "newreno";
    window: number;
    threshold: number;
    start(segment: number, initialWindow: number): void;
    segmentChanged(segment: number): void;
    acknowledged(octets: number, afterTimeout: boolean): void;
    recoveryStarted(inFlight: number): void;
    duplicateAcknowledged(): void;
    partiallyAcknowledged(octets: number): void;
    recoveryEnded(inFlight: number): void;
    timedOut(inFlight: number, again: boolean): void;
    restarted(): void;
}

type PortUse = (port: number) => boolean;

declare class ReassemblyRanges {
    #private;
    count: number;
    constructor(limit: number);
    get octets(): number;
    accepts(start: number, end: number): boolean;
    insert(start: number, end: number): void;
    takeFrom(next: number): number;
    clear(): void;
    toArray(): [
        number,
        number
    ][];
}

declare class ReceiveRing {
    #private;
    readable: number;
    constructor(capacity: number, pool: SlabPool);
    get capacity(): number;
    write(offset: number, octets: Uint8Array): void;
    advance(octets: number): void;
    copy(into: Uint8Array): number;
    aim(slices: readonly [
        Slice,
        Slice
    ]): 0 | 1 | 2;
    consume(octets: number, idle: boolean): void;
}

declare class RoundTripEstimator {
    #private;
    smoothed: Millis;
    variation: Millis;
    minimum: Millis;
    timeout: Millis;
    constructor(params: TcpParameters);
    sample(measured: Millis): void;
    backOff(): void;
    atLeast(least: Millis): void;
}

declare class SendRing {
    #private;
    readonly limit: number;
    length: number;
    constructor(limit: number, capacity: number, pool: SlabPool);
    get free(): number;
    append(bytes: Uint8Array, from: number, to: number): number;
    drop(octets: number): void;
    lift(offset: number, length: number, packet: Packet, headroom: number): boolean;
    pieces(offset: number, length: number): 1 | 2;
    aim(offset: number, length: number, slices: readonly [
        Slice,
        Slice
    ]): 0 | 1 | 2;
    copy(offset: number, length: number, into: Uint8Array, at: number): void;
    clear(): void;
}

interface Slab {
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly whole: Uint8Array;
    readonly margin: Uint8Array;
    readonly marginView: DataView;
}

declare class SlabPool {
    #private;
    lent: number;
    constructor(limit: number);
    take(size: number): Slab;
    give(slab: Slab): void;
}

declare class SynQueue implements HeapItem {
    #private;
    heapIndex: number;
    heapDeadline: Millis;
    readonly listener: TcpListener;
    readonly settings: FlowSettings;
    constructor(context: TcpContext, listener: TcpListener, settings: FlowSettings);
    get size(): number;
    find(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number): HalfOpen | null;
    first(): HalfOpen | null;
    keep(fields: HalfOpenFields, deadline: Millis): HalfOpen;
    forget(half: HalfOpen): void;
    retried(half: HalfOpen, deadline: Millis): void;
    mayChallenge(half: HalfOpen, now: Millis): boolean;
    earliestDeadline(): Millis;
}

declare class TcpConnection {
    #private;
    readonly local: Endpoint;
    readonly remote: Endpoint;
    constructor(block: ControlBlock);
    get state(): TcpState;
    get error(): NetErrorCode | null;
    get readableOctets(): number;
    get endOfStream(): boolean;
    get writableOctets(): number;
    get unacknowledgedOctets(): number;
    read(into: Uint8Array, _now: Millis): number;
    peek(slices: readonly [
        Slice,
        Slice
    ]): 0 | 1 | 2;
    consume(octets: number, _now: Millis): void;
    write(bytes: Uint8Array, from: number, to: number, now: Millis): number;
    shutdownWrite(now: Millis): void;
    shutdownRead(_now: Millis): void;
    close(now: Millis): void;
    abort(now: Millis): void;
    setNoDelay(on: boolean): void;
    setKeepAlive(options: false | KeepAliveOptions, now?: Millis): void;
    setUserTimeout(timeout: Millis, now?: Millis): void;
    info(now: Millis): TcpInfo;
}

declare class TcpContext {
    #private;
    readonly params: TcpParameters;
    readonly networks: readonly IpLayer[];
    readonly flows: FlowTable<ControlBlock | TimeWaitRecord>;
    readonly listeners: ListenerTable;
    readonly timeWait: TimeWaitTable;
    readonly timers: DeadlineHeap<ControlBlock | SynQueue>;
    readonly halfOpenHash: FlowHash;
    readonly slabs: SlabPool;
    readonly initialSequence: InitialSequence;
    readonly ports: EphemeralPorts;
    readonly statistics: TcpStatistics;
    readonly sent: VerdictCounters;
    readonly replyOptions: SendOptions;
    readonly outgoing: Packet;
    readonly lifted: Packet;
    readonly dirty: TurnQueue;
    readonly blocked: TurnQueue;
    deviceBusy: boolean;
    flushing: boolean;
    constructor(networks: readonly IpLayer[], random: Random, params: TcpParameters);
    markDirty(block: ControlBlock): void;
    mayReset(now: Millis): boolean;
    network(family: 4 | 6): IpLayer | null;
}

interface TcpInfo {
    readonly state: string;
    readonly congestion: string;
    readonly congestionWindow: number;
    readonly slowStartThreshold: number;
    readonly recovering: boolean;
    readonly sendSegment: number;
    readonly receiveSegment: number;
    readonly sendWindow: number;
    readonly receiveWindow: number;
    readonly sendScale: number;
    readonly receiveScale: number;
    readonly inFlight: number;
    readonly sendQueue: number;
    readonly receiveQueue: number;
    readonly outOfOrder: number;
    readonly roundTrip: Millis;
    readonly roundTripVariation: Millis;
    readonly minimumRoundTrip: Millis;
    readonly retransmissionTimeout: Millis;
    readonly retransmissions: number;
    readonly probes: number;
    readonly octetsSent: number;
    readonly octetsRetransmitted: number;
    readonly octetsReceived: number;
    readonly sinceSent: Millis;
    readonly sinceReceived: Millis;
    readonly pathMtu: number;
    readonly softError: NetErrorCode | "";
}

declare class TcpLayer implements TransportHandler, Timed {
    #private;
    readonly counters: VerdictCounters;
    constructor(options: TcpLayerOptions);
    get sent(): VerdictCounters;
    get timeWaitCount(): number;
    listen(options: ListenOptions, events: ListenerEvents): TcpListener;
    connect(remote: Endpoint, options: ConnectOptions, events: ConnectionEvents, now: Millis): TcpConnection;
    connections(): Iterable<TcpConnection>;
    statistics(): Record<string, number>;
    input(packet: Packet, info: IpInfo, now: Millis): Verdict;
    error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, _now: Millis): boolean;
    flush(now: Millis): void;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    kill(now: Millis): void;
}

interface TcpLayerOptions {
    readonly networks: readonly IpLayer[];
    readonly random: Random;
    readonly parameters?: Partial<TcpParameters>;
}

declare class TcpListener {
    #private;
    readonly local: Endpoint;
    readonly address: IpAddress | null;
    readonly settings: FlowSettings;
    readonly backlog: number;
    readonly synQueue: SynQueue;
    constructor(context: TcpContext, address: IpAddress | null, port: number, backlog: number, settings: FlowSettings, events: ListenerEvents);
    get pending(): number;
    get halfOpen(): number;
    get closed(): boolean;
    accept(events: ConnectionEvents): TcpConnection | null;
    close(now: Millis): void;
    closeWith(error: NetErrorCode | null, now: Millis): void;
    get full(): boolean;
    established(block: ControlBlock): void;
    dropped(block: ControlBlock): void;
}

interface TcpParameters {
    readonly sendBuffer: number;
    readonly receiveBuffer: number;
    readonly initialWindow: number;
    readonly initialTimeout: Millis;
    readonly minimumTimeout: Millis;
    readonly maximumTimeout: Millis;
    readonly delayedAcknowledgment: Millis;
    readonly adviseAfter: number;
    readonly giveUpAfter: number;
    readonly connectTimeout: Millis;
    readonly synAckRetries: number;
    readonly synQueue: number;
    readonly backlog: number;
    readonly resetsPerSecond: number;
    readonly challengesPerSecond: number;
    readonly timeWait: Millis;
    readonly timeWaitLimit: number;
    readonly finWait2: Millis;
    readonly keepAliveIdle: Millis;
    readonly keepAliveInterval: Millis;
    readonly keepAliveProbes: number;
    readonly ephemeralPorts: {
        readonly first: number;
        readonly last: number;
    };
    readonly congestion: () => CongestionController;
}

declare const TcpState: {
    readonly Closed: 0;
    readonly SynSent: 1;
    readonly SynReceived: 2;
    readonly Established: 3;
    readonly FinWait1: 4;
    readonly FinWait2: 5;
    readonly CloseWait: 6;
    readonly Closing: 7;
    readonly LastAck: 8;
    readonly TimeWait: 9;
};

type TcpState = (typeof TcpState)[keyof typeof TcpState];

declare class TcpStatistics {
    activeOpens: number;
    passiveOpens: number;
    attemptFails: number;
    establishedResets: number;
    currentlyEstablished: number;
    inSegments: number;
    inErrors: number;
    outSegments: number;
    retransmittedSegments: number;
    outResets: number;
    timeouts: number;
    fastRetransmissions: number;
    windowProbes: number;
    keepAliveProbes: number;
    delayedAcknowledgments: number;
    duplicateAcknowledgmentsSent: number;
    challengeAcknowledgments: number;
    listenOverflows: number;
    halfOpenEvictions: number;
    timeWaits: number;
    timeWaitEvictions: number;
    timeWaitReuses: number;
    outOfOrderSegments: number;
    outOfOrderDrops: number;
    abortedOnTimeout: number;
    abortedOnData: number;
}

declare class TimeWaitRecord implements Flow {
    readonly kind: typeof FlowKind.TimeWait;
    flowHash: number;
    flowNext: Flow | null;
    readonly network: IpLayer;
    readonly local: IpAddress;
    readonly remote: IpAddress;
    readonly localPort: number;
    readonly remotePort: number;
    readonly sendNext: number;
    readonly receiveNext: number;
    readonly window: number;
    expiresAt: Millis;
    answeredAt: Millis;
    older: TimeWaitRecord | null;
    newer: TimeWaitRecord | null;
    constructor(network: IpLayer, flow: Pick<Flow, "local" | "remote" | "localPort" | "remotePort">, sendNext: number, receiveNext: number, window: number);
}

declare class TimeWaitTable {
    #private;
    size: number;
    constructor(duration: Millis, limit: number, removed: (record: TimeWaitRecord, evicted: boolean) => void);
    nextDeadline(): Millis;
    add(record: TimeWaitRecord, now: Millis): void;
    restart(record: TimeWaitRecord, now: Millis): void;
    remove(record: TimeWaitRecord, evicted?: boolean): void;
    expire(now: Millis): void;
    clear(): void;
}

declare class TurnQueue {
    #private;
    size: number;
    push(block: ControlBlock): void;
    shift(): ControlBlock | null;
    moveToFront(others: TurnQueue): void;
    clear(): void;
}

declare const defaultParameters: TcpParameters;

declare function tcpStateName(state: TcpState): string;

export {
  type CongestionController,
  type ConnectOptions,
  type ConnectionEvents,
  type ConnectionOptions,
  type KeepAliveOptions,
  type ListenOptions,
  type ListenerEvents,
  NewReno,
  TcpConnection,
  type TcpInfo,
  TcpLayer,
  type TcpLayerOptions,
  TcpListener,
  type TcpParameters,
  TcpState,
  defaultParameters,
  tcpStateName,
};
