import {
  CryptoRandom,
  type Host,
  type IpAddress,
  IpPrefix,
  type MacAddress,
  type NetworkDevice,
  type Random,
  toIpAddress,
  toIpPrefix,
  toMacAddress,
} from "@mnet/core";
import type { AddressLike } from "../api/common.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { PlatformHost } from "../platform-host.ts";
import { macOfName } from "./mac-of-name.ts";

/** What a stack is made of. */
export interface StackOptions {
  /** The interface; the stack owns it from here on and closes it when killed. */
  device: NetworkDevice;
  /** For logs, and the source of a stable MAC address. Default `"mnet"`. */
  name?: string;
  /** Default: the hash of `name` when that is given, else the device's, else the hash of the default name. */
  mac?: MacAddress | string;
  /** One address with its prefix length or several, such as `"10.0.0.2/24"`. None: loopback only until one is added. */
  ipv4?: IpPrefix | string | readonly (IpPrefix | string)[];
  /** The default gateway; none by default, and then off-link destinations are unreachable at once. Must be on-link. */
  gateway?: AddressLike;
  /**
   * `"announce"` (default): an address is usable at once, announced and defended. `"probe"`: RFC 5227 probing first, four to seven
   * seconds, and the address stays off when it is taken.
   */
  conflictDetection?: "announce" | "probe";
  /** Entropy. Default: the platform's secure generator. */
  random?: Random;
  /** Clock and timer. Default: the platform's. */
  host?: Host;
  /** Default: silent. */
  logger?: Logger;
  /** Overrides of the layers' constants, for tests and special links. */
  parameters?: StackParameters;
}

/** By layer; each layer's own package documents its fields. */
export interface StackParameters {
  arp?: Partial<import("@mnet/arp").ArpParameters>;
  ipv4?: Partial<import("@mnet/ipv4").Ipv4Parameters>;
  icmp?: Partial<import("@mnet/icmp").IcmpParameters>;
  udp?: Partial<import("@mnet/udp").UdpParameters>;
  tcp?: Partial<import("@mnet/tcp").TcpParameters>;
}

/** Options with every default decided and every text read. */
export interface ResolvedOptions {
  readonly device: NetworkDevice;
  readonly name: string;
  readonly mac: MacAddress;
  readonly ipv4: readonly IpPrefix[];
  readonly gateway: IpAddress | null;
  readonly conflictDetection: "announce" | "probe";
  readonly random: Random;
  readonly host: Host;
  readonly logger: Logger;
  readonly parameters: StackParameters;
}

/** @throws TypeError or RangeError naming the option that is wrong. */
export function resolveOptions(options: StackOptions): ResolvedOptions {
  if (typeof options?.device?.send !== "function") {
    throw new TypeError("createStack: device must be a NetworkDevice");
  }
  const { conflictDetection = "announce" } = options;
  if (conflictDetection !== "announce" && conflictDetection !== "probe") {
    throw new RangeError(
      `createStack: conflictDetection must be "announce" or "probe", not ${conflictDetection}`,
    );
  }
  const name = options.name ?? "mnet";
  const ipv4 = prefixes(options.ipv4);
  const gateway = options.gateway === undefined ? null : toIpAddress(options.gateway);
  if (gateway !== null && !ipv4.some((prefix) => prefix.contains(gateway))) {
    throw new RangeError(`createStack: gateway ${gateway} is not inside any of the stack's prefixes`);
  }
  return {
    device: options.device,
    name,
    mac: chooseMac(options, name),
    ipv4,
    gateway,
    conflictDetection,
    random: options.random ?? new CryptoRandom(),
    host: options.host ?? new PlatformHost(),
    logger: options.logger ?? silentLogger,
    parameters: options.parameters ?? {},
  };
}

function prefixes(given: StackOptions["ipv4"]): readonly IpPrefix[] {
  if (given === undefined) return [];
  const list =
    typeof given === "string" || given instanceof IpPrefix ? [given] : (given as (IpPrefix | string)[]);
  return list.map((item) => usableV4Prefix(toIpPrefix(item)));
}

/** @throws RangeError when the address cannot be a host's (RFC 1122 3.2.1.3). */
export function usableV4Prefix(prefix: IpPrefix): IpPrefix {
  const { address } = prefix;
  const wrong =
    address.family !== 4 ||
    address.isMulticast ||
    address.isUnspecified ||
    address.isLoopback ||
    address.w3 >>> 28 === 15;
  const hostless =
    prefix.length <= 30 && (address.equals(prefix.network) || address.equals(prefix.broadcast!));
  if (wrong || hostless) throw new RangeError(`${prefix} is not an IPv4 address that a host can have`);
  return prefix;
}

function chooseMac(options: StackOptions, name: string): MacAddress {
  if (options.mac !== undefined) {
    const mac = toMacAddress(options.mac);
    if (mac.isMulticast || mac.isZero)
      throw new RangeError(`createStack: mac ${mac} is not a unicast address`);
    return mac;
  }
  if (options.name === undefined && options.device.mac !== null) return options.device.mac;
  return macOfName(name);
}
