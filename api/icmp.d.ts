// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/icmp

import {
  IcmpErrorKind,
  IcmpErrorReceiver,
  IcmpErrors,
  IpAddress,
  IpInfo,
  IpLayer,
  Millis,
  NetErrorCode,
  Packet,
  Random,
  Route,
  Timed,
  TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";

interface Echo {
    readonly identifier: number;
    readonly sequence: number;
    cancel(): void;
}

interface EchoEvents {
    replied(reply: EchoReply): void;
    failed(code: NetErrorCode): void;
}

interface EchoReply {
    readonly from: IpAddress;
    readonly roundTrip: Millis;
    readonly hopLimit: number;
    readonly octets: number;
}

interface EchoRequest {
    readonly to: IpAddress;
    readonly from?: IpAddress;
    readonly data?: Uint8Array;
    readonly size?: number;
    readonly sequence?: number;
    readonly hopLimit?: number;
    readonly timeout: Millis;
    readonly dontFragment?: boolean;
}

declare abstract class IcmpLayer implements TransportHandler, IcmpErrors, Timed {
    #private;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    protected constructor(version: IcmpVersion, options: IcmpOptions);
    input(packet: Packet, info: IpInfo, now: Millis): Verdict;
    error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, _now: Millis): boolean;
    send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict;
    echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    flush(_now: Millis): void;
    close(_now: Millis): void;
}

interface IcmpOptions {
    readonly ip: IpLayer & IcmpErrorReceiver;
    readonly random: Random;
    readonly parameters?: Partial<IcmpParameters>;
}

interface IcmpParameters {
    readonly hopLimit: number;
    readonly errorTrafficClass: number;
    readonly errorRate: number;
    readonly errorBurst: number;
    readonly destinationErrorRate: number;
    readonly destinationErrorBurst: number;
    readonly echoReplyRate: number;
    readonly echoReplyBurst: number;
    readonly groupEchoReplyRate: number;
    readonly groupEchoReplyBurst: number;
    readonly pendingEchoes: number;
}

declare class IcmpV4Layer extends IcmpLayer {
    constructor(options: IcmpOptions);
}

declare class IcmpV6Layer extends IcmpLayer {
    constructor(options: IcmpOptions);
}

interface IcmpVersion {
    readonly family: 4 | 6;
    readonly protocol: number;
    readonly echoRequest: number;
    readonly echoReply: number;
    readonly ipHeader: number;
    readonly longestMessage: number;
    readonly largestError: number;
    readonly answersGroups: boolean;
    isSingleHost(info: IpInfo): boolean;
    checksumHolds(packet: Packet, info: IpInfo): boolean;
    finish(packet: Packet, route: Route): void;
    classify(type: number): MessageClass;
    errorKindOf(type: number, code: number): IcmpErrorKind | null;
    mtuOf(view: DataView, start: number): number;
    quoteLength(bytes: Uint8Array, start: number): number;
    answerable(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo): Verdict;
    messageOf(kind: IcmpErrorKind): number;
    restOf(kind: IcmpErrorKind, pointerOrMtu: number): number;
}

type MessageClass = "echo request" | "echo reply" | "error" | "ignored" | "unknown";

declare const defaultIcmpParameters: IcmpParameters;

export {
  type Echo,
  type EchoEvents,
  type EchoReply,
  type EchoRequest,
  IcmpLayer,
  type IcmpOptions,
  type IcmpParameters,
  IcmpV4Layer,
  IcmpV6Layer,
  defaultIcmpParameters,
};
