// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/arp

import {
  AddressResolver,
  FrameHandler,
  FrameInfo,
  IpAddress,
  IpPrefix,
  LinkLayer,
  MacAddress,
  Millis,
  Packet,
  Random,
  Verdict,
  VerdictCounters,
} from "@mnet/core";

type ArpEntryState = "incomplete" | "failed" | "reachable" | "stale" | "probing" | "static";

interface ArpOptions {
    readonly link: LinkLayer;
    readonly random: Random;
    readonly parameters?: Partial<ArpParameters>;
}

interface ArpParameters {
    readonly capacity: number;
    readonly pendingCapacity: number;
    readonly addressCapacity: number;
    readonly queuePackets: number;
    readonly queueOctets: number;
    readonly requestInterval: Millis;
    readonly requestTries: number;
    readonly reachableTime: Millis;
    readonly staleTime: Millis;
    readonly pollTries: number;
    readonly failedTime: Millis;
    readonly probeWait: Millis;
    readonly probeCount: number;
    readonly probeMin: Millis;
    readonly probeMax: Millis;
    readonly announceWait: Millis;
    readonly announceCount: number;
    readonly announceInterval: Millis;
    readonly maxConflicts: number;
    readonly rateLimitInterval: Millis;
    readonly defendInterval: Millis;
}

declare class ArpResolver implements AddressResolver, FrameHandler {
    #private;
    readonly counters: VerdictCounters;
    readonly sent: VerdictCounters;
    readonly held: VerdictCounters;
    constructor(options: ArpOptions);
    addAddress(prefix: IpPrefix, now: Millis, how?: "announce" | "probe"): void;
    removeAddress(address: IpAddress): void;
    renew(now: Millis): void;
    onConflict(sink: ConflictSink): void;
    onUsable(sink: UsableSink): void;
    onUnreachable(sink: UnreachableSink): void;
    sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict;
    confirm(nextHop: IpAddress, now: Millis): void;
    doubt(nextHop: IpAddress, now: Millis): void;
    addStatic(address: IpAddress, mac: MacAddress): void;
    remove(address: IpAddress): void;
    flush(): void;
    table(): readonly ArpTableEntry[];
    statistics(): Record<string, number>;
    nextDeadline(): Millis;
    onDeadline(now: Millis): void;
    input(packet: Packet, _frame: FrameInfo, now: Millis): Verdict;
}

interface ArpTableEntry {
    readonly address: IpAddress;
    readonly mac: MacAddress | null;
    readonly state: ArpEntryState;
    readonly queued: number;
}

type ConflictOutcome = "defended" | "contested" | "refused";

type ConflictSink = (address: IpAddress, mac: MacAddress, now: Millis, outcome: ConflictOutcome) => void;

type UnreachableSink = (nextHop: IpAddress, queued: Packet, now: Millis) => void;

type UsableSink = (address: IpAddress, now: Millis) => void;

declare const defaultArpParameters: ArpParameters;

export {
  type ArpEntryState,
  type ArpOptions,
  type ArpParameters,
  ArpResolver,
  type ArpTableEntry,
  type ConflictOutcome,
  type ConflictSink,
  type UnreachableSink,
  type UsableSink,
  defaultArpParameters,
};
