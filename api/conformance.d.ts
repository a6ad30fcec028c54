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

interface EchoFields {
    identifier: number;
    sequence: number;
    checksum?: number;
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

interface FuzzOptions extends Omit<InputSourceOptions, "seed"> {
    readonly plan: FuzzPlan;
    readonly regressions?: readonly string[];
}

interface FuzzPlan {
    readonly seed: number;
    readonly inputs: number;
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

type Make = () => DevicesUnderTest | Promise<DevicesUnderTest>;

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

interface PseudoHeaderAddresses {
    readonly source: IpAddress | string;
    readonly destination: IpAddress | string;
}

interface ReceivedWith {
    readonly rxChecksum?: RxChecksum;
    readonly segmentSize?: number;
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

interface StackLike {
    readonly supports: {
        readonly ping: boolean;
        readonly abort: boolean;
    };
    readonly tcp: {
        listen(options: {
            port: number;
            backlog?: number;
            receiveBuffer?: number;
        }): TcpListenerLike;
        connect(options: {
            host: string;
            port: number;
            sendBuffer?: number;
        }, control?: {
            signal?: AbortSignal;
            timeout?: Millis;
        }): Promise<TcpFlowLike>;
    };
    readonly udp: {
        bind(options?: {
            port?: number;
            dontFragment?: boolean;
        }): UdpSocketLike;
    };
    ping(host: string, options?: {
        count?: number;
        size?: number;
    }): Promise<{
        readonly received: number;
    }>;
    on(event: "closed", listener: (event: {
        readonly error: Error | null;
    }) => void): () => void;
    kill(options?: {
        timeout?: Millis;
    }): Promise<void>;
}

interface StacksUnderTest {
    readonly client: StackLike;
    readonly server: StackLike;
    readonly clientAddress: string;
    readonly serverAddress: string;
    readonly unreachable: string;
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

interface TcpFlowLike extends AsyncIterable<Uint8Array> {
    readonly local: Endpoint;
    readonly remote: Endpoint;
    read(into: Uint8Array, options?: {
        signal?: AbortSignal;
    }): Promise<number>;
    readExactly(octets: number): Promise<Uint8Array>;
    get(): Promise<readonly Uint8Array[] | null>;
    write(bytes: Uint8Array | string): Promise<void>;
    tryWrite(bytes: Uint8Array): number;
    shutdown(how: "read" | "write" | "both"): void;
    close(): Promise<void>;
    abort(): void;
}

interface TcpListenerLike extends AsyncIterable<TcpFlowLike> {
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

interface UdpFields {
    source: IpAddress | string;
    destination: IpAddress | string;
    sourcePort: number;
    destinationPort: number;
    length?: number;
    checksum?: number;
}

interface UdpSocketLike {
    readonly local: Endpoint;
    send(data: Uint8Array | string, to?: {
        readonly host: string;
        readonly port: number;
    } | Endpoint): Promise<void>;
    recv(options?: {
        signal?: AbortSignal;
    }): Promise<{
        readonly data: Uint8Array;
        readonly remote: Endpoint;
        readonly local: Endpoint;
    }>;
    connect(to: {
        readonly host: string;
        readonly port: number;
    }): void;
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

declare function ethernetFrame(fields: EthernetFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function fakeCapabilities(changes?: Partial<LinkCapabilities>): LinkCapabilities;

declare function fuzz(options: FuzzOptions, run: Run): void;

declare function fuzzInTurns(options: FuzzOptions & {
    readonly inputsPerTurn: number;
}, run: Run, turn: (index: number) => Promise<void>): Promise<void>;

declare function fuzzPlan(environment: Readonly<Record<string, string | undefined>>): FuzzPlan;

declare function icmpV4EchoReply(fields: EchoFields, data?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV4EchoRequest(fields: EchoFields, data?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function icmpV4Message(fields: IcmpV4Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function ipLayerSuite(api: SuiteApi, make: () => IpLayerUnderTest): void;

declare function ipv4Fragments(fields: Ipv4Fields, payload: Uint8Array, size: number): Uint8Array<ArrayBuffer>[];

declare function ipv4Packet(fields: Ipv4Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function ipv6Packet(fields: Ipv6Fields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function naiveChecksum(...ranges: readonly Uint8Array[]): number;

declare function networkDeviceSuite(api: SuiteApi, make: Make, options?: NetworkDeviceSuiteOptions): void;

declare function parseArp(bytes: Uint8Array): ParsedArp;

declare function parseEthernet(bytes: Uint8Array): ParsedEthernet;

declare function parseIcmpV4(bytes: Uint8Array): ParsedIcmpV4;

declare function parseIpv4(bytes: Uint8Array): ParsedIpv4;

declare function parseIpv6(bytes: Uint8Array): ParsedIpv6;

declare function parseTcp(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedTcp;

declare function parseTcpOptions(bytes: Uint8Array): ParsedTcpOptions;

declare function parseUdp(bytes: Uint8Array, addresses?: PseudoHeaderAddresses): ParsedUdp;

declare function pseudoHeader(source: IpAddress, destination: IpAddress, protocol: number, length: number): Uint8Array<ArrayBuffer>;

declare const repairEthernet: Repair;

declare const repairIcmp: Repair;

declare const repairIpv4: Repair;

declare function repairTransport(source: IpAddress, destination: IpAddress, protocol: number): Repair;

declare function stackSuite(api: SuiteApi, make: () => StacksUnderTest | Promise<StacksUnderTest>, done?: (under: StacksUnderTest) => Promise<void>): void;

declare function streamOctet(seed: number, offset: number): number;

declare function streamOctets(seed: number, from: number, to: number): Uint8Array<ArrayBuffer>;

declare function tcpOptions(fields: TcpOptionFields): Uint8Array<ArrayBuffer>;

declare function tcpSegment(fields: TcpFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

declare function udpDatagram(fields: UdpFields, payload?: Uint8Array): Uint8Array<ArrayBuffer>;

export {
  type ArpFields,
  type ArrivesWith,
  ConversationModel,
  type DatagramArrives,
  type DevicesUnderTest,
  type EchoFields,
  type ErrorArrives,
  type EthernetFields,
  type Expectation,
  FakeIpLayer,
  type FakeIpLayerOptions,
  FakeLink,
  type FakeLinkOptions,
  FakeResolver,
  type FakeResolverOptions,
  type FuzzOptions,
  type FuzzPlan,
  type IcmpV4Fields,
  IcmpV4Type,
  InputSource,
  type InputSourceOptions,
  type IpLayerUnderTest,
  type Ipv4Fields,
  type Ipv6Fields,
  type LeftDatagram,
  LoopbackDevice,
  type LoopbackDeviceOptions,
  type NetworkDeviceSuiteOptions,
  type ParsedArp,
  type ParsedEthernet,
  type ParsedIcmpV4,
  type ParsedIpv4,
  type ParsedIpv6,
  type ParsedTcp,
  type ParsedTcpOptions,
  type ParsedUdp,
  type PseudoHeaderAddresses,
  type ReceivedWith,
  type Repair,
  type ReportedError,
  type ResolverUnderTest,
  type SentDatagram,
  type SentFrame,
  type StackLike,
  type StacksUnderTest,
  StreamModel,
  type SuiteApi,
  type TcpFields,
  type TcpFlowLike,
  type TcpListenerLike,
  type TcpOptionFields,
  TcpOptionKind,
  type UdpFields,
  type UdpSocketLike,
  addressResolverSuite,
  arpPacket,
  concatenate,
  describeDatagram,
  describeFrame,
  describeTransport,
  ethernetFrame,
  fakeCapabilities,
  fuzz,
  fuzzInTurns,
  fuzzPlan,
  icmpV4EchoReply,
  icmpV4EchoRequest,
  icmpV4Message,
  ipLayerSuite,
  ipv4Fragments,
  ipv4Packet,
  ipv6Packet,
  naiveChecksum,
  networkDeviceSuite,
  parseArp,
  parseEthernet,
  parseIcmpV4,
  parseIpv4,
  parseIpv6,
  parseTcp,
  parseTcpOptions,
  parseUdp,
  pseudoHeader,
  repairEthernet,
  repairIcmp,
  repairIpv4,
  repairTransport,
  stackSuite,
  streamOctet,
  streamOctets,
  tcpOptions,
  tcpSegment,
  udpDatagram,
};
