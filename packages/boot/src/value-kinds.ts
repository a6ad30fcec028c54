import { IpAddress, IpPrefix, MacAddress, type Millis } from "@mnet/core";
import type { AddressMode } from "@mnet/stack";
import { formatDeviceName, parseDeviceName } from "./device-name.ts";

/** What the interface is called in scoped addresses: the name before the `=` in `--net service=tap0`. */
export const INTERFACE_NAME = "service";

/** One kind of value. */
export interface ValueKind {
  /** What would be right, behind "must be". */
  readonly expected: string;
  /** @throws RangeError saying what would be right. */
  readonly read: (text: string) => unknown;
  /** The text of what a program gives as a value, which is then checked by reading it; `null` for what is no such value. */
  readonly write: (value: unknown) => string | null;
}

const IPV4_PREFIX = "an IPv4 address with a prefix length such as 10.0.0.2/24";
const IPV4_ADDRESS = "an IPv4 address such as 10.0.0.1";
const IPV6_PREFIX = "an IPv6 address with a prefix length such as fd00::2/64";
const IPV6 = "eui64, random, stable, none or an IPv6 address such as fd00::2/64";
const IPV6_ADDRESS = "an IPv6 address such as fd00::1";
const MAC = "the address of one station such as 02:00:00:00:00:01";
const MTU = "a whole number from 68 to 65521";
const WAIT_FOR = "link, dad or global";
const DURATION = "a duration such as 500ms, 10s or 2min";
const SECRET = "32 hexadecimal digits or more";
const FILE = "the name of a file such as service.pcapng";

const prefixText = (value: unknown): string | null => (value instanceof IpPrefix ? String(value) : null);
const addressText = (value: unknown): string | null => (value instanceof IpAddress ? String(value) : null);
const macText = (value: unknown): string | null => (value instanceof MacAddress ? String(value) : null);
const numberText = (value: unknown): string | null => (typeof value === "number" ? String(value) : null);
const millisText = (value: unknown): string | null => (typeof value === "number" ? `${value}ms` : null);
const truthText = (value: unknown): string | null => (typeof value === "boolean" ? String(value) : null);
const secretText = (value: unknown): string | null =>
  value instanceof Uint8Array ? Buffer.from(value).toString("hex") : null;
const noText = (): null => null;

/** The kinds of values that boot parameters have. */
export const valueKinds: Readonly<Record<KindName, ValueKind>> = {
  device: { expected: "a device such as service=tap0", read: parseDeviceName, write: formatDeviceName },
  mac: { expected: MAC, read: readMac, write: macText },
  mtu: { expected: MTU, read: readMtu, write: numberText },
  ipv4Prefix: { expected: IPV4_PREFIX, read: readIpv4Prefix, write: prefixText },
  ipv4Address: { expected: IPV4_ADDRESS, read: readIpv4Address, write: addressText },
  ipv6Prefix: { expected: IPV6_PREFIX, read: readIpv6Prefix, write: prefixText },
  /** A mode, or an address. */
  ipv6: { expected: IPV6, read: readIpv6, write: prefixText },
  ipv6Address: { expected: IPV6_ADDRESS, read: readIpv6Address, write: addressText },
  truth: { expected: "true or false", read: readTruth, write: truthText },
  waitFor: { expected: WAIT_FOR, read: readWaitFor, write: noText },
  duration: { expected: DURATION, read: readDuration, write: millisText },
  secret: { expected: SECRET, read: readSecret, write: secretText },
  file: { expected: FILE, read: readFile, write: noText },
};

type KindName =
  | "device"
  | "mac"
  | "mtu"
  | "ipv4Prefix"
  | "ipv4Address"
  | "ipv6Prefix"
  | "ipv6"
  | "ipv6Address"
  | "truth"
  | "waitFor"
  | "duration"
  | "secret"
  | "file";

const TRUE = ["true", "yes", "on", "1"];
const FALSE = ["false", "no", "off", "0"];

function readTruth(text: string): boolean {
  const word = text.toLowerCase();
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  throw mustBe("true or false");
}

function readMac(text: string): MacAddress {
  const mac = MacAddress.parse(text);
  if (mac.isMulticast || mac.isZero) throw mustBe(MAC);
  return mac;
}

function readMtu(text: string): number {
  const mtu = Number(text);
  if (!/^\d+$/.test(text) || mtu < 68 || mtu > 65521) throw mustBe(MTU);
  return mtu;
}

function readIpv4Prefix(text: string): IpPrefix {
  const prefix = IpPrefix.parse(text);
  if (prefix.family !== 4) throw mustBe(IPV4_PREFIX);
  return prefix;
}

function readIpv4Address(text: string): IpAddress {
  const address = IpAddress.parse(text);
  if (address.family !== 4) throw mustBe(IPV4_ADDRESS);
  return address;
}

function readIpv6Prefix(text: string): IpPrefix {
  const prefix = text.includes("/") ? IpPrefix.parse(text) : null;
  if (prefix?.family !== 6) throw mustBe(IPV6_PREFIX);
  return prefix;
}

function readIpv6(text: string): AddressMode | "none" | IpPrefix {
  if (text === "eui64" || text === "random" || text === "stable" || text === "none") return text;
  try {
    return readIpv6Prefix(text);
  } catch {
    throw mustBe(IPV6);
  }
}

/** Link-local ones may name the interface. */
function readIpv6Address(text: string): IpAddress {
  const [, bare = text, zone] = /^(.*)%(.*)$/.exec(text) ?? [];
  const address = IpAddress.tryParse(bare);
  if (address?.family !== 6) throw mustBe(IPV6_ADDRESS);
  if (zone !== undefined && (zone !== INTERFACE_NAME || !address.isLinkLocal)) {
    throw new RangeError(`only link-local addresses have a zone, which is ${INTERFACE_NAME} here`);
  }
  return address;
}

function readWaitFor(text: string): "link" | "dad" | "global" {
  if (text === "link" || text === "dad" || text === "global") return text;
  throw mustBe(WAIT_FOR);
}

function readDuration(text: string): Millis {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (unit === "ms" ? 1 : unit === "s" ? 1000 : 60_000);
  if (!(milliseconds > 0)) throw mustBe(DURATION);
  return milliseconds;
}

function readSecret(text: string): Uint8Array {
  if (!/^(?:[\da-f]{2}){16,}$/i.test(text)) throw mustBe(SECRET);
  return new Uint8Array(Buffer.from(text, "hex"));
}

function readFile(text: string): string {
  if (text === "") throw mustBe(FILE);
  return text;
}

function mustBe(expected: string): RangeError {
  return new RangeError(`must be ${expected}`);
}
