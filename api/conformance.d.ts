// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/conformance

import {
  AddressChange,
  AddressResolver,
  Cast,
  DeviceSink,
  Endpoint,
  FrameHandler,
  IcmpErrorKind,
  IcmpErrorReceiver,
  IpAddress,
  IpInfo,
  IpLayer,
  IpPrefix,
  LinkCapabilities,
  LinkLayer,
  MacAddress,
  Millis,
  NetworkDevice,
  Packet,
  Route,
  RxChecksum,
  SendOptions,
  TransportHandler,
  Verdict,
  Words,
} from "@mnet/core";

interface AddressPair {
    readonly client: string;
    readonly server: string;
}

interface ArpFields {
    operation: "request" | "reply" | number;
    senderMac: MacAddress | string;
    senderAddress: IpAddress | string;
    targetMac?: MacAddress | string;
    targetAddress: IpAddress | string;
    hardwareType?: number;
    protocolType?: number;
    hardwareLength?: number;
    protocolLength?: number;
}

interface ArrivesWith extends ReceivedWith {
    readonly cast?: Cast;
    readonly source?: MacAddress | string;
}

declare class ConversationModel {
    readonly forth: StreamModel;
    readonly back: StreamModel;
    constructor(options?: {
        readonly seed?: number;
        readonly names?: readonly [
            forth: string,
            back: string
        ];
    });
    get complete(): boolean;
}

interface DatagramArrives extends ReceivedWith {
    readonly source?: IpAddress | string;
    readonly destination?: IpAddress | string;
    readonly cast?: Cast;
    readonly linkCast?: Cast;
    readonly hopLimit?: number;
    readonly trafficClass?: number;
    readonly flowLabel?: number;
    readonly loopback?: boolean;
    readonly reassembled?: boolean;
}

interface DevicesUnderTest {
    readonly near: NetworkDevice;
    readonly far: NetworkDevice;
    settle(): Promise<void>;
}

type Done<U extends StacksUnderTest> = (under: U) => Promise<void>;

interface DualStacksUnderTest extends StacksUnderTest {
    readonly v4: AddressPair;
    readonly v6: AddressPair;
}

interface EchoFields {
    identifier: number;
    sequence: number;
    checksum?: number;
}

interface EchoV6Fields extends IcmpV6Around {
    identifier: number;
    sequence: number;
}

interface ErrorArrives {
    readonly kind: IcmpErrorKind;
    readonly protocol: number;
    readonly quoted: Uint8Array;
    readonly source?: IpAddress | string;
    readonly destination?: IpAddress | string;
    readonly mtu?: number;
}

interface EthernetFields {
    destination: MacAddress | string;
    source: MacAddress | string;
    etherType: number;
    padTo?: number;
}

interface Expectation {
    toBe(expected: unknown): unknown;
    toEqual(expected: unknown): unknown;
    toBeGreaterThan(least: number): unknown;
    toBeLessThanOrEqual(most: number): unknown;
}

declare class FakeIpLayer implements IpLayer, IcmpErrorReceiver {
    #private;
    readonly family: 4 | 6;
    readonly sent: SentDatagram[];
    refuse: Verdict | null;
    readonly confirmed: Route[];
    readonly doubted: Route[];
    readonly groups: string[];
    readonly reported: ReportedError[];
    reportVerdict: Verdict;
    constructor(options?: FakeIpLayerOptions);
    get epoch(): number;
    get address(): IpAddress;
    get peer(): IpAddress;
    setMtu(mtu: number): void;
    setRoutes(routes: readonly (IpPrefix | string)[]): void;
    addAddress(prefix: IpPrefix | string): void;
    removeAddress(address: IpAddress | string, kind?: "removed" | "conflict"): void;
    take(): SentDatagram[];
    route(to: IpAddress, from?: IpAddress): Route | null;
    isLocal(address: Readonly<Words>): boolean;
    send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict;
    handle(protocol: number, upper: TransportHandler): void;
    unhandle(protocol: number): void;
    joinGroup(group: IpAddress): void;
    leaveGroup(group: IpAddress): void;
    confirm(route: Route): void;
    doubt(route: Route): void;
    onAddressChange(sink: (change: AddressChange) => void): void;
    nextDeadline(): Millis;
    onDeadline(): void;
    errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet): Verdict;
    deliver(protocol: number, octets: Uint8Array, arrives: DatagramArrives, now: Millis): Verdict;
    deliverError(error: ErrorArrives, now: Millis): boolean;
    lendDatagram<T>(protocol: number, octets: Uint8Array, arrives: DatagramArrives, receive: (packet: Packet, info: IpInfo) => T): T;
}

interface FakeIpLayerOptions {
    readonly addresses?: readonly (IpPrefix | string)[];
    readonly family?: 4 | 6;
    readonly routes?: readonly (IpPrefix | string)[];
    readonly gateway?: IpAddress | string | null;
    readonly peer?: IpAddress | string;
    readonly mtu?: number;
    readonly headroom?: number;
    readonly capabilities?: Partial<LinkCapabilities>;
}

