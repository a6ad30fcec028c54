// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/simulation

import {
  Timeline,
} from "./shared-1";

import {
  Clock,
  DeviceSink,
  LinkCapabilities,
  MacAddress,
  Millis,
  NetworkDevice,
  Packet,
} from "@mnet/core";

declare class Bottleneck {
    #private;
    octets: number;
    marked: boolean;
    depart(length: number, conditions: BottleneckConditions, now: Millis): Millis;
}

interface BottleneckConditions {
    readonly rate: number;
    readonly queue: number;
    readonly queueOctets: number;
    readonly markFrom: number;
}

type DecidedConditions = Required<LinkConditions>;

interface LinkConditions {
    readonly latency?: Millis;
    readonly jitter?: Millis;
    readonly loss?: number;
    readonly duplication?: number;
    readonly reordering?: number;
    readonly reorderingDelay?: Millis;
    readonly corruption?: number;
    readonly rate?: number;
    readonly queue?: number;
    readonly queueOctets?: number;
    readonly markFrom?: number;
    readonly mtu?: number;
    readonly filter?: (frame: Uint8Array, direction: number) => boolean;
}

interface LinkStatistics {
    sent: number;
    delivered: number;
    lost: number;
    duplicated: number;
    reordered: number;
    corrupted: number;
    oversize: number;
    queueFull: number;
    marked: number;
    filtered: number;
    missed: number;
}

interface Receiver {
    arrive(frame: Packet, statistics: LinkStatistics): void;
}

interface Recording {
    readonly device: NetworkDevice;
    pcapng(): Uint8Array<ArrayBuffer>;
}

interface Segment {
    receivers(from: SimulatedPort, frame: Packet): readonly SimulatedPort[];
    linked(port: SimulatedPort): boolean;
    linkChanged(port: SimulatedPort): void;
}

declare class SimulatedHub implements Segment {
    #private;
    constructor(timeline: Timeline, options?: SimulatedHubOptions);
    get ports(): readonly SimulatedPort[];
    attach(mac?: MacAddress | string): SimulatedPort;
    receivers(from: SimulatedPort, frame: Packet): readonly SimulatedPort[];
    linked(): boolean;
    linkChanged(port: SimulatedPort): void;
}

interface SimulatedHubOptions extends LinkConditions {
    readonly deviceMtu?: number;
    readonly learning?: boolean;
}

interface SimulatedLinkOptions extends LinkConditions {
    readonly macs?: readonly [
        MacAddress | string,
        MacAddress | string
    ];
    readonly deviceMtu?: number;
}

declare class SimulatedPort implements NetworkDevice, Receiver {
    #private;
    readonly mac: MacAddress;
    readonly capabilities: LinkCapabilities;
    readonly index: number;
    constructor(timeline: Timeline, segment: Segment, options: SimulatedPortOptions);
    get statistics(): Readonly<LinkStatistics>;
    get conditions(): Readonly<DecidedConditions>;
    impair(conditions: LinkConditions): void;
    unplug(): void;
    plug(): void;
    get connected(): boolean;
    get closed(): boolean;
    checkLink(): void;
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    arrive(frame: Packet, statistics: LinkStatistics): void;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

interface SimulatedPortOptions {
    readonly mac: MacAddress;
    readonly mtu: number;
    readonly index: number;
    readonly conditions: LinkConditions;
}

declare function record(device: NetworkDevice, clock: Clock): Recording;

declare function simulatedLink(timeline: Timeline, options?: SimulatedLinkOptions): [
    SimulatedPort,
    SimulatedPort
];

export {
  Bottleneck,
  type BottleneckConditions,
  type LinkConditions,
  type LinkStatistics,
  type Recording,
  SimulatedHub,
  type SimulatedHubOptions,
  type SimulatedLinkOptions,
  SimulatedPort,
  Timeline,
  record,
  simulatedLink,
};

export {
  Scenario,
  ScenarioBody,
  ScenarioFailure,
  Scheduled,
  TimelineEvent,
  TimelineOptions,
  VirtualHost,
  playScenario,
} from "./shared-1";

// @mnet/simulation/node

import {
  ScenarioBody,
} from "./shared-1";

import '@mnet/core';

interface ScenarioOptions {
    readonly runs?: number;
    readonly seed?: number;
    readonly folder?: string;
}

declare function scenario(name: string, body: ScenarioBody, options?: ScenarioOptions): Promise<void>;

export {
  type ScenarioOptions,
  scenario,
};

// shared-1

import {
  Clock,
  Host,
  Millis,
  NetworkDevice,
  SeededRandom,
} from "@mnet/core";

interface Scenario {
    readonly seed: number;
    readonly timeline: Timeline;
    record(device: NetworkDevice): NetworkDevice;
}

type ScenarioBody = (scenario: Scenario) => Promise<void> | void;

declare class ScenarioFailure extends Error {
    readonly seed: number;
    readonly captures: readonly Uint8Array<ArrayBuffer>[];
    constructor(name: string, seed: number, captures: readonly Uint8Array<ArrayBuffer>[], cause: unknown, advice?: string);
    get name(): string;
}

interface Scheduled {
    readonly time: Millis;
    cancel(): void;
}

declare class Timeline implements Clock {
    #private;
    readonly random: SeededRandom;
    constructor(options?: TimelineOptions);
    now(): Millis;
    at(time: Millis, run: () => void): Scheduled;
    after(delay: Millis, run: () => void): Scheduled;
    host(): VirtualHost;
    schedule(event: TimelineEvent, time: Millis): void;
    unschedule(event: TimelineEvent): void;
    peek(): TimelineEvent | null;
    run(duration: Millis): Promise<void>;
    runUntil(done: () => boolean, limit: Millis): Promise<void>;
    advance(duration: Millis): void;
}

interface TimelineEvent {
    time: Millis;
    sequence: number;
    index: number;
    readonly afterApplications: boolean;
    run(): void;
}

interface TimelineOptions {
    readonly seed?: number;
    readonly start?: Millis;
}

declare class VirtualHost implements Host {
    #private;
    constructor(timeline: Timeline);
    get held(): boolean;
    get armed(): Millis;
    now(): Millis;
    start(wake: (now: Millis) => void): void;
    arm(at: Millis): void;
    defer(): void;
    hold(alive: boolean): void;
    stop(): void;
}

declare function playScenario(name: string, seed: number, body: ScenarioBody): Promise<void>;
