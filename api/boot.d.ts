// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/boot

import {
  IpAddress,
  IpPrefix,
  MacAddress,
  NetworkDevice,
} from "@mnet/core";

import {
  Logger,
  Stack,
} from "@mnet/stack";

interface BootOptions {
    readonly name: string;
    readonly arguments?: readonly string[];
    readonly defaults?: Partial<BootParameters>;
    readonly flags?: Readonly<Record<string, ServiceFlag>>;
    readonly usage?: string;
    readonly check?: (parsed: ParsedArguments) => void;
    readonly importModule?: ImportModule;
}

interface BootParameters {
    readonly net: DeviceName;
    readonly mac: MacAddress | null;
    readonly mtu: number | null;
    readonly ipv4: IpPrefix | null;
    readonly ipv4Gateway: IpAddress | null;
    readonly hostIpv4: IpPrefix | null;
    readonly pcap: string | null;
    readonly verbose: boolean;
}

interface Booted extends ParsedArguments {
    readonly stack: Stack;
    readonly signal: AbortSignal;
}

type DeviceName = TapName | Tuntap2Name;

type ImportModule = (name: string) => Promise<unknown>;

interface OpenDeviceOptions {
    readonly importModule?: ImportModule;
}

interface OpenedDevice {
    readonly device: NetworkDevice;
    close(): void;
}

interface ParsedArguments {
    readonly parameters: BootParameters;
    readonly flags: Readonly<Record<string, string | boolean | undefined>>;
    readonly positionals: readonly string[];
    readonly help: boolean;
}

interface ServiceFlag {
    readonly value?: string;
    readonly help: string;
}

interface TapName {
    readonly kind: "tap";
    readonly name: string;
}

interface Tuntap2Name {
    readonly kind: "tuntap2";
}

declare class UsageError extends Error {
    get name(): string;
}

declare function boot(options: BootOptions, main: (booted: Booted) => Promise<void> | void): Promise<void>;

declare function consoleLogger(name: string, verbose: boolean): Logger;

declare function helpText(usage: string, flags: Readonly<Record<string, ServiceFlag>>): string;

declare function openDevice(parameters: BootParameters, options?: OpenDeviceOptions): Promise<OpenedDevice>;

declare function parseArguments(argv: readonly string[], flags?: Readonly<Record<string, ServiceFlag>>, defaults?: Partial<BootParameters>): ParsedArguments;

declare function parseDeviceName(text: string): DeviceName;

export {
  type BootOptions,
  type BootParameters,
  type Booted,
  type DeviceName,
  type ImportModule,
  type OpenDeviceOptions,
  type OpenedDevice,
  type ParsedArguments,
  type ServiceFlag,
  type TapName,
  type Tuntap2Name,
  UsageError,
  boot,
  consoleLogger,
  helpText,
  openDevice,
  parseArguments,
  parseDeviceName,
};
