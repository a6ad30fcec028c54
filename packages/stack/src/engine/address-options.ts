import { type IpPrefix, toIpPrefix } from "@mnet/core";
import type { AddressMode, StackOptions } from "./options.ts";

const MODES: readonly string[] = ["eui64", "random", "stable"] satisfies AddressMode[];

/** The IPv4 addresses given; `null`: the family is off. @throws TypeError or RangeError. */
export function readIpv4(given: StackOptions["ipv4"]): readonly IpPrefix[] | null {
  if (given === false) return null;
  return unique(
    listOf("ipv4", given).map((item) => hostPrefix(toIpPrefix(item), 4)),
    "ipv4",
  );
}

/** The IPv6 addresses given, and how others are made; `null`: the family is off. @throws TypeError or RangeError. */
export function readIpv6(
  given: StackOptions["ipv6"],
): { readonly mode: AddressMode; readonly addresses: readonly IpPrefix[] } | null {
  if (given === false || given === "none") return null;
  const list = listOf("ipv6", given);
  const modes = list.filter(isMode);
  if (modes.length > 1) throw new RangeError(`createStack: ipv6 takes one of ${modes.join(" and ")}`);
  const addresses = list.filter((item) => !isMode(item)).map((item) => hostPrefix(readIpv6Prefix(item), 6));
  return { mode: modes[0] ?? "eui64", addresses: unique(addresses, "ipv6") };
}

/** @throws RangeError when the address cannot be a host's of that family. */
export function hostPrefix(prefix: IpPrefix, family: 4 | 6 = prefix.family): IpPrefix {
  if (prefix.family !== family || !(family === 4 ? isHostV4(prefix) : isHostV6(prefix))) {
    throw new RangeError(`${prefix} is not an IPv${family} address that a host can have`);
  }
  return prefix;
}

/** RFC 1122 3.2.1.3. */
function isHostV4(prefix: IpPrefix): boolean {
  const { address } = prefix;
  if (address.isMulticast || address.isUnspecified || address.isLoopback || address.w3 >>> 28 === 15)
    return false;
  return prefix.length > 30 || !(address.equals(prefix.network) || address.equals(prefix.broadcast!));
}

/** RFC 4291 2.6.1: the address with no host bits is every router's of the prefix, but on links of two (RFC 6164). */
function isHostV6(prefix: IpPrefix): boolean {
  const { address } = prefix;
  if (address.isMulticast || address.isUnspecified || address.isLoopback) return false;
  return prefix.length > 126 || !address.equals(prefix.network);
}

function readIpv6Prefix(item: IpPrefix | string): IpPrefix {
  if (typeof item !== "string" || item.includes("/")) return toIpPrefix(item);
  throw new RangeError(
    `ipv6 must be "eui64", "random", "stable" or an address such as 2001:db8::42/64, not ${JSON.stringify(item)}`,
  );
}

function isMode(item: IpPrefix | string): item is AddressMode {
  return typeof item === "string" && MODES.includes(item);
}

function unique(prefixes: readonly IpPrefix[], option: string): readonly IpPrefix[] {
  for (const [at, { address }] of prefixes.entries()) {
    if (prefixes.findIndex((other) => other.address.equals(address)) === at) continue;
    throw new RangeError(`createStack: ${option} has ${address} twice`);
  }
  return prefixes;
}

function listOf(
  option: string,
  given: IpPrefix | string | readonly (IpPrefix | string)[] | undefined,
): (IpPrefix | string)[] {
  if (given === undefined) return [];
  if (given === null) throw new TypeError(`createStack: ${option} is null; false turns the family off`);
  return Array.isArray(given) ? given : [given as IpPrefix | string];
}
