// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/core

interface AddressChange {
    readonly kind: "added" | "removed" | "conflict";
    readonly prefix: IpPrefix;
}

interface AddressResolver extends Timed {
    sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict;
    confirm(nextHop: IpAddress, now: Millis): void;
    doubt(nextHop: IpAddress, now: Millis): void;
    onUnreachable(sink: (nextHop: IpAddress, queued: Packet, now: Millis) => void): void;
}

declare class AddressWords implements Words {
    w0: number;
    w1: number;
    w2: number;
    w3: number;
    setV4(bits: number): void;
    readV6(view: DataView, at: number): void;
    copy(from: Readonly<Words>): void;
}

interface AskedRoute extends Route {
    readonly asked: IpAddress | null;
}

type Cast = "unicast" | "broadcast" | "multicast";

interface Clock {
    now(): Millis;
}

declare class CryptoRandom implements Random {
    #private;
    u32(): number;
    fill(into: Uint8Array): void;
}

declare const DEFAULT_HOP_LIMIT = 64;

declare class DeadlineHeap<T extends HeapItem> {
    #private;
    constructor(deadlineOf: (item: T) => Millis);
    get size(): number;
    next(): Millis;
    earliest(): Millis;
    arm(item: T): void;
    remove(item: T): void;
    popDue(now: Millis): T | null;
}

interface DeviceSink {
    receive(packet: Packet): Verdict | void;
    batchEnd(): void;
    writable(): void;
    linkChanged(up: boolean): void;
    capabilitiesChanged(): void;
    failed(error: Error): void;
}

declare const Ecn: {
    readonly NotCapable: 0;
    readonly Capable1: 1;
    readonly Capable0: 2;
    readonly CongestionExperienced: 3;
};

interface Endpoint {
    readonly address: IpAddress;
    readonly port: number;
}

declare const EtherType: {
    readonly Ipv4: 2048;
    readonly Arp: 2054;
    readonly Vlan: 33024;
    readonly ServiceVlan: 34984;
    readonly Ipv6: 34525;
};

declare class FlowLabels {
    #private;
    constructor(random: Random);
    of(family: 4 | 6, local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number): number;
}

interface FragmentFacts {
    readonly source: Readonly<Words>;
    readonly destination: Readonly<Words>;
    readonly protocolOfKey: number;
    readonly identification: number;
    readonly fragmentOffset: number;
    readonly moreFragments: boolean;
    readonly trafficClass: number;
    readonly headerStart: number;
    readonly uncountedOctets: number;
}

