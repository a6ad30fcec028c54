import {
  CryptoRandom,
  type Host,
  type IpAddress,
  type IpPrefix,
  type MacAddress,
  type Millis,
  type NetworkDevice,
  type Random,
  toMacAddress,
} from "@mnet/core";
import { type Logger, silentLogger } from "../logger.ts";
import { PlatformHost } from "../platform-host.ts";
import { checkAddress } from "../socket/address.ts";
import { readIpv4, readIpv6 } from "./address-options.ts";
import { macOfName } from "./mac-of-name.ts";
import type { AddressMode, StackOptions, StackParameters } from "./options.ts";

/** Every link of IPv6 carries packets of 1280 octets (RFC 8200 5). */
export const LEAST_IPV6_MTU = 1280;

/** What is said about IPv4. */
export interface Ipv4Settings {
  readonly addresses: readonly IpPrefix[];
  readonly gateway: IpAddress | null;
  readonly conflictDetection: "announce" | "probe";
}

/** What is said about IPv6. */
export interface Ipv6Settings {
  readonly mode: AddressMode;
  readonly addresses: readonly IpPrefix[];
  readonly gateway: IpAddress | null;
  readonly acceptRouterAdvertisement: boolean;
  readonly temporaryAddresses: boolean;
  readonly stableSecret: Uint8Array | null;
}

/** What has to be there before a stack is ready. */
export interface WaitSettings {
  readonly for: "link" | "dad" | "global";
  /** `Infinity`: no limit. */
  readonly timeout: Millis;
  readonly signal: AbortSignal | null;
}

/** Options with every default decided and every text read. */
export interface ResolvedOptions {
  readonly device: NetworkDevice;
  readonly name: string;
  readonly interfaceName: string;
  /** `null` on a medium without link addresses. */
  readonly mac: MacAddress | null;
  /** `null`: off. Not both are. */
  readonly ipv4: Ipv4Settings | null;
  readonly ipv6: Ipv6Settings | null;
  readonly wait: WaitSettings;
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
  const { ipv4Only = false, ipv6Only = false } = options;
  if (ipv4Only && ipv6Only) throw new RangeError("createStack: ipv4Only and ipv6Only exclude each other");
  const name = options.name ?? "mnet";
  const interfaceName = options.interfaceName ?? name;
  const logger = options.logger ?? silentLogger;
  const ipv4 = ipv6Only ? null : resolveIpv4(options, interfaceName);
  const ipv6 = ipv4Only ? null : resolveIpv6(options, interfaceName, logger);
  if (ipv4 === null && ipv6 === null) throw new RangeError("createStack: both families are off");
  return {
    device: options.device,
    name,
    interfaceName,
    mac: chooseMac(options, name),
    ipv4,
    ipv6,
    wait: resolveWait(options, ipv4, ipv6),
    random: options.random ?? new CryptoRandom(),
    host: options.host ?? new PlatformHost(),
    logger,
    parameters: options.parameters ?? {},
  };
}

function resolveIpv4(options: StackOptions, zone: string): Ipv4Settings | null {
  const { conflictDetection = "announce" } = options;
  oneOf("conflictDetection", conflictDetection, ["announce", "probe"]);
  const addresses = readIpv4(options.ipv4);
  if (addresses === null) {
    if (options.gateway !== undefined) throw new RangeError("createStack: gateway is given, but IPv4 is off");
    return null;
  }
  const gateway = gatewayOf("gateway", options.gateway, zone);
  if (gateway !== null && !addresses.some((prefix) => prefix.contains(gateway))) {
    throw new RangeError(`createStack: gateway ${gateway} is not inside any of the stack's prefixes`);
  }
  notOurs("gateway", gateway, addresses);
  return { addresses, gateway, conflictDetection };
}

function resolveIpv6(options: StackOptions, zone: string, logger: Logger): Ipv6Settings | null {
  const given = readIpv6(options.ipv6);
  if (given === null) {
    if (options.gateway6 !== undefined)
      throw new RangeError("createStack: gateway6 is given, but IPv6 is off");
    return null;
  }
  const { mtu } = options.device.capabilities;
  if (mtu < LEAST_IPV6_MTU) {
    const reason = `IPv6 needs an MTU of ${LEAST_IPV6_MTU} octets, and the device has ${mtu}`;
    const asked = options.ipv6Only || options.ipv6 !== undefined || options.gateway6 !== undefined;
    if (asked) throw new RangeError(`createStack: ${reason}`);
    logger.warn(`${reason}: it is off`, { layer: "ipv6" });
    return null;
  }
  const gateway = gatewayOf("gateway6", options.gateway6, zone);
  const onLink = (address: IpAddress): boolean =>
    address.isLinkLocal || given.addresses.some((prefix) => prefix.contains(address));
  if (gateway !== null && (gateway.family !== 6 || gateway.isMulticast || !onLink(gateway))) {
    throw new RangeError(
      `createStack: gateway6 ${gateway} is neither link-local nor inside any of the stack's IPv6 prefixes`,
    );
  }
  notOurs("gateway6", gateway, given.addresses);
  const secret = options.stableSecret;
  if (secret !== undefined && secret.length < LEAST_SECRET) {
    throw new RangeError(
      `createStack: stableSecret must have at least ${LEAST_SECRET} octets, not ${secret.length}`,
    );
  }
  return {
    ...given,
    gateway,
    acceptRouterAdvertisement: options.acceptRouterAdvertisement ?? true,
    temporaryAddresses: options.temporaryAddresses ?? false,
    stableSecret: secret ?? null,
  };
}

/** 128 bits (RFC 7217 5). */
const LEAST_SECRET = 16;

function notOurs(option: string, gateway: IpAddress | null, addresses: readonly IpPrefix[]): void {
  if (gateway === null || !addresses.some(({ address }) => address.equals(gateway))) return;
  throw new RangeError(`createStack: ${option} ${gateway} is the stack's own address`);
}

function resolveWait(
  { waitFor = "link", waitTimeout = Number.POSITIVE_INFINITY, signal }: StackOptions,
  ipv4: Ipv4Settings | null,
  ipv6: Ipv6Settings | null,
): WaitSettings {
  oneOf("waitFor", waitFor, ["link", "dad", "global"]);
  if (!(waitTimeout > 0))
    throw new RangeError(`createStack: waitTimeout must be above 0 ms, not ${waitTimeout}`);
  if (waitFor === "global") {
    const never =
      ipv6 === null
        ? ipv4!.addresses.length === 0
        : !ipv6.acceptRouterAdvertisement && !ipv6.addresses.some(({ address }) => !address.isLinkLocal);
    if (never) {
      throw new RangeError('createStack: waitFor "global" without an address, or a router that may give one');
    }
  }
  return { for: waitFor, timeout: waitTimeout, signal: signal ?? null };
}

function gatewayOf(option: string, given: StackOptions["gateway"], zone: string): IpAddress | null {
  return given === undefined ? null : checkAddress(given, `createStack: ${option}`, zone);
}

function oneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((text) => JSON.stringify(text)).join(" or ");
  throw new RangeError(`createStack: ${option} must be ${list}, not ${value}`);
}

function chooseMac(options: StackOptions, name: string): MacAddress | null {
  if (options.device.capabilities.medium === "ip") return null;
  if (options.mac !== undefined) {
    const mac = toMacAddress(options.mac);
    if (mac.isMulticast || mac.isZero)
      throw new RangeError(`createStack: mac ${mac} is not a unicast address`);
    return mac;
  }
  if (options.name === undefined && options.device.mac !== null) return options.device.mac;
  return macOfName(name);
}
