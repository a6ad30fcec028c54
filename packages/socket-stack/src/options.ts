import { IpAddress, type IpPrefix, toIpPrefix } from "@mnet/core";
import type { Logger } from "@mnet/stack";
import { HostAddresses } from "./host-addresses.ts";
import type { OwnAddress } from "./source-address.ts";
import { parseHostAddress } from "./zoned-address.ts";

/** One address or several, with or without a prefix length. */
type Addresses = IpPrefix | string | readonly (IpPrefix | string)[];

/** What a socket stack is made of. Without any of this it uses every address of the host, of both families. */
export interface SocketStackOptions {
  /** For logs. Default `"mnet"`. */
  name?: string;
  /**
   * The IPv4 addresses to use, such as `"127.0.0.1/24"`, each once: listening happens on these alone, and what is sent leaves from them. Of several, it
   * is the one with the longest prefix that has the destination in it, else one whose scope reaches it (RFC 6724 5, rule 2), else the first; the prefix
   * length is for nothing else. Default: every one the host has, unless IPv6 addresses are named. `0.0.0.0` is every one too. `false`: IPv4 is off.
   */
  ipv4?: Addresses | false;
  /**
   * The same for IPv6. `"eui64"`, `"random"` and `"stable"` say how a direct stack makes addresses; the host has made its own, so here they
   * mean every one, as `::` does. `false` or `"none"`: IPv6 is off. A host without IPv6 is a stack without, unless IPv6 is asked for.
   */
  ipv6?: Addresses | false;
  /** IPv4 alone; what is said about IPv6 is ignored. Default false. */
  ipv4Only?: boolean;
  /** IPv6 alone; what is said about IPv4 is ignored. Default false. Both "only" at once are a RangeError. */
  ipv6Only?: boolean;
  /** Default: silent. */
  logger?: Logger;
}

/** The addresses that the options name. */
export interface ResolvedAddresses {
  readonly addresses: HostAddresses;
  /** Whether the application asked for IPv6, so that doing without is an error. */
  readonly ipv6Asked: boolean;
}

const MODES: readonly unknown[] = ["eui64", "random", "stable"];

/** @throws TypeError or RangeError naming the option that is wrong. */
export function resolveAddresses(options: SocketStackOptions): ResolvedAddresses {
  const { ipv4Only = false, ipv6Only = false } = options;
  if (ipv4Only && ipv6Only) {
    throw new RangeError("createSocketStack: ipv4Only and ipv6Only exclude each other");
  }
  const v4 = ipv6Only ? false : read(options.ipv4, 4);
  const v6 = ipv4Only || options.ipv6 === "none" ? false : read(options.ipv6, 6);
  const addresses = new HostAddresses(familyOf(v4, v6, 4), familyOf(v6, v4, 6));
  if (!addresses.has(4) && !addresses.has(6))
    throw new RangeError("createSocketStack: both families are off");
  return { addresses, ipv6Asked: ipv6Only || (v6 !== undefined && v6 !== false) };
}

type Given = readonly OwnAddress[] | false | undefined;

/** Naming addresses of one family alone means those alone: the other family is then off. */
function familyOf(own: Given, other: Given, family: 4 | 6): readonly OwnAddress[] | null {
  if (own === false) return null;
  if (own !== undefined) return own;
  return other === undefined || other === false || isEvery(other) ? [every(family)] : null;
}

function isEvery(given: readonly OwnAddress[]): boolean {
  return given.some(({ address }) => address.isUnspecified);
}

function every(family: 4 | 6): OwnAddress {
  return { address: family === 4 ? IpAddress.anyV4 : IpAddress.anyV6, prefixLength: 0 };
}

function read(given: Addresses | false | undefined, family: 4 | 6): Given {
  if (given === undefined || given === false) return given;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) return undefined;
  const own = list.map((item) =>
    family === 6 && MODES.includes(item) ? every(6) : readAddress(item, family),
  );
  if (isEvery(own)) return [every(family)];
  checkDistinct(own, family);
  return own;
}

/** No address can be listened at twice. */
function checkDistinct(own: readonly OwnAddress[], family: 4 | 6): void {
  const seen = new Set<string>();
  for (const { address } of own) {
    const text = address.toString();
    if (seen.has(text)) throw new RangeError(`createSocketStack: ipv${family} has ${text} more than once`);
    seen.add(text);
  }
}

function readAddress(item: unknown, family: 4 | 6): OwnAddress {
  const what = `createSocketStack: ipv${family} must be IPv${family} addresses`;
  const own = typeof item === "string" ? readText(item) : readPrefix(item as IpPrefix | null);
  if (own === undefined) throw new TypeError(`${what}, not ${String(item)}`);
  if (own !== null && own.address.family === family && isHosts(own.address)) return own;
  throw new RangeError(`${what}, not ${JSON.stringify(String(item))}`);
}

/** Whether it can be the address of a host. Linux lets UDP be bound to the others. */
function isHosts(address: IpAddress): boolean {
  return !address.isMulticast && !address.isLimitedBroadcast;
}

/** By its shape: two versions of @mnet/core may meet. */
function readPrefix(item: IpPrefix | null | undefined): OwnAddress | undefined {
  if (typeof item?.address?.family !== "number") return undefined;
  return { address: item.address, prefixLength: item.length };
}

/** `127.0.0.1/24`, `127.0.0.1`, `fe80::1%eth0/64`. */
function readText(text: string): OwnAddress | null {
  const slash = text.lastIndexOf("/");
  const address = parseHostAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const bits = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, prefixLength: bits };
  // Read by its own parser, which says what is wrong with a length.
  return { address, prefixLength: toIpPrefix(`${plain(address)}${text.slice(slash)}`).length };
}

/** Without the zone, which a prefix has none of. */
function plain({ family, w0, w1, w2, w3 }: IpAddress): IpAddress {
  return new IpAddress(family, w0, w1, w2, w3);
}