declare class FakeLink implements LinkLayer {
    #private;
    readonly mac: MacAddress | null;
    readonly sent: SentFrame[];
    refuse: Verdict | null;
    constructor(options?: FakeLinkOptions);
    get capabilities(): LinkCapabilities;
    setCapabilities(changes: Partial<LinkCapabilities>): void;
    get groups(): string[];
    take(): SentFrame[];
    send(packet: Packet, to: MacAddress, etherType: number): Verdict;
    handle(etherType: number, upper: FrameHandler): void;
    joinGroup(group: MacAddress): void;
    leaveGroup(group: MacAddress): void;
    deliver(etherType: number, bytes: Uint8Array, arrives?: ArrivesWith, now?: Millis): Verdict;
    deliverFrame(frame: Uint8Array, now?: Millis): Verdict;
}

interface FakeLinkOptions {
    readonly mac?: MacAddress | string | null;
    readonly mtu?: number;
    readonly headroom?: number;
    readonly capabilities?: Partial<LinkCapabilities>;
}

declare class FakeResolver implements AddressResolver {
    #private;
    readonly confirmed: string[];
    readonly doubted: string[];
    constructor(options: FakeResolverOptions);
    sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict;
    confirm(nextHop: IpAddress): void;
    doubt(nextHop: IpAddress): void;
    onUnreachable(sink: Unreachable): void;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    requestsFor(nextHop: IpAddress | string): readonly Millis[];
    answer(nextHop: IpAddress | string, mac: MacAddress | string): void;
    fail(nextHop: IpAddress | string, now: Millis): void;
}

interface FakeResolverOptions {
    readonly link: LinkLayer;
    readonly neighbors?: Readonly<Record<string, MacAddress | string>>;
    readonly everybody?: MacAddress | string | null;
}

interface FragmentHeaderFields {
    nextHeader: number;
    fragmentOffset?: number;
    moreFragments?: boolean;
    identification: number;
    reserved?: number;
    reservedBits?: number;
}

interface FuzzOptions extends Omit<InputSourceOptions, "seed"> {
    readonly plan: FuzzPlan;
    readonly regressions?: readonly string[];
}

interface FuzzPlan {
    readonly seed: number;
    readonly inputs: number;
}

interface GroupRecordFields {
    type: RecordType;
    group: IpAddress | string;
    sources?: readonly (IpAddress | string)[];
    auxiliary?: Uint8Array;
}

interface IcmpV4Fields {
    type: number;
    code: number;
    rest?: number;
    checksum?: number;
}

declare const IcmpV4Type: {
    readonly EchoReply: 0;
    readonly DestinationUnreachable: 3;
    readonly SourceQuench: 4;
    readonly Redirect: 5;
    readonly EchoRequest: 8;
    readonly TimeExceeded: 11;
    readonly ParameterProblem: 12;
    readonly Timestamp: 13;
    readonly TimestampReply: 14;
    readonly AddressMaskRequest: 17;
};

interface IcmpV6Around {
    source: IpAddress | string;
    destination: IpAddress | string;
    checksum?: number;
}

interface IcmpV6Fields extends IcmpV6Around {
    type: number;
    code?: number;
    rest?: number;
}

declare const IcmpV6Type: {
    readonly DestinationUnreachable: 1;
    readonly PacketTooBig: 2;
    readonly TimeExceeded: 3;
    readonly ParameterProblem: 4;
    readonly EchoRequest: 128;
    readonly EchoReply: 129;
    readonly MulticastListenerQuery: 130;
    readonly MulticastListenerReport: 131;
    readonly MulticastListenerDone: 132;
    readonly RouterSolicitation: 133;
    readonly RouterAdvertisement: 134;
    readonly NeighborSolicitation: 135;
    readonly NeighborAdvertisement: 136;
    readonly Redirect: 137;
    readonly MulticastListenerReportV2: 143;
};

interface IgmpFields {
    type: number;
    maximumResponse?: number;
    checksum?: number;
}

declare const IgmpType: {
    readonly MembershipQuery: 17;
    readonly ReportV1: 18;
    readonly ReportV2: 22;
    readonly LeaveGroup: 23;
    readonly ReportV3: 34;
};

declare class InputSource {
    #private;
    constructor(options: InputSourceOptions);
    next(): Uint8Array<ArrayBuffer>;
}

interface InputSourceOptions {
    readonly seed: number;
    readonly samples: readonly Uint8Array[];
    readonly repair?: Repair;
    readonly maximumLength?: number;
}

interface IpLayerUnderTest {
    readonly layer: IpLayer;
    readonly address: IpAddress;
    readonly neighbor: IpAddress;
    readonly unreachable: IpAddress;
    readonly group: IpAddress;
    readonly second: IpPrefix;
    addAddress(prefix: IpPrefix): void;
    removeAddress(address: IpAddress): void;
    deliver(protocol: number, octets: Uint8Array, now: Millis): Verdict;
    left(): readonly LeftDatagram[];
    readonly deliversToItself: boolean;
}

interface Ipv4Fields {
    source: IpAddress | string;
    destination: IpAddress | string;
    protocol: number;
    ttl?: number;
    trafficClass?: number;
    identification?: number;
    dontFragment?: boolean;
    moreFragments?: boolean;
    reservedFlag?: boolean;
    fragmentOffset?: number;
    options?: Uint8Array;
    version?: number;
    headerLength?: number;
    totalLength?: number;
    checksum?: number;
}