interface FrameHandler {
    input(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
    inputFromOwnMac?(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
}

interface FrameInfo {
    cast: Cast;
    sourceHigh: number;
    sourceLow: number;
}

declare class GroupCounts {
    #private;
    get size(): number;
    has(group: Readonly<Words>): boolean;
    join(group: IpAddress): boolean;
    leave(group: IpAddress): boolean;
}

interface HeapItem {
    heapIndex: number;
    heapDeadline: Millis;
}

declare class HeldPacket {
    readonly packet: Packet;
    next: HeldPacket | null;
    constructor(size: number);
    get octets(): number;
}

interface HoldQueue {
    firstHeld: HeldPacket | null;
    lastHeld: HeldPacket | null;
    heldCount: number;
}

interface Host extends Clock {
    start(wake: Wake): void;
    arm(at: Millis): void;
    defer(): void;
    hold(alive: boolean): void;
    stop(): void;
}

declare const IPV4_WORD2 = 65535;

declare const IcmpErrorKind: {
    readonly NetworkUnreachable: 0;
    readonly HostUnreachable: 1;
    readonly ProtocolUnreachable: 2;
    readonly PortUnreachable: 3;
    readonly PacketTooBig: 4;
    readonly SourceRouteFailed: 5;
    readonly AdministrativelyProhibited: 6;
    readonly HopLimitExceeded: 7;
    readonly ReassemblyTimeExceeded: 8;
    readonly ParameterProblem: 9;
    readonly UnrecognizedOption: 10;
    readonly IncompleteHeaderChain: 11;
};

type IcmpErrorKind = (typeof IcmpErrorKind)[keyof typeof IcmpErrorKind];

interface IcmpErrorReceiver {
    errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet, now: Millis): Verdict;
}

interface IcmpErrors {
    send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict;
}

declare class IpAddress implements Readonly<Words> {
    readonly family: 4 | 6;
    readonly w0: number;
    readonly w1: number;
    readonly w2: number;
    readonly w3: number;
    constructor(family: 4 | 6, w0: number, w1: number, w2: number, w3: number);
    static readonly anyV4: IpAddress;
    static readonly loopbackV4: IpAddress;
    static readonly broadcastV4: IpAddress;
    static readonly anyV6: IpAddress;
    static readonly loopbackV6: IpAddress;
    static readonly allNodesV6: IpAddress;
    static readonly allRoutersV6: IpAddress;
    static v4(bits: number): IpAddress;
    static fromWords(words: Readonly<Words>): IpAddress;
    static parse(text: string): IpAddress;
    static tryParse(text: string): IpAddress | null;
    equals(other: Readonly<Words>): boolean;
    get isUnspecified(): boolean;
    get isLoopback(): boolean;
    get isMulticast(): boolean;
    get isLinkLocal(): boolean;
    get isSiteLocal(): boolean;
    get isUniqueLocal(): boolean;
    get multicastScope(): number;
    get solicitedNodeGroup(): IpAddress;
    withInterfaceIdentifier(w2: number, w3: number): IpAddress;
    get isLimitedBroadcast(): boolean;
    toString(): string;
}

interface IpInfo {
    family: 4 | 6;
    readonly source: Words;
    readonly destination: Words;
    protocol: number;
    hopLimit: number;
    trafficClass: number;
    flowLabel: number;
    cast: Cast;
    linkCast: Cast;
    interfaceIndex: number;
    loopback: boolean;
    reassembled: boolean;
    headerStart: number;
}

interface IpLayer extends Timed {
    readonly family: 4 | 6;
    readonly epoch: number;
    route(to: IpAddress, from?: IpAddress): Route | null;
    isLocal(address: Readonly<Words>): boolean;
    send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict;
    handle(protocol: number, upper: TransportHandler): void;
    unhandle(protocol: number): void;
    joinGroup(group: IpAddress, now: Millis): void;
    leaveGroup(group: IpAddress, now: Millis): void;
    confirm(route: Route, now: Millis): void;
    doubt(route: Route, now: Millis): void;
    onAddressChange(sink: (change: AddressChange) => void): void;
}

declare class IpPrefix {
    #private;
    readonly address: IpAddress;
    readonly length: number;
    constructor(address: IpAddress, length: number);
    static parse(text: string): IpPrefix;
    get family(): 4 | 6;
    contains(words: Readonly<Words>): boolean;
    get network(): IpAddress;
    get broadcast(): IpAddress | null;
    equals(other: IpPrefix): boolean;
    toString(): string;
}

declare const IpProtocol: {
    readonly HopByHop: 0;
    readonly Icmp: 1;
    readonly Igmp: 2;
    readonly Tcp: 6;
    readonly Udp: 17;
    readonly Routing: 43;
    readonly Fragment: 44;
    readonly Icmpv6: 58;
    readonly NoNextHeader: 59;
    readonly DestinationOptions: 60;
};

declare class KeyedHash {
    #private;
    constructor(random: Random);
    begin(): void;
    word(value: number): void;
    address(words: Readonly<Words>): void;
    end(): number;
    get high(): number;
    flow(a: Readonly<Words>, b: Readonly<Words>, portA: number, portB: number, salt?: number): number;
}

interface LinkCapabilities {
    readonly medium: "ethernet" | "ip";
    readonly mtu: number;
    readonly headroom: number;
    readonly txChecksum: boolean;
    readonly rxTrusted: boolean;
    readonly gather: number;
    readonly segmentation: {
        readonly tcp4: boolean;
        readonly tcp6: boolean;
        readonly udp: boolean;
        readonly maxOctets: number;
    };
}

interface LinkLayer {
    readonly mac: MacAddress | null;
    readonly capabilities: LinkCapabilities;
    send(packet: Packet, to: MacAddress, etherType: number): Verdict;
    handle(etherType: number, upper: FrameHandler): void;
    joinGroup(group: MacAddress): void;
    leaveGroup(group: MacAddress): void;
}

interface LoopbackBounds {
    readonly loopbackOctets: number;
    readonly loopbackPackets: number;
}

declare class LoopbackQueue {
    #private;
    constructor(bounds: LoopbackBounds);
    get size(): number;
    nextDeadline(): Millis;
    push(packet: Packet): boolean;
    peek(): Packet | null;
    shift(): void;
}

declare class MacAddress {
    readonly high: number;
    readonly low: number;
    constructor(high: number, low: number);
    static readonly broadcast: MacAddress;
    static readonly zero: MacAddress;
    static parse(text: string): MacAddress;
    static read(bytes: Uint8Array, at: number): MacAddress;
    static ofIpv4Group(bits: number): MacAddress;
    static ofIpv6Group(bits: number): MacAddress;
    write(bytes: Uint8Array, at: number): void;
    equals(other: MacAddress): boolean;
    get isMulticast(): boolean;
    get isBroadcast(): boolean;
    get isZero(): boolean;
    toString(): string;
}

interface MembershipOptions {
    readonly link: Pick<LinkLayer, "joinGroup" | "leaveGroup">;
    readonly macOf: (group: IpAddress) => MacAddress;
    readonly output: MembershipOutput;
    readonly random: Random;
    readonly parameters: MembershipParameters;
    readonly isReported: (group: IpAddress) => boolean;
}

interface MembershipOutput {
    readonly addressOctets: 4 | 16;
    scratch(): Packet;
    sendReport(packet: Packet, records: number, now: Millis): void;
    sendOldReport(group: IpAddress, older: OlderVersion, now: Millis): void;
    sendOldLeave(group: IpAddress, older: OlderVersion, now: Millis): void;
}

interface MembershipParameters {
    readonly multicastGroups: number;
    readonly multicastRobustness: number;
    readonly multicastQueryInterval: Millis;
    readonly multicastReportInterval: Millis;
    readonly multicastOldReportInterval: Millis;
    readonly multicastSources: number;
    readonly multicastResponseSpacing: Millis;
}

declare class MembershipQuery {
    #private;
    older: OlderVersion;
    maximumResponse: Millis;
    general: boolean;
    readonly group: AddressWords;
    robustness: number;
    interval: Millis;
    sourceCount: number;
    clearTail(): void;
    readTail(view: DataView, at: number, end: number, addressOctets: 4 | 16): boolean;
    source(index: number): IpAddress;
}

type Millis = number;

declare class MulticastMembership implements Timed {
    #private;
    constructor(options: MembershipOptions);
    get size(): number;
    has(group: Readonly<Words>): boolean;
    get older(): OlderVersion;
    join(group: IpAddress, now: Millis, needed?: boolean): void;
    leave(group: IpAddress, now: Millis): void;
    announce(now: Millis): void;
    query(query: MembershipQuery, now: Millis): Verdict;
    reportHeard(group: Readonly<Words>): Verdict;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
}

declare class NeighborList<T extends NeighborRecord> {
    newest: T | null;
    oldest: T | null;
    size: number;
    push(neighbor: T): void;
    remove(neighbor: T): void;
}

declare class NeighborRecord implements HeapItem, HoldQueue {
    readonly address: IpAddress;
    mac: MacAddress | null;
    fixed: boolean;
    deadline: Millis;
    requestedAt: Millis;
    tries: number;
    used: boolean;
    firstHeld: HeldPacket | null;
    lastHeld: HeldPacket | null;
    heldCount: number;
    list: NeighborList<NeighborRecord> | null;
    newer: NeighborRecord | null;
    older: NeighborRecord | null;
    heapIndex: number;
    heapDeadline: Millis;
    constructor(address: IpAddress);
}

declare class NeighborTable<T extends NeighborRecord> {
    #private;
    constructor(limits: NeighborTableLimits, random: Random, make: (address: IpAddress) => T, removed: (neighbor: T) => void);
    get size(): number;
    get pending(): number;
    find(address: Readonly<Words>): T | null;
    use(address: Readonly<Words>): T | null;
    add(address: IpAddress): T;
    overdue(): T | null;
    arm(neighbor: T, deadline: Millis, pending: boolean): void;
    fix(address: IpAddress): T;
    delete(neighbor: T): void;
    values(): IterableIterator<T>;
    next(): Millis;
    popDue(now: Millis): T | null;
}

interface NeighborTableLimits {
    readonly capacity: number;
    readonly pendingCapacity: number;
}

declare class NetError extends Error {
    readonly code: NetErrorCode;
    readonly syscall: string | undefined;
    readonly address: string | undefined;
    readonly port: number | undefined;
    constructor(code: NetErrorCode, details?: NetErrorDetails);
    get name(): string;
}

type NetErrorCode = "ECONNREFUSED" | "ECONNRESET" | "ECONNABORTED" | "ETIMEDOUT" | "EHOSTUNREACH" | "ENETUNREACH" | "EADDRINUSE" | "EADDRNOTAVAIL" | "EMSGSIZE" | "ENOBUFS" | "EPIPE" | "EAFNOSUPPORT" | "ENOTSUP" | "ENOTCONN" | "EISCONN" | "ENETDOWN" | "EPERM" | "EBUSY" | "ENODEV" | "EINVAL" | "ERR_STREAM_PREMATURE_CLOSE";

interface NetErrorDetails {
    syscall?: string;
    address?: string;
    port?: number;
    reason?: string;
    cause?: unknown;
}

interface NetworkDevice {
    readonly mac: MacAddress | null;
    readonly capabilities: LinkCapabilities;
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

type OlderVersion = 0 | 1 | 2;

declare const PIECE_CHARGE = 64;

declare const POISON = 219;

declare class Packet {
    #private;
    bytes: Uint8Array;
    view: DataView;
    start: number;
    end: number;
    network: number;
    transport: number;
    payload: number;
    rxChecksum: RxChecksum;
    checksumStart: number;
    checksumField: number;
    segmentSize: number;
    tails: 0 | 1 | 2;
    readonly tail: readonly [
        Slice,
        Slice
    ];
    constructor(bytes: Uint8Array, view?: DataView);
    static allocate(size: number): Packet;
    reset(start: number, end: number): void;
    aim(bytes: Uint8Array, view: DataView, start: number, end: number): void;
    get length(): number;
    octets(from: number, to: number): Uint8Array;
    copyTo(into: Uint8Array, at?: number): number;
    toBytes(): Uint8Array<ArrayBuffer>;
}

declare class PacketHold {
    #private;
    readonly counters: VerdictCounters;
    constructor(link: LinkLayer, limits: PacketHoldLimits);
    get octets(): number;
    add(neighbor: HoldQueue, packet: Packet): Verdict;
    take(neighbor: HoldQueue): HeldPacket | null;
    release(held: HeldPacket, outcome: Verdict): void;
    detach(neighbor: HoldQueue): HoldQueue;
    discard(neighbor: HoldQueue, outcome: Verdict): void;
}

interface PacketHoldLimits {
    readonly queuePackets: number;
    readonly queueOctets: number;
}

interface PathMtuBounds {
    readonly pathMtuEntries: number;
    readonly pathMtuTimeout: Millis;
}

declare class PathMtuTable {
    #private;
    constructor(bounds: PathMtuBounds);
    get size(): number;
    mtuOf(destination: Readonly<Words>, linkMtu: number): number;
    lower(destination: Readonly<Words>, mtu: number, now: Millis): void;
    nextDeadline(): Millis;
    expire(now: Millis): boolean;
}

declare class ProtocolTable {
    #private;
    errors: IcmpErrors | null;
    handle(protocol: number, upper: TransportHandler): void;
    unhandle(protocol: number): void;
    get(protocol: number): TransportHandler | null;
    deliver(packet: Packet, info: IpInfo, pointer: number, now: Millis): Verdict;
}

interface Random {
    u32(): number;
    fill(into: Uint8Array): void;
}

interface ReassemblyBounds {
    readonly reassemblyTimeout: Millis;
    readonly reassemblyOctets: number;
    readonly reassemblyQueues: number;
    readonly reassemblyPieces: number;
    readonly reassemblySourceShare: number;
}

declare class ReassemblyTable {
    #private;
    wholeHeaderOctets: number;
    wholeIsMarked: boolean;
    evicted: number;
    expired: number;
    constructor(bounds: ReassemblyBounds, random: Random, timedOut: (firstFragment: Packet, now: Millis) => void);
    get size(): number;
    get octets(): number;
    get whole(): Packet;
    add(packet: Packet, fragment: FragmentFacts, now: Millis): Verdict;
    nextDeadline(): Millis;
    expire(now: Millis): void;
}

declare const RecordType: {
    readonly IsInclude: 1;
    readonly IsExclude: 2;
    readonly ToInclude: 3;
    readonly ToExclude: 4;
};

type RecordType = (typeof RecordType)[keyof typeof RecordType];

interface Route {
    readonly source: IpAddress;
    readonly destination: IpAddress;
    readonly nextHop: IpAddress;
    readonly mtu: number;
    readonly headroom: number;
    readonly capabilities: LinkCapabilities;
    readonly loopback: boolean;
    readonly cast: Cast;
    readonly interfaceIndex: number;
    readonly epoch: number;
}

declare class RouteCache {
    #private;
    find(ip: IpLayer, to: Readonly<Words>, from: Readonly<Words> | null): Route | null;
}

interface RouteEntry {
    readonly destination: IpPrefix;
    readonly gateway: IpAddress | null;
    readonly source: IpAddress | null;
    readonly metric: number;
    readonly origin: "address" | "static";
}

declare class RouteSlots<R extends AskedRoute> {
    #private;
    constructor(slots: number);
    get(to: IpAddress, from: IpAddress | null, epoch: number): R | null;
    put(route: R): void;
}

declare class RouteTable {
    #private;
    list(): readonly RouteEntry[];
    add(route: RouteEntry): void;
    removeWhere(condition: (route: RouteEntry) => boolean): number;
    lookup(destination: Readonly<Words>): RouteEntry | null;
    isOnLink(address: Readonly<Words>): boolean;
    restore(entries: readonly RouteEntry[]): void;
}

declare const RxChecksum: {
    readonly Unknown: 0;
    readonly Trusted: 1;
    readonly Verified: 2;
};

type RxChecksum = (typeof RxChecksum)[keyof typeof RxChecksum];

declare class ScratchPacket {
    #private;
    prepare(headroom: number, length: number): Packet;
}

declare class SeededRandom implements Random {
    #private;
    constructor(seed: number);
    u32(): number;
    fill(into: Uint8Array): void;
    fork(): SeededRandom;
}

interface SendOptions {
    protocol: number;
    hopLimit: number;
    trafficClass: number;
    dontFragment: "no" | "yes" | "probe";
    flowLabel: number;
    multicastLoop: boolean;
}

declare class Slice {
    bytes: Uint8Array;
    view: DataView;
    start: number;
    end: number;
    aim(bytes: Uint8Array, view: DataView, start: number, end: number): void;
    get length(): number;
}

interface Timed {
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
}

declare class TokenBucket {
    #private;
    constructor(rate: number, burst: number);
    take(now: Millis, tokens?: number): boolean;
}

interface TransportHandler {
    input(packet: Packet, info: IpInfo, now: Millis): Verdict;
    error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, mtu: number, now: Millis): boolean;
    flush(now: Millis): void;
}

declare const Verdict: {
    readonly Handled: 0;
    readonly Queued: 1;
    readonly TooShort: 2;
    readonly BadVersion: 3;
    readonly BadHeaderLength: 4;
    readonly BadLength: 5;
    readonly BadChecksum: 6;
    readonly NotForUs: 7;
    readonly BadSource: 8;
    readonly BadDestination: 9;
    readonly UnknownEtherType: 10;
    readonly VlanTagged: 11;
    readonly LengthFrame: 12;
    readonly BadOption: 13;
    readonly SourceRouted: 14;
    readonly FragmentMalformed: 15;
    readonly FragmentOverlap: 16;
    readonly FragmentTooBig: 17;
    readonly FragmentLimit: 18;
    readonly ProtocolUnreachable: 19;
    readonly PortUnreachable: 20;
    readonly QueueFull: 21;
    readonly RateLimited: 22;
    readonly UnknownType: 23;
    readonly UnknownFlow: 24;
    readonly Duplicate: 25;
    readonly OutOfWindow: 26;
    readonly BadAcknowledgment: 27;
    readonly BadFlags: 28;
    readonly BacklogFull: 29;
    readonly NoConnection: 30;
    readonly Ignored: 31;
    readonly AddressConflict: 32;
    readonly HandlerFault: 33;
    readonly HeaderChainTooLong: 34;
    readonly UnrecognizedOption: 35;
    readonly NoNextHeader: 36;
    readonly BadHopLimit: 37;
    readonly FragmentForbidden: 38;
    readonly DuplicateAddress: 39;
    readonly DeviceBusy: 40;
    readonly NoRoute: 41;
    readonly NeighborFailed: 42;
    readonly TooBig: 43;
    readonly NoBuffers: 44;
    readonly BadLocalAddress: 45;
    readonly Closed: 46;
};

type Verdict = (typeof Verdict)[keyof typeof Verdict];

declare class VerdictCounters {
    #private;
    count(verdict: Verdict): Verdict;
    of(verdict: Verdict): number;
    snapshot(): Record<string, number>;
}

type Wake = (now: Millis, heardUntil?: Millis) => void;

interface Words {
    w0: number;
    w1: number;
    w2: number;
    w3: number;
}

declare class WordsMap<V> {
    #private;
    constructor(random?: Random | null);
    get size(): number;
    has(key: Readonly<Words>): boolean;
    get(key: Readonly<Words>): V | null;
    set(key: Readonly<Words>, value: V): void;
    delete(key: Readonly<Words>): boolean;
    clear(): void;
    oldest(): Readonly<Words> | null;
    oldestValue(): V | null;
    values(): IterableIterator<V>;
}

declare function accepted(verdict: Verdict): boolean;

declare function borrowDebug(): boolean;

declare function checkPort(port: number, what?: string, least?: number): number;

declare function completeChecksum(packet: Packet): void;

declare function copyPacketRange(packet: Packet, from: number, to: number, into: Uint8Array, at: number): void;

declare const defaultMembershipParameters: MembershipParameters;

declare function floatingCode(code: number, mantissaBits: number): number;

declare function foldChecksum(sum: number): number;

declare function foldSum(sum: number): number;

declare function formatEndpoint(endpoint: Endpoint): string;

declare function fromHex(text: string): Uint8Array<ArrayBuffer>;

declare function icmpErrorCode(kind: IcmpErrorKind): NetErrorCode;

declare function isNetError(value: unknown, code?: NetErrorCode): value is NetError;

declare function isV4Words(words: Readonly<Words>): boolean;

declare function isV6Group(words: Readonly<Words>): boolean;

declare function isV6LinkLocal(words: Readonly<Words>): boolean;

declare function isV6Loopback(words: Readonly<Words>): boolean;

declare function isV6Unspecified(words: Readonly<Words>): boolean;

declare function lend(packet: Packet): Packet;

declare function macHigh(bytes: Uint8Array, at: number): number;

declare function parseEndpoint(text: string): Endpoint;

declare function pseudoHeaderSum(source: Readonly<Words>, destination: Readonly<Words>, protocol: number, length: number): number;

declare function randomFraction(random: Random): number;

declare function randomInteger(random: Random, from: number, to: number): number;

declare function reclaim(lent: Packet, original: Packet, direction: "up" | "down"): void;

declare function requestedChecksum(packet: Packet): number;

declare function sameAddress(a: IpAddress | null, b: IpAddress | null): boolean;

declare function sameWords(a: Readonly<Words>, b: Readonly<Words>): boolean;

declare function sendErrorCode(verdict: Verdict): NetErrorCode;

declare function setBorrowDebug(on: boolean): void;

declare function sumOctets(view: DataView, start: number, end: number): number;

declare function sumPacket(packet: Packet, from: number): number;

declare function sumWord(word: number): number;

declare function swapSum(folded: number): number;

declare function toHex(bytes: Uint8Array, separator?: string): string;

declare function toIpAddress(address: IpAddress | string): IpAddress;

declare function toIpPrefix(prefix: IpPrefix | string): IpPrefix;

declare function toMacAddress(address: MacAddress | string): MacAddress;

declare function updateChecksum(field: number, before: number, after: number): number;

declare function verdictName(verdict: Verdict): string;

declare function viewOf(bytes: Uint8Array): DataView;

declare function writeV6Words(view: DataView, at: number, words: Readonly<Words>): void;

export {
  type AddressChange,
  type AddressResolver,
  AddressWords,
  type AskedRoute,
  type Cast,
  type Clock,
  CryptoRandom,
  DEFAULT_HOP_LIMIT,
  DeadlineHeap,
  type DeviceSink,
  Ecn,
  type Endpoint,
  EtherType,
  FlowLabels,
  type FragmentFacts,
  type FrameHandler,
  type FrameInfo,
  GroupCounts,
  type HeapItem,
  HeldPacket,
  type HoldQueue,
  type Host,
  IPV4_WORD2,
  IcmpErrorKind,
  type IcmpErrorReceiver,
  type IcmpErrors,
  IpAddress,
  type IpInfo,
  type IpLayer,
  IpPrefix,
  IpProtocol,
  KeyedHash,
  type LinkCapabilities,
  type LinkLayer,
  type LoopbackBounds,
  LoopbackQueue,
  MacAddress,
  type MembershipOptions,
  type MembershipOutput,
  type MembershipParameters,
  MembershipQuery,
  type Millis,
  MulticastMembership,
  NeighborList,
  NeighborRecord,
  NeighborTable,
  type NeighborTableLimits,
  NetError,
  type NetErrorCode,
  type NetErrorDetails,
  type NetworkDevice,
  type OlderVersion,
  PIECE_CHARGE,
  POISON,
  Packet,
  PacketHold,
  type PacketHoldLimits,
  type PathMtuBounds,
  PathMtuTable,
  ProtocolTable,
  type Random,
  type ReassemblyBounds,
  ReassemblyTable,
  RecordType,
  type Route,
  RouteCache,
  type RouteEntry,
  RouteSlots,
  RouteTable,
  RxChecksum,
  ScratchPacket,
  SeededRandom,
  type SendOptions,
  Slice,
  type Timed,
  TokenBucket,
  type TransportHandler,
  Verdict,
  VerdictCounters,
  type Wake,
  type Words,
  WordsMap,
  accepted,
  borrowDebug,
  checkPort,
  completeChecksum,
  copyPacketRange,
  defaultMembershipParameters,
  floatingCode,
  foldChecksum,
  foldSum,
  formatEndpoint,
  fromHex,
  icmpErrorCode,
  isNetError,
  isV4Words,
  isV6Group,
  isV6LinkLocal,
  isV6Loopback,
  isV6Unspecified,
  lend,
  macHigh,
  parseEndpoint,
  pseudoHeaderSum,
  randomFraction,
  randomInteger,
  reclaim,
  requestedChecksum,
  sameAddress,
  sameWords,
  sendErrorCode,
  setBorrowDebug,
  sumOctets,
  sumPacket,
  sumWord,
  swapSum,
  toHex,
  toIpAddress,
  toIpPrefix,
  toMacAddress,
  updateChecksum,
  verdictName,
  viewOf,
  writeV6Words,
};
