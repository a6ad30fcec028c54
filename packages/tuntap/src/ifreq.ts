import type { IpAddress } from "@mnet/core";
import { AF_INET, IFNAMSIZ } from "./params.ts";

/** The tables below show `struct ifreq` and its kin of linux/if.h, in octets. Numbers are in the order of the machine. */
const IfreqOffset = {
  name: 0, // char[16], zero-terminated
  value: 16, // flags: short; mtu, index, qlen: int; address: struct sockaddr
} as const;
const SockaddrOffset = {
  family: 0, // unsigned short
  in_addr: 4, // network order
  hwaddr: 2,
} as const;
const In6IfreqOffset = {
  address: 0, // 16 octets, network order
  prefixLength: 16, // u32
  index: 20, // int
  size: 24,
} as const;

/** Octets of `struct ifreq` with 8-octet pointers; the 4-octet form is a prefix of it. */
export const IFREQ_SIZE = 40;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const acceptable = /^[^\s/:%]{1,15}$/u;

/**
 * Whether Linux takes `name` for an interface: 1 to 15 octets without white space, `/` and `:`. One `%d` is replaced by the
 * kernel with the first free number.
 * @throws RangeError naming the name.
 */
export function checkInterfaceName(name: string): void {
  const octets = new TextEncoder().encode(name).length;
  const literal = name.replace("%d", "0");
  if (octets >= IFNAMSIZ || !acceptable.test(literal) || name === "." || name === "..") {
    throw new RangeError(
      `not an interface name of 1 to 15 octets without white space, "/" and ":": ${JSON.stringify(name)}`,
    );
  }
}

/** One reused request about the interface `name`. */
export class Ifreq {
  readonly bytes: Uint8Array = new Uint8Array(IFREQ_SIZE);
  readonly #view: DataView = new DataView(this.bytes.buffer);

  constructor(name: string) {
    new TextEncoder().encodeInto(name, this.bytes.subarray(IfreqOffset.name, IFNAMSIZ - 1));
  }

  get name(): string {
    return new TextDecoder().decode(this.bytes.subarray(0, Math.max(0, this.bytes.indexOf(0))));
  }

  /** `ifr_flags`. */
  get flags(): number {
    return this.#view.getUint16(IfreqOffset.value, littleEndian);
  }
  set flags(flags: number) {
    this.#clear();
    this.#view.setUint16(IfreqOffset.value, flags, littleEndian);
  }

  /** `ifr_mtu`, `ifr_ifindex`, `ifr_qlen`. */
  get int(): number {
    return this.#view.getInt32(IfreqOffset.value, littleEndian);
  }
  set int(value: number) {
    this.#clear();
    this.#view.setInt32(IfreqOffset.value, value, littleEndian);
  }

  /** The IPv4 address of `ifr_addr` or `ifr_netmask`, as 32 bits in network order. */
  get ipv4(): number {
    return this.#view.getInt32(IfreqOffset.value + SockaddrOffset.in_addr);
  }
  set ipv4(bits: number) {
    this.#clear();
    this.#view.setUint16(IfreqOffset.value + SockaddrOffset.family, AF_INET, littleEndian);
    this.#view.setInt32(IfreqOffset.value + SockaddrOffset.in_addr, bits);
  }

  /** Where the six octets of `ifr_hwaddr` are. */
  static readonly hardwareAddress: number = IfreqOffset.value + SockaddrOffset.hwaddr;

  #clear(): void {
    this.bytes.fill(0, IfreqOffset.value);
  }
}

/** `struct in6_ifreq` (linux/ipv6.h): one IPv6 address for the interface with the number `index`. */
export function in6Ifreq(address: IpAddress, prefixLength: number, index: number): Uint8Array {
  const bytes = new Uint8Array(In6IfreqOffset.size);
  const view = new DataView(bytes.buffer);
  view.setInt32(In6IfreqOffset.address, address.w0);
  view.setInt32(In6IfreqOffset.address + 4, address.w1);
  view.setInt32(In6IfreqOffset.address + 8, address.w2);
  view.setInt32(In6IfreqOffset.address + 12, address.w3);
  view.setUint32(In6IfreqOffset.prefixLength, prefixLength, littleEndian);
  view.setInt32(In6IfreqOffset.index, index, littleEndian);
  return bytes;
}
