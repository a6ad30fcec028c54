// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/devices

import {
  Clock,
  DeviceSink,
  LinkCapabilities,
  MacAddress,
  NetworkDevice,
  Packet,
} from "@mnet/core";

interface CaptureOptions {
    readonly writer: CaptureSink;
    readonly clock: Clock;
    readonly origin?: number;
    readonly limit?: number;
}

interface CaptureSink {
    packet(bytes: Uint8Array, details: {
        readonly timestampMicroseconds: number;
        readonly direction: "in" | "out";
        readonly comment?: string;
    }): void;
}

declare const DEFAULT_ADDRESSES = 4096;

interface DevicePairOptions {
    readonly mtu?: number;
    readonly macs?: readonly [
        MacAddress | string,
        MacAddress | string
    ];
    readonly queue?: number;
    readonly schedule?: Schedule;
}

interface FrameDuplex {
    on(event: "data" | "drain" | "error" | "close", listener: (value?: unknown) => void): unknown;
    removeListener(event: "data" | "drain" | "error" | "close", listener: (value?: unknown) => void): unknown;
    write(frame: Uint8Array, encoding: undefined, callback: (error?: unknown) => void): unknown;
    readonly writable?: boolean;
}

declare class FrameDuplexDevice implements NetworkDevice {
    #private;
    readonly mac: MacAddress;
    readonly capabilities: LinkCapabilities;
    constructor(duplex: FrameDuplex, options: FrameDuplexOptions);
    get lost(): number;
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

interface FrameDuplexOptions {
    readonly mac: MacAddress | string;
    readonly mtu?: number;
    readonly release?: () => unknown;
    readonly schedule?: Schedule;
}

interface FramePort {
    postMessage(message: unknown, transfer: ArrayBuffer[]): void;
    addEventListener?(type: "message" | "close", listener: (event: object) => void): void;
    removeEventListener?(type: "message" | "close", listener: (event: object) => void): void;
    on?(type: "message" | "close" | "exit", listener: (message?: unknown) => void): unknown;
    removeListener?(type: "message" | "close" | "exit", listener: (message?: unknown) => void): unknown;
    start?(): void;
    ref?(): void;
    unref?(): void;
}

declare class Hub implements Medium {
    #private;
    constructor(options?: HubOptions);
    get ports(): readonly MemoryPort[];
    get dropped(): number;
    attach(mac?: MacAddress | string): MemoryPort;
    carry(frame: Packet, from: MemoryPort): boolean;
    drained(): void;
    closed(port: MemoryPort): void;
}

interface HubOptions {
    readonly mtu?: number;
    readonly queue?: number;
    readonly schedule?: Schedule;
    readonly learning?: boolean;
    readonly addresses?: number;
}

interface Medium {
    carry(frame: Packet, from: MemoryPort): boolean;
    drained(port: MemoryPort): void;
    closed(port: MemoryPort): void;
}

declare class MemoryPort implements NetworkDevice {
    #private;
    readonly mac: MacAddress;
    readonly capabilities: LinkCapabilities;
    constructor(medium: Medium, options: MemoryPortOptions);
    get lost(): number;
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
    get listening(): boolean;
    offer(frame: Packet): boolean;
    countLost(): void;
    wakeSender(): void;
    loseLink(): void;
}

interface MemoryPortOptions {
    readonly mac: MacAddress;
    readonly mtu: number;
    readonly queue: number;
    readonly schedule: Schedule;
}

declare class MessagePortDevice implements NetworkDevice {
    #private;
    readonly mac: MacAddress;
    readonly capabilities: LinkCapabilities;
    constructor(port: FramePort, options: MessagePortDeviceOptions);
    get lost(): number;
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

interface MessagePortDeviceOptions {
    readonly mac: MacAddress | string;
    readonly mtu?: number;
    readonly window?: number;
    readonly release?: () => unknown;
    readonly schedule?: Schedule;
}

type Schedule = (run: () => void) => void;

declare class StationTable {
    #private;
    constructor(entries: number);
    learn(frame: Packet, port: number): void;
    find(frame: Packet): number;
    forget(port: number): void;
}

declare function capture(device: NetworkDevice, options: CaptureOptions): NetworkDevice;

declare function completeOffload(device: NetworkDevice): NetworkDevice;

declare function devicePair(options?: DevicePairOptions): [
    MemoryPort,
    MemoryPort
];

declare function fromFrameDuplex(duplex: FrameDuplex, options: FrameDuplexOptions): FrameDuplexDevice;

declare function guardBorrows(device: NetworkDevice): NetworkDevice;

declare function messagePortDevice(port: FramePort, options: MessagePortDeviceOptions): MessagePortDevice;

declare const nextTurn: Schedule;

declare function plainEthernet(mtu: number): LinkCapabilities;

declare function requireComplete(packet: Packet): void;

export {
  type CaptureOptions,
  type CaptureSink,
  DEFAULT_ADDRESSES,
  type DevicePairOptions,
  type FrameDuplex,
  FrameDuplexDevice,
  type FrameDuplexOptions,
  type FramePort,
  Hub,
  type HubOptions,
  MemoryPort,
  MessagePortDevice,
  type MessagePortDeviceOptions,
  type Schedule,
  StationTable,
  capture,
  completeOffload,
  devicePair,
  fromFrameDuplex,
  guardBorrows,
  messagePortDevice,
  nextTurn,
  plainEthernet,
  requireComplete,
};
