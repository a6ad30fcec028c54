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

interface IcmpParameters {
    readonly hopLimit: number;
    readonly errorTrafficClass: number;
    readonly errorRate: number;
    readonly errorBurst: number;
    readonly destinationErrorRate: number;
    readonly destinationErrorBurst: number;
    readonly echoReplyRate: number;
    readonly echoReplyBurst: number;
    readonly pendingEchoes: number;
}

declare class IcmpV4Layer implements TransportHandler, IcmpErrors, Timed {
    #private;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    constructor(options: {
        ip: IpLayer & IcmpErrorReceiver;
        random: Random;
        parameters?: Partial<IcmpParameters>;
    });
    input(packet: Packet, info: IpInfo, now: Millis): Verdict;
    error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, _mtu: number, _now: Millis): boolean;
    send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo, now: Millis): Verdict;
    echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    flush(_now: Millis): void;
    close(_now: Millis): void;
}

declare const defaultIcmpParameters: IcmpParameters;

export {
  type Echo,
  type EchoEvents,
  type EchoReply,
  type EchoRequest,
  type IcmpParameters,
  IcmpV4Layer,
  defaultIcmpParameters,
};
