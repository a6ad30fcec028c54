// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/ethernet

import {
  FrameHandler,
  LinkCapabilities,
  LinkLayer,
  MacAddress,
  Millis,
  NetworkDevice,
  Packet,
  Verdict,
  VerdictCounters,
} from "@mnet/core";

declare class EthernetLayer implements LinkLayer {
    #private;
    readonly mac: MacAddress;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    constructor(options: EthernetOptions);
    get capabilities(): LinkCapabilities;
    capabilitiesChanged(): void;
    handle(etherType: number, upper: FrameHandler): void;
    joinGroup(group: MacAddress): void;
    leaveGroup(group: MacAddress): void;
    tap(observer: FrameObserver): () => void;
    close(): void;
    send(packet: Packet, to: MacAddress, etherType: number): Verdict;
    receive(packet: Packet, now: Millis): Verdict;
}

interface EthernetOptions {
    readonly device: NetworkDevice;
    readonly mac?: MacAddress;
    readonly onFault?: (error: unknown, etherType: number) => void;
}

declare const FrameHeader: {
    readonly destination: 0;
    readonly source: 6;
    readonly etherType: 12;
    readonly size: 14;
};

type FrameObserver = (packet: Packet, direction: "in" | "out") => void;

declare class IpLink implements LinkLayer {
    #private;
    readonly mac: null;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    constructor({ device, onFault }: IpLinkOptions);
    get capabilities(): LinkCapabilities;
    capabilitiesChanged(): void;
    handle(etherType: number, upper: FrameHandler): void;
    joinGroup(_group: MacAddress): void;
    leaveGroup(_group: MacAddress): void;
    send(packet: Packet, _to: MacAddress, _etherType: number): Verdict;
    receive(packet: Packet, now: Millis): Verdict;
}

interface IpLinkOptions {
    readonly device: NetworkDevice;
    readonly onFault?: (error: unknown, etherType: number) => void;
}

declare const MAX_GROUPS = 256;

declare const MAX_HANDLERS = 16;

declare const MIN_MTU = 68;

export {
  EthernetLayer,
  type EthernetOptions,
  FrameHeader,
  type FrameObserver,
  IpLink,
  type IpLinkOptions,
  MAX_GROUPS,
  MAX_HANDLERS,
  MIN_MTU,
};
