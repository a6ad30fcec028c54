// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/ipv6-ndp

import {
  AddressChange,
  AddressResolver,
  FrameHandler,
  FrameInfo,
  IcmpErrorKind,
  IcmpErrorReceiver,
  IcmpErrors,
  IpAddress,
  IpLayer,
  IpPrefix,
  LinkLayer,
  MacAddress,
  MembershipParameters,
  Millis,
  NeighborRecord,
  NeighborTable,
  Packet,
  PacketHold,
  Random,
  Route,
  RouteEntry,
  SendOptions,
  TransportHandler,
  Verdict,
  VerdictCounters,
  Words,
} from "@mnet/core";

interface AddAddressOptions {
    readonly detectDuplicates?: boolean;
    readonly preferredLifetime?: Millis;
    readonly validLifetime?: Millis;
}

interface AddressEntry {
    readonly prefix: IpPrefix;
    readonly state: AddressState;
    readonly origin: AddressOrigin;
    readonly preferredUntil: Millis;
    readonly validUntil: Millis;
}

type AddressMode = "eui64" | "random" | "stable" | "none";

type AddressOrigin = "link-local" | "static" | "autoconfigured" | "temporary";

type AddressState = "tentative" | "preferred" | "deprecated" | "duplicate";

type ConflictOutcome = "refused" | "contested";

interface ControlOptions {
    readonly hopLimit: number;
    readonly routerAlert: boolean;
}

interface ControlOutput {
    send(packet: Packet, source: IpAddress, destination: IpAddress, how: ControlOptions, to: MacAddress | null, now: Millis): Verdict;
    scratch(octets: number): Packet;
}

interface DestinationSource {
    readonly address: IpAddress;
    readonly prefixLength: number;
    readonly deprecated: boolean;
}

interface InternetParameters {
    readonly reassemblyTimeout: Millis;
    readonly reassemblyOctets: number;
    readonly reassemblyQueues: number;
    readonly reassemblyPieces: number;
    readonly reassemblySourceShare: number;
    readonly loopbackOctets: number;
    readonly loopbackPackets: number;
    readonly loopbackBurst: number;
    readonly routeCacheSlots: number;
    readonly pathMtuEntries: number;
    readonly pathMtuTimeout: Millis;
    readonly chainHeaders: number;
    readonly chainOptions: number;
}

