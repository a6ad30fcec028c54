// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/boot

import {
  IpAddress,
  IpPrefix,
  MacAddress,
  Millis,
  NetworkDevice,
} from "@mnet/core";

import {
  AddressMode,
  Logger,
  Stack,
} from "@mnet/stack";

type BootConfiguration = {
    readonly [K in keyof BootParameters]?: ConfigurationValue<BootParameters[K]>;
};

interface BootOptions {
    readonly name: string;
    readonly arguments?: readonly string[];
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly configuration?: BootConfiguration;
    readonly flags?: Readonly<Record<string, ServiceFlag>>;
    readonly usage?: string;
    readonly check?: (parsed: ParsedArguments) => void;
    readonly importModule?: ImportModule;
}

interface BootParameters {
    readonly net: DeviceName;
    readonly mac: MacAddress | null;
    readonly mtu: number | null;
    readonly ipv4: readonly IpPrefix[];
    readonly ipv4Gateway: IpAddress | null;
    readonly ipv6: readonly (AddressMode | "none" | IpPrefix)[];
    readonly ipv6StableSecret: Uint8Array | null;
    readonly ipv6Gateway: IpAddress | null;
    readonly ipv4Only: boolean;
    readonly ipv6Only: boolean;
    readonly acceptRouterAdvertisement: boolean;
    readonly waitFor: "link" | "dad" | "global";
    readonly waitTimeout: Millis | null;
    readonly hostIpv4: IpPrefix | null;
    readonly hostIpv6: IpPrefix | null;
    readonly pcap: string | null;
    readonly verbose: boolean;
}

interface Booted extends ParsedArguments {
    readonly stack: Stack;
    readonly signal: AbortSignal;
}

type ConfigurationValue<Value> = Value extends readonly (infer Item)[] ? Item | string | readonly (Item | string)[] : Value | string;

type DeviceName = TapName | Tuntap2Name | SocketName | MemoryName;

type ImportModule = (name: string) => Promise<unknown>;

interface MemoryName {
    readonly kind: "memory";
    readonly name: string;
}

interface OpenDeviceOptions {
    readonly importModule?: ImportModule;
}

interface OpenedDevice {
    readonly device: NetworkDevice;
    close(): void;
}

interface ParameterOrigin {
    readonly source: "arguments" | "environment" | "configuration";
    readonly name: string;
}

type ParameterOrigins = {
    readonly [K in keyof BootParameters]?: ParameterOrigin;
};

interface ParameterSources {
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly configuration?: BootConfiguration;
}

interface ParsedArguments {
    readonly parameters: BootParameters;
    readonly origins: ParameterOrigins;
    readonly flags: Readonly<Record<string, string | boolean | undefined>>;
    readonly positionals: readonly string[];
    readonly help: boolean;
}

interface ServiceFlag {
    readonly value?: string;
    readonly help: string;
}

interface SocketName {
    readonly kind: "socket";
}

interface StartOptions {
    readonly name: string;
    readonly logger: Logger;
    readonly signal: AbortSignal;
    readonly origins?: ParameterOrigins;
    readonly importModule?: ImportModule;
}

interface StartedStack {
    readonly stack: Stack;
    close(): void;
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

declare function parseArguments(argv: readonly string[], flags?: Readonly<Record<string, ServiceFlag>>, { environment, configuration }?: ParameterSources): ParsedArguments;

declare function parseDeviceName(text: string): DeviceName;

declare function startStack(parameters: BootParameters, options: StartOptions): Promise<StartedStack>;

export {
  type BootConfiguration,
  type BootOptions,
  type BootParameters,
  type Booted,
  type ConfigurationValue,
  type DeviceName,
  type ImportModule,
  type MemoryName,
  type OpenDeviceOptions,
  type OpenedDevice,
  type ParameterOrigin,
  type ParameterOrigins,
  type ParameterSources,
  type ParsedArguments,
  type ServiceFlag,
  type SocketName,
  type StartOptions,
  type StartedStack,
  type TapName,
  type Tuntap2Name,
  UsageError,
  boot,
  consoleLogger,
  helpText,
  openDevice,
  parseArguments,
  parseDeviceName,
  startStack,
};
