// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/tuntap

import {
  DeviceSink,
  IpPrefix,
  LinkCapabilities,
  MacAddress,
  NetworkDevice,
  Packet,
} from "@mnet/core";

interface Availability {
    readonly ok: boolean;
    readonly reason: string;
}

interface InterfaceState {
    readonly name: string;
    readonly up: boolean | null;
    readonly mtu: number | null;
}

interface Libc {
    ioctl(descriptor: number, request: number, argument: Uint8Array): number;
    read(descriptor: number, address: number, length: number): number;
    write(descriptor: number, address: number, length: number): number;
    writev(descriptor: number, vectors: number, count: number): number;
    socket(family: number, type: number, protocol: number): number;
    socketpair(family: number, type: number, protocol: number, pair: Uint8Array): number;
    bind(descriptor: number, address: Uint8Array, length: number): number;
    setsockopt(descriptor: number, level: number, option: number, value: Uint8Array, length: number): number;
    dup3(from: number, to: number, flags: number): number;
    close(descriptor: number): number;
    errno(): number;
    address(memory: Uint8Array): number;
    readonly pointerSize: number;
}

interface ReadinessSink {
    ready(octets: number): void;
    broken(error: Error): void;
}

declare class TapDevice implements NetworkDevice {
    #private;
    readonly mac: MacAddress;
    readonly hostMac: MacAddress;
    constructor(parts: TapParts);
    get name(): string;
    get up(): boolean;
    get capabilities(): LinkCapabilities;
    statistics(): TapStatistics;
    start(sink: DeviceSink): void;
    send(packet: Packet): boolean;
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

interface TapKernel {
    readonly libc: Libc;
    watch(buffer: Uint8Array, sink: ReadinessSink): Watch;
    monitor(changed: () => void): {
        close(): Promise<void>;
    };
    state(): InterfaceState | null;
    read(address: number, length: number): number;
    write(bytes: Uint8Array, start: number, end: number): number;
    part(index: 0 | 1 | 2, bytes: Uint8Array, start: number, end: number): void;
    writeParts(count: 1 | 2 | 3): number;
    close(): void;
}

interface TapOptions {
    readonly name?: string;
    readonly mac?: MacAddress | string;
    readonly mtu?: number;
    readonly host?: {
        readonly ipv4?: IpPrefix | string;
        readonly ipv6?: IpPrefix | string;
    };
}

interface TapParts {
    readonly kernel: TapKernel;
    readonly name: string;
    readonly mac: MacAddress;
    readonly hostMac: MacAddress;
    readonly mtu: number;
}

interface TapStatistics {
    readonly received: number;
    readonly sent: number;
    readonly lost: number;
    readonly oversized: number;
}

interface Watch {
    pause(): void;
    resume(): void;
    ref(): void;
    unref(): void;
    close(): Promise<void>;
}

declare function derivedMac(name: string, taken?: MacAddress): MacAddress;

declare function openTap(options?: TapOptions): TapDevice;

declare function tunAvailable(): Availability;

export {
  type Availability,
  TapDevice,
  type TapOptions,
  type TapStatistics,
  derivedMac,
  openTap,
  tunAvailable,
};