declare class Ipv6Layer implements IpLayer, FrameHandler, IcmpErrorReceiver {
    #private;
    readonly family = 6;
    constructor(options: Ipv6Options);
    get counters(): VerdictCounters;
    get sent(): VerdictCounters;
    get epoch(): number;
    get neighbors(): NeighborResolver | null;
    get control(): Record<"discovery" | "listener", {
        counters: VerdictCounters;
        sent: VerdictCounters;
    }>;
    start(now: Millis): void;
    linkChanged(up: boolean, now: Millis): void;
    capabilitiesChanged(): void;
    reportErrorsTo(errors: IcmpErrors): void;
    handle(protocol: number, upper: TransportHandler): void;
    unhandle(protocol: number): void;
    addAddress(prefix: IpPrefix, now: Millis, how?: AddAddressOptions): void;
    removeAddress(address: IpAddress, now: Millis): void;
    addresses(): readonly AddressEntry[];
    addRoute(route: Ipv6RouteOptions): void;
    removeRoute(destination: IpPrefix, gateway?: IpAddress): void;
    routes(): readonly Ipv6Route[];
    setGateway(gateway: IpAddress | null, now: Millis): void;
    routers(): readonly RouterInfo[];
    configuration(): RouterConfiguration;
    onEvent(sink: (event: NdEvent, now: Millis) => void): void;
    onAddressChange(sink: (change: AddressChange) => void): void;
    joinGroup(group: IpAddress, now: Millis): void;
    leaveGroup(group: IpAddress, now: Millis): void;
    input(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
    inputFromOwnMac(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
    route(to: IpAddress, from?: IpAddress): Route | null;
    isLocal(address: Readonly<Words>): boolean;
    send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict;
    errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet, now: Millis): Verdict;
    confirm(route: Route, now: Millis): void;
    doubt(route: Route, now: Millis): void;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    statistics(): Record<string, number>;
}

interface Ipv6Options {
    readonly link: LinkLayer;
    readonly random: Random;
    readonly name?: string;
    readonly addressMode?: AddressMode;
    readonly temporaryAddresses?: boolean;
    readonly acceptRouterAdvertisement?: boolean;
    readonly stableSecret?: Uint8Array;
    readonly parameters?: Partial<Ipv6Parameters>;
}

interface Ipv6Parameters extends InternetParameters, NeighborDiscoveryParameters, MulticastParameters {
}

interface Ipv6Route extends Omit<RouteEntry, "origin"> {
    readonly origin: "address" | "static" | "advertised";
    readonly validUntil: Millis;
}

interface Ipv6RouteOptions {
    readonly destination: IpPrefix;
    readonly gateway?: IpAddress;
    readonly source?: IpAddress;
    readonly metric?: number;
}

declare class LinkParameters {
    #private;
    hopLimit: number | null;
    mtu: number | null;
    retransTimer: Millis;
    constructor(random: Random, parameters: NeighborDiscoveryParameters);
    reachableTime(now: Millis): Millis;
    setHopLimit(hopLimit: number): void;
    setReachableTime(time: Millis): void;
    setRetransTimer(time: Millis): void;
}

interface MulticastParameters extends MembershipParameters {
}

interface NameServer {
    readonly address: IpAddress;
    readonly validUntil: Millis;
}

type NdEvent = {
    readonly kind: "conflict";
    readonly address: IpAddress;
    readonly mac: MacAddress | null;
    readonly outcome: ConflictOutcome;
} | {
    readonly kind: "router";
    readonly change: RouterChange;
    readonly router: RouterInfo;
} | {
    readonly kind: "configuration";
    readonly configuration: RouterConfiguration;
};

declare class NdTransmitter {
    #private;
    readonly sent: VerdictCounters;
    constructor(mac: MacAddress, output: ControlOutput);
    solicit(source: IpAddress, target: IpAddress, to: MacAddress | null, now: Millis): Verdict;
    probe(target: IpAddress, nonceHigh: number, nonceLow: number, now: Millis): Verdict;
    advertise(target: IpAddress, destination: IpAddress, flags: number, to: MacAddress | null, now: Millis): Verdict;
    solicitRouters(source: IpAddress, now: Millis): Verdict;
}

declare class Neighbor extends NeighborRecord {
    state: NeighborState;
    isRouter: boolean;
    askFrom: IpAddress | null;
    watched: boolean;
}

declare class NeighborCache {
    #private;
    readonly table: NeighborTable<Neighbor>;
    readonly hold: PacketHold;
    onUnreachable: UnreachableSink | null;
    constructor(link: LinkLayer, random: Random, transmitter: NdTransmitter, parameters: NeighborDiscoveryParameters, linkParameters: LinkParameters, owner: NeighborCacheOwner);
    isReachable(address: Readonly<Words>): boolean;
    begin(address: IpAddress, packet: Packet, from: IpAddress | null, now: Millis): Verdict;
    probe(address: IpAddress, now: Millis): void;
    watch(address: IpAddress): void;
    age(now: Millis): void;
    heard(address: Readonly<Words>, high: number, low: number, now: Millis): Neighbor;
    apply(neighbor: Neighbor, event: NeighborEvent, now: Millis, high?: number, low?: number, isRouter?: boolean): void;
    release(neighbor: Neighbor): void;
    onDeadline(now: Millis): void;
}

interface NeighborCacheOwner {
    sourceFor(target: IpAddress, preferred: IpAddress | null): IpAddress | null;
    isRouter(address: IpAddress): boolean;
    reachabilityChanged(address: IpAddress, reachable: boolean, now: Millis): void;
    noLongerRouter(address: IpAddress, now: Millis): void;
}

interface NeighborDiscoveryParameters {
    readonly neighborCapacity: number;
    readonly neighborPendingCapacity: number;
    readonly queuePackets: number;
    readonly queueOctets: number;
    readonly multicastSolicits: number;
    readonly unicastSolicits: number;
    readonly retransTimer: Millis;
    readonly reachableTime: Millis;
    readonly minimumRandomFactor: number;
    readonly maximumRandomFactor: number;
    readonly reachableTimeRedraw: Millis;
    readonly delayFirstProbeTime: Millis;
    readonly staleTime: Millis;
    readonly minimumRetransTimer: Millis;
    readonly maximumRetransTimer: Millis;
    readonly minimumReachableTime: Millis;
    readonly maximumReachableTime: Millis;
    readonly minimumHopLimit: number;
    readonly duplicateAddressDetectTransmits: number;
    readonly loopedProbes: number;
    readonly conflictInterval: Millis;
    readonly identifierRetries: number;
    readonly identifierDelay: Millis;
    readonly addressCapacity: number;
    readonly minimumValidLifetime: Millis;
    readonly temporaryValidLifetime: Millis;
    readonly temporaryPreferredLifetime: Millis;
    readonly temporaryDesyncFraction: number;
    readonly temporaryRegenerationAdvance: Millis;
    readonly solicitationDelay: Millis;
    readonly solicitationInterval: Millis;
    readonly solicitationCount: number;
    readonly solicitationMaximumInterval: Millis;
    readonly routerCapacity: number;
    readonly prefixCapacity: number;
    readonly routeCapacity: number;
    readonly nameServerCapacity: number;
    readonly searchDomainCapacity: number;
    readonly redirectCapacity: number;
    readonly routerProbeInterval: Millis;
}

type NeighborEntryState = "incomplete" | "reachable" | "stale" | "delay" | "probe" | "displaced" | "static";

declare const NeighborEvent: {
    readonly Send: 0;
    readonly TimeoutRetry: 1;
    readonly TimeoutLast: 2;
    readonly Confirm: 3;
    readonly Doubt: 4;
    readonly AdvertNo: 5;
    readonly AdvertSame: 6;
    readonly AdvertOther: 7;
    readonly AdvertOverrideNo: 8;
    readonly AdvertOverrideSame: 9;
    readonly AdvertOverrideOther: 10;
    readonly AdvertSolicitedNo: 11;
    readonly AdvertSolicitedSame: 12;
    readonly AdvertSolicitedOther: 13;
    readonly AdvertSolicitedOverrideNo: 14;
    readonly AdvertSolicitedOverrideSame: 15;
    readonly AdvertSolicitedOverrideOther: 16;
    readonly HeardNo: 17;
    readonly HeardSame: 18;
    readonly HeardOther: 19;
};

type NeighborEvent = (typeof NeighborEvent)[keyof typeof NeighborEvent];

declare class NeighborResolver implements AddressResolver {
    #private;
    readonly held: VerdictCounters;
    constructor(link: LinkLayer, cache: NeighborCache, owner: NeighborResolverOwner);
    sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict;
    confirm(nextHop: IpAddress, now: Millis): void;
    doubt(nextHop: IpAddress, now: Millis): void;
    onUnreachable(sink: UnreachableSink): void;
    addStatic(address: IpAddress, mac: MacAddress): void;
    remove(address: IpAddress): void;
    flush(): void;
    table(): readonly NeighborTableEntry[];
    statistics(): Record<string, number>;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
}

interface NeighborResolverOwner {
    isOwn(address: IpAddress): boolean;
    watchedUsed(now: Millis): void;
}

declare const NeighborState: {
    readonly None: 0;
    readonly Incomplete: 1;
    readonly Reachable: 2;
    readonly Stale: 3;
    readonly Delay: 4;
    readonly Probe: 5;
    readonly Displaced: 6;
};

type NeighborState = (typeof NeighborState)[keyof typeof NeighborState];

interface NeighborTableEntry {
    readonly address: IpAddress;
    readonly mac: MacAddress | null;
    readonly state: NeighborEntryState;
    readonly router: boolean;
    readonly queued: number;
}

type RouterChange = "added" | "removed" | "changed";

interface RouterConfiguration {
    readonly managed: boolean;
    readonly otherConfiguration: boolean;
    readonly nameServers: readonly NameServer[];
    readonly searchDomains: readonly SearchDomain[];
    readonly mtu: number | null;
    readonly hopLimit: number | null;
}

interface RouterInfo {
    readonly address: IpAddress;
    readonly preference: RouterPreference;
    readonly validUntil: Millis;
    readonly reachable: boolean;
}

type RouterPreference = "high" | "medium" | "low";

interface SearchDomain {
    readonly name: string;
    readonly validUntil: Millis;
}

type UnreachableSink = (nextHop: IpAddress, queued: Packet, now: Millis) => void;

declare const defaultIpv6Parameters: Ipv6Parameters;

declare function destinationSource(entry: AddressEntry): DestinationSource;

declare function orderDestinations(destinations: readonly IpAddress[], sourceFor: (destination: IpAddress) => DestinationSource | null): IpAddress[];

export {
  type AddAddressOptions,
  type AddressEntry,
  type AddressMode,
  type AddressOrigin,
  type AddressState,
  type ConflictOutcome,
  type DestinationSource,
  Ipv6Layer,
  type Ipv6Options,
  type Ipv6Parameters,
  type Ipv6Route,
  type Ipv6RouteOptions,
  type NameServer,
  type NdEvent,
  type NeighborEntryState,
  NeighborResolver,
  type NeighborTableEntry,
  type RouterChange,
  type RouterConfiguration,
  type RouterInfo,
  type RouterPreference,
  type SearchDomain,
  type UnreachableSink,
  defaultIpv6Parameters,
  destinationSource,
  orderDestinations,
};
