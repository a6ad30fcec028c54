// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/tcp

import {
  Endpoint,
  IcmpErrorKind,
  IpAddress,
  IpInfo,
  IpLayer,
  Millis,
  NetErrorCode,
  Packet,
  Random,
  Slice,
  Timed,
  TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";

type CongestionChoice = "cubic" | "newreno" | CongestionFactory;

interface CongestionController {
    readonly name: string;
    readonly window: number;
    readonly threshold: number;
    start(segment: number, initialWindow: number, now: Millis): void;
    segmentChanged(segment: number): void;
    delivered(sample: DeliverySample): void;
    congested(kind: "loss" | "ecn", inFlight: number, now: Millis): void;
    recovered(now: Millis): void;
    timedOut(inFlight: number, again: boolean, now: Millis): void;
    undo(): void;
    restarted(now: Millis): void;
    resumed?(idle: Millis): void;
    pacingRate?(smoothedRoundTrip: Millis): number;
}

type CongestionFactory = (connection: {
    readonly pacing: boolean;
}) => CongestionController;

interface ConnectOptions extends ConnectionOptions {
    readonly local?: Partial<Endpoint>;
}

interface ConnectionEvents {
    established(connection: TcpConnection): void;
    readable(connection: TcpConnection): void;
    urgent?(connection: TcpConnection): void;
    writable(connection: TcpConnection): void;
    finished(connection: TcpConnection): void;
    closed(connection: TcpConnection, error: NetErrorCode | null): void;
}

interface ConnectionOptions {
    readonly noDelay?: boolean;
    readonly keepAlive?: false | KeepAliveOptions;
    readonly userTimeout?: Millis;
    readonly maximumSegment?: number;
    readonly sendBuffer?: number;
    readonly receiveBuffer?: number;
    readonly congestion?: CongestionChoice;
    readonly ecn?: EcnMode;
    readonly pacing?: boolean;
    readonly hopLimit?: number;
    readonly trafficClass?: number;
}

declare class Cubic implements CongestionController {
    #private;
    readonly name = "cubic";
    window: number;
    threshold: number;
    constructor(pacing?: boolean);
    start(segment: number, initialWindow: number): void;
    segmentChanged(segment: number): void;
    delivered(sample: DeliverySample): void;
    congested(kind: "loss" | "ecn", inFlight: number): void;
    recovered(): void;
    timedOut(inFlight: number, again: boolean): void;
    undo(): void;
    restarted(): void;
    resumed(idle: Millis): void;
}

interface DeliverySample {
    readonly octets: number;
    readonly acknowledged: number;
    readonly inFlight: number;
    readonly roundTrip: Millis;
    readonly windowLimited: boolean;
    readonly afterTimeout: boolean;
    readonly sendNext: number;
    readonly sendUnacknowledged: number;
    readonly now: Millis;
}

type EcnMode = "off" | "passive" | "on";

interface KeepAliveOptions {
    readonly idle?: Millis;
    readonly interval?: Millis;
    readonly probes?: number;
}

interface ListenOptions extends ConnectionOptions {
    readonly address?: IpAddress;
    readonly family?: 4 | 6;
    readonly port: number;
    readonly backlog?: number;
}

interface ListenerEvents {
    acceptable(listener: TcpListener): void;
    closed(error: NetErrorCode | null): void;
}

interface MemoryLimits {
    readonly low: number;
    readonly pressure: number;
    readonly limit: number;
    readonly outOfOrder: number;
}

declare class NewReno implements CongestionController {
    #private;
    readonly name = "newreno";
    window: number;
    threshold: number;
    start(segment: number, initialWindow: number): void;
    segmentChanged(segment: number): void;
    delivered(sample: DeliverySample): void;
    congested(kind: "loss" | "ecn", inFlight: number): void;
    recovered(): void;
    timedOut(inFlight: number, again: boolean): void;
    undo(): void;
    restarted(): void;
}

declare class TcpConnection {
    #private;
    readonly local: Endpoint;
    readonly remote: Endpoint;
    get state(): TcpState;
    get error(): NetErrorCode | null;
    get readableOctets(): number;
    get endOfStream(): boolean;
    get writableOctets(): number;
    get unacknowledgedOctets(): number;
    read(into: Uint8Array, now: Millis): number;
    peek(slices: readonly [
        Slice,
        Slice
    ]): 0 | 1 | 2;
    consume(octets: number, now: Millis): void;
    write(bytes: Uint8Array, from: number, to: number, now: Millis): number;
    writeUrgent(bytes: Uint8Array, from: number, to: number, now: Millis): number;
    get urgentOctets(): number;
    shutdownWrite(now: Millis): void;
    shutdownRead(now: Millis): void;
    close(now: Millis): void;
    abort(now: Millis): void;
    setNoDelay(on: boolean): void;
    setKeepAlive(options: false | KeepAliveOptions, now: Millis): void;
    setUserTimeout(timeout: Millis, now: Millis): void;
    setSendBuffer(octets: number): void;
    setReceiveBuffer(octets: number): void;
    setHopLimit(hopLimit: number): void;
    setTrafficClass(trafficClass: number): void;
    info(now: Millis): TcpInfo;
}

interface TcpInfo {
    readonly state: string;
    readonly congestion: string;
    readonly congestionWindow: number;
    readonly slowStartThreshold: number;
    readonly recoveryState: string;
    readonly recovering: boolean;
    readonly sendSegment: number;
    readonly receiveSegment: number;
    readonly sendWindow: number;
    readonly receiveWindow: number;
    readonly sendScale: number;
    readonly receiveScale: number;
    readonly inFlight: number;
    readonly selectivelyAcknowledged: number;
    readonly lost: number;
    readonly resent: number;
    readonly pipe: number;
    readonly reorderingsSeen: number;
    readonly sendQueue: number;
    readonly sendBuffer: number;
    readonly receiveBuffer: number;
    readonly receiveSpace: number;
    readonly receiverRoundTrip: Millis;
    readonly announcedSegment: number;
    readonly timestamps: boolean;
    readonly selectiveAcknowledgments: boolean;
    readonly explicitCongestionNotification: boolean;
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
    readonly octetsDelivered: number;
    readonly duplicatesReported: number;
    readonly busy: Millis;
    readonly windowLimited: Millis;
    readonly bufferLimited: Millis;
    readonly sinceSent: Millis;
    readonly sinceReceived: Millis;
    readonly sinceAcknowledged: Millis;
    readonly segmentsSent: number;
    readonly segmentsReceived: number;
    readonly textSegmentsSent: number;
    readonly textSegmentsReceived: number;
    readonly segmentsRetransmitted: number;
    readonly pacingRate: number;
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
    mib(): Record<string, number>;
    input(packet: Packet, info: IpInfo, now: Millis): Verdict;
    error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, mtu: number, _now: Millis): boolean;
    flush(now: Millis): void;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    kill(now: Millis): void;
}

