// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/ipv4

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
  MembershipParameters,
  Millis,
  Packet,
  Random,
  Route,
  RouteEntry,
  SendOptions,
  TransportHandler,
  Verdict,
  VerdictCounters,
  Words,
} from "@mnet/core";

declare class Ipv4Layer implements IpLayer, FrameHandler, IcmpErrorReceiver {
    #private;
    readonly family = 4;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    constructor({ link, resolver, random, parameters }: Ipv4Options);
    get epoch(): number;
    reportErrorsTo(errors: IcmpErrors): void;
    handle(protocol: number, upper: TransportHandler): void;
    unhandle(protocol: number): void;
    addAddress(prefix: IpPrefix): void;
    removeAddress(address: IpAddress): void;
    addresses(): readonly IpPrefix[];
    addRoute(route: Ipv4RouteOptions): void;
    removeRoute(destination: IpPrefix, gateway?: IpAddress): void;
    routes(): readonly Ipv4Route[];
    setGateway(gateway: IpAddress | null): void;
    linkChanged(): void;
    onAddressChange(sink: (change: AddressChange) => void): void;
    joinGroup(group: IpAddress, now: Millis): void;
    leaveGroup(group: IpAddress, now: Millis): void;
    linkUp(now: Millis): void;
    input(packet: Packet, frame: FrameInfo, now: Millis): Verdict;
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

interface Ipv4Options {
    readonly link: LinkLayer;
    readonly resolver: AddressResolver | null;
    readonly random: Random;
    readonly parameters?: Partial<Ipv4Parameters>;
}

interface Ipv4Parameters extends MembershipParameters {
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
    readonly minimumPathMtu: number;
}

type Ipv4Route = RouteEntry;

interface Ipv4RouteOptions {
    readonly destination: IpPrefix;
    readonly gateway?: IpAddress;
    readonly source?: IpAddress;
    readonly metric?: number;
}

declare const defaultIpv4Parameters: Ipv4Parameters;

export {
  Ipv4Layer,
  type Ipv4Options,
  type Ipv4Parameters,
  type Ipv4Route,
  type Ipv4RouteOptions,
  defaultIpv4Parameters,
};
