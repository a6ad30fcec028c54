import { IpAddress, IpPrefix, type Millis } from "@mnet/core";
import type { AddressMode } from "@mnet/stack";

/** What the interface is called in scoped addresses: the name before the `=` in `--net service=tap0`. */
export const INTERFACE_NAME = "service";

/** Each reads the text of one kind of value. @throws RangeError saying what would be right. */
export const read = {
  text: (text: string): string => text,

  truth(text: string): boolean {
    if (TRUE.includes(text)) return true;
    if (FALSE.includes(text)) return false;
    throw new RangeError("must be true or false");
  },

  mtu(text: string): number {
    const mtu = Number(text);
    if (!/^\d+$/.test(text) || mtu < 68 || mtu > 65521)
      throw new RangeError("must be a whole number from 68 to 65521");
    return mtu;
  },

  ipv4Prefix(text: string): IpPrefix {
    const prefix = IpPrefix.parse(text);
    if (prefix.family !== 4)
      throw new RangeError("must be an IPv4 address with a prefix length such as 10.0.0.2/24");
    return prefix;
  },

  ipv4Address(text: string): IpAddress {
    const address = IpAddress.parse(text);
    if (address.family !== 4) throw new RangeError("must be an IPv4 address such as 10.0.0.1");
    return address;
  },

  ipv6Prefix(text: string): IpPrefix {
    const prefix = text.includes("/") ? IpPrefix.parse(text) : null;
    if (prefix?.family !== 6)
      throw new RangeError("must be an IPv6 address with a prefix length such as fd00::2/64");
    return prefix;
  },

  /** A mode, or an address. */
  ipv6(text: string): AddressMode | "none" | IpPrefix {
    if (text === "eui64" || text === "random" || text === "stable" || text === "none") return text;
    try {
      return read.ipv6Prefix(text);
    } catch {
      throw new RangeError("must be eui64, random, stable, none or an IPv6 address such as fd00::2/64");
    }
  },

  /** Link-local ones may name the interface. */
  ipv6Address(text: string): IpAddress {
    const [, bare = text, zone] = /^(.*)%(.*)$/.exec(text) ?? [];
    const address = IpAddress.tryParse(bare);
    if (address?.family !== 6) throw new RangeError("must be an IPv6 address such as fd00::1");
    if (zone !== undefined && (zone !== INTERFACE_NAME || !address.isLinkLocal)) {
      throw new RangeError(`only link-local addresses have a zone, which is ${INTERFACE_NAME} here`);
    }
    return address;
  },

  waitFor(text: string): "link" | "dad" | "global" {
    if (text === "link" || text === "dad" || text === "global") return text;
    throw new RangeError("must be link, dad or global");
  },

  duration(text: string): Millis {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(text) ?? [];
    const milliseconds = Number(amount) * (unit === "ms" ? 1 : unit === "s" ? 1000 : 60_000);
    if (!(milliseconds > 0)) throw new RangeError("must be a duration such as 500ms, 10s or 2min");
    return milliseconds;
  },
};

const TRUE = ["true", "yes", "on", "1"];
const FALSE = ["false", "no", "off", "0"];

/** Whether a text can only be the value of a switch. */
export function isTruthText(text: string): boolean {
  return TRUE.includes(text) || FALSE.includes(text);
}