interface TcpLayerOptions {
    readonly networks: readonly IpLayer[];
    readonly random: Random;
    readonly parameters?: Partial<TcpParameters>;
    readonly observer?: TcpObserver | null;
}

declare class TcpListener {
    #private;
    readonly local: Endpoint;
    readonly address: IpAddress | null;
    readonly family: 4 | 6 | null;
    readonly backlog: number;
    get pending(): number;
    get halfOpen(): number;
    get closed(): boolean;
    accept(events: ConnectionEvents): TcpConnection | null;
    close(now: Millis): void;
}

interface TcpObserver {
    stateChanged(connection: TcpConnection, from: TcpState, to: TcpState): void;
    timedOut(connection: TcpConnection, now: Millis): void;
}

interface TcpParameters {
    readonly sendBuffer: number;
    readonly largestSendBuffer: number;
    readonly receiveBuffer: number;
    readonly largestReceiveBuffer: number;
    readonly memory: MemoryLimits;
    readonly tailLossProbe: boolean;
    readonly selectiveAcknowledgments: boolean;
    readonly timestamps: boolean;
    readonly windowScaling: boolean;
    readonly initialWindow: number;
    readonly initialTimeout: Millis;
    readonly minimumTimeout: Millis;
    readonly maximumTimeout: Millis;
    readonly acknowledgeEverySecond: "full" | "any";
    readonly delayedAcknowledgment: Millis;
    readonly quickAcknowledgments: number;
    readonly adviseAfter: number;
    readonly giveUpAfter: number;
    readonly connectTimeout: Millis;
    readonly synAckRetries: number;
    readonly synQueue: number;
    readonly synCookies: "overflow" | "always" | "never";
    readonly backlog: number;
    readonly resetsPerSecond: number;
    readonly challengesPerSecond: number;
    readonly acceptResetInWindow: boolean;
    readonly acceptWithinBuffer: boolean;
    readonly acceptSynInWindow: boolean;
    readonly acceptSynFin: boolean;
    readonly timeWait: Millis;
    readonly timeWaitLimit: number;
    readonly finWait2: Millis;
    readonly orphanRetries: number;
    readonly keepAliveIdle: Millis;
    readonly keepAliveInterval: Millis;
    readonly keepAliveProbes: number;
    readonly ephemeralPorts: {
        readonly first: number;
        readonly last: number;
    };
    readonly congestion: CongestionChoice;
    readonly ecn: EcnMode;
    readonly pathMtuProbing: boolean;
    readonly pacing: boolean;
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

declare const defaultParameters: TcpParameters;

declare function tcpStateName(state: TcpState): string;

export {
  type CongestionChoice,
  type CongestionController,
  type CongestionFactory,
  type ConnectOptions,
  type ConnectionEvents,
  type ConnectionOptions,
  Cubic,
  type DeliverySample,
  type EcnMode,
  type KeepAliveOptions,
  type ListenOptions,
  type ListenerEvents,
  type MemoryLimits,
  NewReno,
  TcpConnection,
  type TcpInfo,
  TcpLayer,
  type TcpLayerOptions,
  TcpListener,
  type TcpObserver,
  type TcpParameters,
  TcpState,
  defaultParameters,
  tcpStateName,
};