declare const Ipv6Extension: {
    readonly HopByHop: 0;
    readonly Routing: 43;
    readonly Fragment: 44;
    readonly NoNextHeader: 59;
    readonly DestinationOptions: 60;
};

interface Ipv6Fields {
    source: IpAddress | string;
    destination: IpAddress | string;
    nextHeader: number;
    hopLimit?: number;
    trafficClass?: number;
    flowLabel?: number;
    version?: number;
    payloadLength?: number;
}

interface Ipv6OptionFields {
    type: number;
    data?: Uint8Array;
    length?: number;
}

declare const Ipv6OptionType: {
    readonly Pad1: 0;
    readonly PadN: 1;
    readonly RouterAlert: 5;
};

interface Ipv6OptionsHeaderFields {
    nextHeader: number;
    options?: readonly Ipv6OptionFields[];
    headerLength?: number;
}

interface LeftDatagram {
    readonly protocol: number;
    readonly source: string;
    readonly destination: string;
    readonly hopLimit: number;
    readonly trafficClass: number;
    readonly octets: Uint8Array;
}

declare class LoopbackDevice implements NetworkDevice {
    #private;
    readonly mac: MacAddress;
    readonly capabilities: LinkCapabilities;
    held: boolean;
    constructor(options: LoopbackDeviceOptions);
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

interface LoopbackDeviceOptions {
    readonly schedule: (deliver: () => void) => void;
    readonly mac?: MacAddress | string;
    readonly mtu?: number;
    readonly queue?: number;
    readonly capabilities?: Partial<LinkCapabilities>;
}

type Make<U extends StacksUnderTest> = () => U | Promise<U>;

type Make$1 = () => DevicesUnderTest | Promise<DevicesUnderTest>;

interface MulticastQueryFields {
    group?: IpAddress | string;
    maximumResponse?: number;
    old?: boolean;
    suppress?: boolean;
    robustness?: number;
    interval?: number;
    sources?: readonly (IpAddress | string)[];
    sourceCount?: number;
}

declare const NdOptionType: {
    readonly SourceLinkAddress: 1;
    readonly TargetLinkAddress: 2;
    readonly PrefixInformation: 3;
    readonly RedirectedHeader: 4;
    readonly Mtu: 5;
    readonly Nonce: 14;
    readonly RouteInformation: 24;
    readonly RecursiveDnsServer: 25;
    readonly DnsSearchList: 31;
};

interface NeighborAdvertisementFields extends NeighborDiscoveryFields {
    target: IpAddress | string;
    router?: boolean;
    solicited?: boolean;
    override?: boolean;
}

interface NeighborDiscoveryFields extends IcmpV6Around {
    code?: number;
    options?: readonly Uint8Array[];
}

interface NeighborSolicitationFields extends NeighborDiscoveryFields {
    target: IpAddress | string;
}

interface NetworkDeviceSuiteOptions {
    readonly refusesAfter?: number | null;
}

interface ParsedArp {
    readonly hardwareType: number;
    readonly protocolType: number;
    readonly hardwareLength: number;
    readonly protocolLength: number;
    readonly operation: "request" | "reply" | number;
    readonly senderMac: string;
    readonly senderAddress: string;
    readonly targetMac: string;
    readonly targetAddress: string;
}

interface ParsedEthernet {
    readonly destination: string;
    readonly source: string;
    readonly etherType: number;
    readonly payload: Uint8Array;
}

interface ParsedFragmentHeader {
    readonly fragmentOffset: number;
    readonly moreFragments: boolean;
    readonly identification: number;
}

interface ParsedGroupRecord {
    readonly type: RecordType | number;
    readonly group: string;
    readonly sources: readonly string[];
}

interface ParsedIcmpV4 {
    readonly type: number;
    readonly code: number;
    readonly checksum: number;
    readonly checksumValid: boolean;
    readonly rest: number;
    readonly identifier: number;
    readonly sequence: number;
    readonly payload: Uint8Array;
}

interface ParsedIcmpV6 {
    readonly type: number;
    readonly code: number;
    readonly checksum: number;
    readonly checksumValid: boolean | null;
    readonly rest: number;
    readonly identifier: number;
    readonly sequence: number;
    readonly payload: Uint8Array;
}

type ParsedIgmp = ParsedMulticastMessage & {
    readonly checksumValid: boolean;
};

interface ParsedIpv4 {
    readonly version: number;
    readonly headerLength: number;
    readonly trafficClass: number;
    readonly totalLength: number;
    readonly identification: number;
    readonly reservedFlag: boolean;
    readonly dontFragment: boolean;
    readonly moreFragments: boolean;
    readonly fragmentOffset: number;
    readonly ttl: number;
    readonly protocol: number;
    readonly checksum: number;
    readonly checksumValid: boolean;
    readonly source: string;
    readonly destination: string;
    readonly options: Uint8Array;
    readonly payload: Uint8Array;
    readonly padding: number;
}

interface ParsedIpv6 {
    readonly version: number;
    readonly trafficClass: number;
    readonly flowLabel: number;
    readonly payloadLength: number;
    readonly nextHeader: number;
    readonly hopLimit: number;
    readonly source: string;
    readonly destination: string;
    readonly payload: Uint8Array;
}

interface ParsedIpv6Chain extends ParsedIpv6 {
    readonly extensions: readonly ParsedIpv6Extension[];
    readonly fragment: ParsedFragmentHeader | null;
    readonly protocol: number;
    readonly upper: Uint8Array;
}

type ParsedIpv6Extension = {
    readonly header: "hop-by-hop" | "destination options";
    readonly options: readonly ParsedIpv6Option[];
} | {
    readonly header: "routing";
    readonly type: number;
    readonly segmentsLeft: number;
    readonly addresses: readonly string[];
} | ({
    readonly header: "fragment";
} & ParsedFragmentHeader);

interface ParsedIpv6Option {
    readonly type: number;
    readonly data: Uint8Array;
}

type ParsedMulticastMessage = ParsedMulticastQuery | {
    readonly message: "report v1" | "report v2" | "leave";
    readonly group: string;
} | {
    readonly message: "report";
    readonly records: readonly ParsedGroupRecord[];
};

interface ParsedMulticastQuery {
    readonly message: "query";
    readonly version: 1 | 2 | 3;
    readonly maximumResponse: number;
    readonly group: string;
    readonly suppress: boolean;
    readonly robustness: number;
    readonly interval: number;
    readonly sources: readonly string[];
}

interface ParsedNdOptions {
    sourceLinkAddress?: string;
    targetLinkAddress?: string;
    prefixes?: ParsedPrefixInformation[];
    redirectedHeader?: Uint8Array;
    mtu?: number;
    nonce?: Uint8Array;
    routes?: {
        prefix: string;
        preference: Preference;
        lifetime: number;
    }[];
    recursiveDnsServers?: {
        servers: string[];
        lifetime: number;
    }[];
    dnsSearchLists?: {
        names: string[];
        lifetime: number;
    }[];
    unknown?: number[];
    malformed?: true;
}

type ParsedNeighborDiscovery = {
    readonly message: "router solicitation";
    readonly options: ParsedNdOptions;
} | ParsedRouterAdvertisement | {
    readonly message: "neighbor solicitation";
    readonly target: string;
    readonly options: ParsedNdOptions;
} | {
    readonly message: "neighbor advertisement";
    readonly target: string;
    readonly router: boolean;
    readonly solicited: boolean;
    readonly override: boolean;
    readonly options: ParsedNdOptions;
} | {
    readonly message: "redirect";
    readonly target: string;
    readonly redirected: string;
    readonly options: ParsedNdOptions;
};

interface ParsedPrefixInformation {
    readonly prefix: string;
    readonly onLink: boolean;
    readonly autonomous: boolean;
    readonly validLifetime: number;
    readonly preferredLifetime: number;
}

interface ParsedRouterAdvertisement {
    readonly message: "router advertisement";
    readonly hopLimit: number;
    readonly managed: boolean;
    readonly otherConfiguration: boolean;
    readonly preference: Preference;
    readonly lifetime: number;
    readonly reachableTime: number;
    readonly retransTimer: number;
    readonly options: ParsedNdOptions;
}

interface ParsedTcp {
    readonly sourcePort: number;
    readonly destinationPort: number;
    readonly sequence: number;
    readonly acknowledgment: number;
    readonly dataOffset: number;
    readonly reserved: number;
    readonly flags: string;
    readonly window: number;
    readonly checksum: number;
    readonly checksumValid: boolean | null;
    readonly urgentPointer: number;
    readonly options: ParsedTcpOptions;
    readonly payload: Uint8Array;
    readonly segmentLength: number;
}

interface ParsedTcpOptions {
    maximumSegmentSize?: number;
    windowScale?: number;
    sackPermitted?: boolean;
    timestamps?: {
        value: number;
        echo: number;
    };
    sack?: [
        left: number,
        right: number
    ][];
    unknown?: number[];
    malformed?: true;
}

interface ParsedUdp {
    readonly sourcePort: number;
    readonly destinationPort: number;
    readonly length: number;
    readonly checksum: number;
    readonly checksumValid: boolean | null;
    readonly payload: Uint8Array;
}

type Preference = (typeof preferences)[number];

interface PrefixInformationFields {
    prefix: IpPrefix | string;
    onLink?: boolean;
    autonomous?: boolean;
    validLifetime?: number;
    preferredLifetime?: number;
}

interface PseudoHeaderAddresses {
    readonly source: IpAddress | string;
    readonly destination: IpAddress | string;
}

interface ReceivedWith {
    readonly rxChecksum?: RxChecksum;
    readonly segmentSize?: number;
}

type RecordType = keyof typeof recordTypes;

interface RedirectFields extends NeighborDiscoveryFields {
    target: IpAddress | string;
    redirected: IpAddress | string;
}

type Repair = (octets: Uint8Array<ArrayBuffer>, parts: {
    readonly lengths: boolean;
}) => void;

interface ReportedError {
    readonly kind: IcmpErrorKind;
    readonly mtu: number;
    readonly quoted: Uint8Array<ArrayBuffer>;
}

interface ResolverUnderTest {
    readonly resolver: AddressResolver;
    readonly link: FakeLink;
    readonly neighbors: readonly [
        IpAddress,
        IpAddress
    ];
    answer(neighbor: IpAddress, mac: MacAddress, now: Millis): void;
    requestsFor(neighbor: IpAddress): number;
}

interface RouteInformationFields {
    prefix: IpPrefix | string;
    preference?: Preference;
    lifetime?: number;
    octets?: number;
}

interface RouterAdvertisementFields extends NeighborDiscoveryFields {
    hopLimit?: number;
    managed?: boolean;
    otherConfiguration?: boolean;
    preference?: Preference;
    lifetime?: number;
    reachableTime?: number;
    retransTimer?: number;
}

interface RoutingHeaderFields {
    nextHeader: number;
    type: number;
    segmentsLeft: number;
    addresses?: readonly (IpAddress | string)[];
    headerLength?: number;
}

type Run = (input: Uint8Array<ArrayBuffer>, index: number) => void;

interface SentDatagram {
    readonly source: string;
    readonly destination: string;
    readonly nextHop: string;
    readonly protocol: number;
    readonly octets: Uint8Array<ArrayBuffer>;
    readonly hopLimit: number;
    readonly trafficClass: number;
    readonly dontFragment: "no" | "yes" | "probe";
    readonly flowLabel: number;
    readonly multicastLoop: boolean;
    readonly segmentSize: number;
    readonly route: Route;
    readonly at: Millis;
}

interface SentFrame {
    readonly to: string;
    readonly etherType: number;
    readonly octets: Uint8Array<ArrayBuffer>;
    readonly frame: Uint8Array<ArrayBuffer>;
    readonly segmentSize: number;
}

interface StackLike extends AsyncDisposable {
    readonly name: string;
    readonly supports: StackSupportLike;
    readonly tcp: {
        listen(options: TcpListenOptionsLike | number): TcpListenerLike;
        connect(options: TcpConnectOptionsLike, control?: {
            signal?: AbortSignal;
            timeout?: Millis;
        }): Promise<TcpFlowLike>;
    };
    readonly udp: {
        bind(options?: UdpBindOptionsLike): UdpSocketLike;
    };
    ping(host: string, options?: {
        count?: number;
        size?: number;
    }): Promise<{
        readonly received: number;
    }>;
    addresses(): readonly {
        readonly address: IpAddress;
        readonly family: 4 | 6;
        readonly state: string;
    }[];
    addAddress(prefix: string): void;
    removeAddress(address: string): void;
    addRoute(route: {
        readonly destination: string;
        readonly gateway?: string;
    }): void;
    removeRoute(destination: string): void;
    routes(): readonly {
        readonly destination: unknown;
    }[];
    setGateway(gateway: string | null): void;
    routers(): readonly unknown[];
    configuration(): object;
    on(event: "closed", listener: (event: {
        readonly error: Error | null;
    }) => void): () => void;
    stats(): Readonly<Record<string, Readonly<Record<string, number>>>>;
    kill(options?: {
        timeout?: Millis;
    }): Promise<void>;
}

interface StackSupportLike {
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

interface StacksUnderTest {
    readonly client: StackLike;
    readonly server: StackLike;
    readonly clientAddress: string;
    readonly serverAddress: string;
    readonly unreachable: string;
    readonly silent?: string | undefined;
    readonly group?: string | undefined;
    readonly broadcast?: string | undefined;
    readonly ports?: readonly [
        number,
        number
    ] | undefined;
    settle<T>(promise: Promise<T>): Promise<T>;
    quiet(): Promise<void>;
}

declare class StreamModel {
    #private;
    constructor(options?: {
        readonly seed?: number;
        readonly name?: string;
    });
    get written(): number;
    get read(): number;
    get outstanding(): number;
    get complete(): boolean;
    next(length: number): Uint8Array<ArrayBuffer>;
    wrote(octets: number): void;
    finish(): void;
    received(bytes: Uint8Array): void;
    ended(): void;
}

interface SuiteApi {
    describe(name: string, body: () => void): unknown;
    it(name: string, body: () => void | Promise<void>): unknown;
    expect(actual: unknown): Expectation;
}

interface TcpConnectOptionsLike extends TcpSocketOptionsLike {
    host: string;
    port: number;
    localHost?: string;
    localPort?: number;
}

interface TcpFields {
    source: IpAddress | string;
    destination: IpAddress | string;
    sourcePort: number;
    destinationPort: number;
    sequence: number;
    acknowledgment?: number;
    flags: string;
    window?: number;
    options?: Uint8Array;
    urgentPointer?: number;
    dataOffset?: number;
    reserved?: number;
    checksum?: number;
}

interface TcpFlowLike extends AsyncIterable<Uint8Array>, AsyncDisposable {
    readonly local: Endpoint;
    readonly remote: Endpoint;
    read(into: Uint8Array, options?: {
        signal?: AbortSignal;
    }): Promise<number>;
    readExactly(octets: number, options?: {
        signal?: AbortSignal;
    }): Promise<Uint8Array>;
    get(options?: {
        signal?: AbortSignal;
    }): Promise<readonly Uint8Array[] | null>;
    write(bytes: Uint8Array | string, options?: {
        signal?: AbortSignal;
    }): Promise<void>;
    tryWrite(bytes: Uint8Array): number;
    shutdown(how: "read" | "write" | "both"): void;
    close(): Promise<void>;
    abort(): void;
    peers(): {
        readonly local: Endpoint;
        readonly remote: Endpoint;
    };
    setNoDelay(on: boolean): void;
    setKeepAlive(keepAlive: boolean | {
        idle?: Millis;
        interval?: Millis;
        probes?: number;
    }): void;
    info(): Readonly<Record<string, number | string | boolean>>;
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writable: WritableStream<Uint8Array>;
}

interface TcpListenOptionsLike extends TcpSocketOptionsLike {
    port: number;
    host?: string;
    ipv6Only?: boolean;
    backlog?: number;
}

interface TcpListenerLike extends AsyncIterable<TcpFlowLike>, AsyncDisposable {
    readonly local: Endpoint;
    accept(options?: {
        signal?: AbortSignal;
    }): Promise<TcpFlowLike>;
    serve(handler: (flow: TcpFlowLike) => Promise<void>): Promise<void>;
    close(): Promise<void>;
}

interface TcpOptionFields {
    maximumSegmentSize?: number;
    windowScale?: number;
    sackPermitted?: boolean;
    timestamps?: {
        value: number;
        echo: number;
    };
    sack?: readonly (readonly [
        left: number,
        right: number
    ])[];
    raw?: Uint8Array;
}

declare const TcpOptionKind: {
    readonly EndOfList: 0;
    readonly NoOperation: 1;
    readonly MaximumSegmentSize: 2;
    readonly WindowScale: 3;
    readonly SackPermitted: 4;
    readonly Sack: 5;
    readonly Timestamps: 8;
};

interface TcpSocketOptionsLike {
    noDelay?: boolean;
    keepAlive?: boolean | {
        idle?: Millis;
        interval?: Millis;
        probes?: number;
    };
    userTimeout?: Millis;
    sendBuffer?: number;
    receiveBuffer?: number;
    hopLimit?: number;
    trafficClass?: number;
}

interface UdpBindOptionsLike {
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

interface UdpDatagramLike {
    readonly data: Uint8Array;
    readonly remote: Endpoint;
    readonly local: Endpoint;
    readonly truncated: boolean;
}

interface UdpFields {
    source: IpAddress | string;
    destination: IpAddress | string;
    sourcePort: number;
    destinationPort: number;
    length?: number;
    checksum?: number;
}

interface UdpSocketLike extends AsyncIterable<UdpDatagramLike>, AsyncDisposable {
    readonly local: Endpoint;
    readonly remote: Endpoint | null;
    send(data: Uint8Array | string, to?: {
        readonly host: string;
        readonly port: number;
    } | Endpoint): Promise<void>;
    recv(options?: {
        signal?: AbortSignal;
    }): Promise<UdpDatagramLike>;
    connect(to: {
        readonly host: string;
        readonly port: number;
    }): void;
    disconnect(): void;
    joinGroup(group: string): void;
    leaveGroup(group: string): void;
    close(): Promise<void>;
}

type Unreachable = (nextHop: IpAddress, queued: Packet, now: Millis) => void;

declare function addressResolverSuite(api: SuiteApi, make: () => ResolverUnderTest): void;

declare function arpPacket(fields: ArpFields): Uint8Array<ArrayBuffer>;

declare function concatenate(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer>;

declare function describeDatagram(bytes: Uint8Array): string;

declare function describeFrame(bytes: Uint8Array): string;

declare function describeTransport(datagram: {
    readonly protocol: number;
    readonly source: string;
    readonly destination: string;
    readonly octets: Uint8Array;
}): string;

declare function dnsSearchList(fields: {
    names: readonly string[];
    lifetime?: number;
}): Uint8Array<ArrayBuffer>;

declare function dualStackSuite(api: SuiteApi, make: Make<DualStacksUnderTest>, done?: Done<DualStacksUnderTest>): void;

declare function ethernetFrame(fields: EthernetFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function fakeCapabilities(changes?: Partial<LinkCapabilities>): LinkCapabilities;

declare function fragmentHeader(fields: FragmentHeaderFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function fuzz(options: FuzzOptions, run: Run): void;

declare function fuzzInTurns(options: FuzzOptions & {
    readonly inputsPerTurn: number;
}, run: Run, turn: (index: number) => Promise<void>): Promise<void>;

declare function fuzzPlan(environment: Readonly<Record<string, string | undefined>>): FuzzPlan;

declare function icmpV4EchoReply(fields: EchoFields, data?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV4EchoRequest(fields: EchoFields, data?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV4Message(fields: IcmpV4Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV6EchoReply(fields: EchoV6Fields, data?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV6EchoRequest(fields: EchoV6Fields, data?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV6Message(fields: IcmpV6Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function igmpMessage(fields: IgmpFields, body: Uint8Array): Uint8Array<ArrayBuffer>;

declare function igmpOldMessage(fields: {
    message: "report v1" | "report v2" | "leave";
    group: IpAddress | string;
    checksum?: number;
}): Uint8Array<ArrayBuffer>;

declare function igmpQuery(fields?: MulticastQueryFields & {
    checksum?: number;
}): Uint8Array<ArrayBuffer>;

declare function igmpV3Report(fields: {
    records: readonly GroupRecordFields[];
    recordCount?: number;
    checksum?: number;
}): Uint8Array<ArrayBuffer>;

declare function ipLayerSuite(api: SuiteApi, make: () => IpLayerUnderTest): void;

declare function ipv4Fragments(fields: Ipv4Fields, payload: Uint8Array, size: number): Uint8Array<ArrayBuffer>[];

declare function ipv4Packet(fields: Ipv4Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function ipv6Fragments(fields: Ipv6Fields & {
    identification: number;
}, payload: Uint8Array, size: number): Uint8Array<ArrayBuffer>[];

declare function ipv6OptionsHeader(fields: Ipv6OptionsHeaderFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function ipv6Packet(fields: Ipv6Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function mldQuery(fields: MulticastQueryFields & IcmpV6Around): Uint8Array<ArrayBuffer>;

declare function mldV1Message(fields: {
    message: "report" | "done";
    group: IpAddress | string;
} & IcmpV6Around): Uint8Array<ArrayBuffer>;

declare function mldV2Report(fields: {
    records: readonly GroupRecordFields[];
    recordCount?: number;
} & IcmpV6Around): Uint8Array<ArrayBuffer>;

declare function mtuOption(mtu: number): Uint8Array<ArrayBuffer>;

declare function naiveChecksum(...ranges: readonly Uint8Array[]): number;

declare function ndOption(type: number, data: Uint8Array, length?: number): Uint8Array<ArrayBuffer>;

declare function neighborAdvertisement(fields: NeighborAdvertisementFields): Uint8Array<ArrayBuffer>;

declare function neighborSolicitation(fields: NeighborSolicitationFields): Uint8Array<ArrayBuffer>;

declare function networkDeviceSuite(api: SuiteApi, make: Make$1, options?: NetworkDeviceSuiteOptions): void;

declare function nonceOption(nonce: Uint8Array): Uint8Array<ArrayBuffer>;

declare function parseArp(bytes: Uint8Array): ParsedArp;

declare function parseEthernet(bytes: Uint8Array): ParsedEthernet;

declare function parseIcmpV4(bytes: Uint8Array): ParsedIcmpV4;

declare function parseIcmpV6(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedIcmpV6;

declare function parseIgmp(bytes: Uint8Array): ParsedIgmp;

declare function parseIpv4(bytes: Uint8Array): ParsedIpv4;

declare function parseIpv6(bytes: Uint8Array): ParsedIpv6;

declare function parseIpv6Chain(bytes: Uint8Array): ParsedIpv6Chain;

declare function parseMld(bytes: Uint8Array): ParsedMulticastMessage;

declare function parseNdOptions(bytes: Uint8Array): ParsedNdOptions;

declare function parseNeighborDiscovery(bytes: Uint8Array): ParsedNeighborDiscovery;

declare function parseTcp(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedTcp;

declare function parseTcpOptions(bytes: Uint8Array): ParsedTcpOptions;

declare function parseUdp(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedUdp;

declare const preferences: readonly [
    "medium",
    "high",
    "reserved",
    "low"
];

declare function prefixInformation(fields: PrefixInformationFields): Uint8Array<ArrayBuffer>;

declare function pseudoHeader(source: IpAddress, destination: IpAddress, protocol: number, length: number): Uint8Array<ArrayBuffer>;

declare const recordTypes: {
    readonly isInclude: 1;
    readonly isExclude: 2;
    readonly toInclude: 3;
    readonly toExclude: 4;
    readonly allow: 5;
    readonly block: 6;
};

declare function recursiveDnsServers(fields: {
    servers: readonly (IpAddress | string)[];
    lifetime?: number;
}): Uint8Array<ArrayBuffer>;

declare function redirectMessage(fields: RedirectFields): Uint8Array<ArrayBuffer>;

declare function redirectedHeader(packet: Uint8Array): Uint8Array<ArrayBuffer>;

declare const repairEthernet: Repair;

declare const repairIcmp: Repair;

declare const repairIpv4: Repair;

declare const repairIpv6: Repair;

declare function repairTransport(source: IpAddress, destination: IpAddress, protocol: number): Repair;

declare function routeInformation(fields: RouteInformationFields): Uint8Array<ArrayBuffer>;

declare function routerAdvertisement(fields: RouterAdvertisementFields): Uint8Array<ArrayBuffer>;

declare function routerAlertOption(value?: number): Ipv6OptionFields;

declare function routerSolicitation(fields: NeighborDiscoveryFields): Uint8Array<ArrayBuffer>;

declare function routingHeader(fields: RoutingHeaderFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function sourceLinkAddress(mac: MacAddress | string): Uint8Array<ArrayBuffer>;

declare function stackSuite(api: SuiteApi, make: Make<StacksUnderTest>, done?: Done<StacksUnderTest>): void;

declare function streamOctet(seed: number, offset: number): number;

declare function streamOctets(seed: number, from: number, to: number): Uint8Array<ArrayBuffer>;

declare function targetLinkAddress(mac: MacAddress | string): Uint8Array<ArrayBuffer>;

declare function tcpOptions(fields: TcpOptionFields): Uint8Array<ArrayBuffer>;

declare function tcpSegment(fields: TcpFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function udpDatagram(fields: UdpFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

export {
  type AddressPair,
  type ArpFields,
  type ArrivesWith,
  ConversationModel,
  type DatagramArrives,
  type DevicesUnderTest,
  type DualStacksUnderTest,
  type EchoFields,
  type EchoV6Fields,
  type ErrorArrives,
  type EthernetFields,
  type Expectation,
  FakeIpLayer,
  type FakeIpLayerOptions,
  FakeLink,
  type FakeLinkOptions,
  FakeResolver,
  type FakeResolverOptions,
  type FragmentHeaderFields,
  type FuzzOptions,
  type FuzzPlan,
  type GroupRecordFields,
  type IcmpV4Fields,
  IcmpV4Type,
  type IcmpV6Around,
  type IcmpV6Fields,
  IcmpV6Type,
  type IgmpFields,
  IgmpType,
  InputSource,
  type InputSourceOptions,
  type IpLayerUnderTest,
  type Ipv4Fields,
  Ipv6Extension,
  type Ipv6Fields,
  type Ipv6OptionFields,
  Ipv6OptionType,
  type Ipv6OptionsHeaderFields,
  type LeftDatagram,
  LoopbackDevice,
  type LoopbackDeviceOptions,
  type MulticastQueryFields,
  NdOptionType,
  type NeighborAdvertisementFields,
  type NeighborDiscoveryFields,
  type NeighborSolicitationFields,
  type NetworkDeviceSuiteOptions,
  type ParsedArp,
  type ParsedEthernet,
  type ParsedFragmentHeader,
  type ParsedGroupRecord,
  type ParsedIcmpV4,
  type ParsedIcmpV6,
  type ParsedIgmp,
  type ParsedIpv4,
  type ParsedIpv6,
  type ParsedIpv6Chain,
  type ParsedIpv6Extension,
  type ParsedIpv6Option,
  type ParsedMulticastMessage,
  type ParsedMulticastQuery,
  type ParsedNdOptions,
  type ParsedNeighborDiscovery,
  type ParsedPrefixInformation,
  type ParsedRouterAdvertisement,
  type ParsedTcp,
  type ParsedTcpOptions,
  type ParsedUdp,
  type Preference,
  type PrefixInformationFields,
  type PseudoHeaderAddresses,
  type ReceivedWith,
  type RecordType,
  type RedirectFields,
  type Repair,
  type ReportedError,
  type ResolverUnderTest,
  type RouteInformationFields,
  type RouterAdvertisementFields,
  type RoutingHeaderFields,
  type SentDatagram,
  type SentFrame,
  type StackLike,
  type StackSupportLike,
  type StacksUnderTest,
  StreamModel,
  type SuiteApi,
  type TcpConnectOptionsLike,
  type TcpFields,
  type TcpFlowLike,
  type TcpListenOptionsLike,
  type TcpListenerLike,
  type TcpOptionFields,
  TcpOptionKind,
  type TcpSocketOptionsLike,
  type UdpBindOptionsLike,
  type UdpDatagramLike,
  type UdpFields,
  type UdpSocketLike,
  addressResolverSuite,
  arpPacket,
  concatenate,
  describeDatagram,
  describeFrame,
  describeTransport,
  dnsSearchList,
  dualStackSuite,
  ethernetFrame,
  fakeCapabilities,
  fragmentHeader,
  fuzz,
  fuzzInTurns,
  fuzzPlan,
  icmpV4EchoReply,
  icmpV4EchoRequest,
  icmpV4Message,
  icmpV6EchoReply,
  icmpV6EchoRequest,
  icmpV6Message,
  igmpMessage,
  igmpOldMessage,
  igmpQuery,
  igmpV3Report,
  ipLayerSuite,
  ipv4Fragments,
  ipv4Packet,
  ipv6Fragments,
  ipv6OptionsHeader,
  ipv6Packet,
  mldQuery,
  mldV1Message,
  mldV2Report,
  mtuOption,
  naiveChecksum,
  ndOption,
  neighborAdvertisement,
  neighborSolicitation,
  networkDeviceSuite,
  nonceOption,
  parseArp,
  parseEthernet,
  parseIcmpV4,
  parseIcmpV6,
  parseIgmp,
  parseIpv4,
  parseIpv6,
  parseIpv6Chain,
  parseMld,
  parseNdOptions,
  parseNeighborDiscovery,
  parseTcp,
  parseTcpOptions,
  parseUdp,
  prefixInformation,
  pseudoHeader,
  recursiveDnsServers,
  redirectMessage,
  redirectedHeader,
  repairEthernet,
  repairIcmp,
  repairIpv4,
  repairIpv6,
  repairTransport,
  routeInformation,
  routerAdvertisement,
  routerAlertOption,
  routerSolicitation,
  routingHeader,
  sourceLinkAddress,
  stackSuite,
  streamOctet,
  streamOctets,
  targetLinkAddress,
  tcpOptions,
  tcpSegment,
  udpDatagram,
};
