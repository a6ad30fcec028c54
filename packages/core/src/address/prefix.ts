import { IpAddress } from "./ip.ts";
import { isV4Words, type Words } from "./words.ts";

/** An address with a prefix length: an interface address (`10.0.0.2/24`) or a destination of a route (`10.0.0.0/24`). */
export class IpPrefix {
  /** As given, host bits included. */
  readonly address: IpAddress;
  /** 0..32 for IPv4, 0..128 for IPv6. */
  readonly length: number;
  readonly #masks: readonly [number, number, number, number];

  /** @throws RangeError when the length does not fit the family. */
  constructor(address: IpAddress, length: number) {
    const bits = address.family === 4 ? 32 : 128;
    if (!Number.isInteger(length) || length < 0 || length > bits) {
      throw new RangeError(`prefix length of ${address} must be an integer from 0 to ${bits}, not ${length}`);
    }
    this.address = address;
    this.length = length;
    const leading = length + (128 - bits);
    this.#masks = [wordMask(leading), wordMask(leading - 32), wordMask(leading - 64), wordMask(leading - 96)];
  }

  /** Reads `address/length`. @throws RangeError naming the text. */
  static parse(text: string): IpPrefix {
    const slash = text.lastIndexOf("/");
    const length = text.slice(slash + 1);
    if (slash < 0 || !/^\d{1,3}$/.test(length)) {
      throw new RangeError(
        `not an address with a prefix length such as 10.0.0.2/24: ${JSON.stringify(text)}`,
      );
    }
    return new IpPrefix(IpAddress.parse(text.slice(0, slash)), Number(length));
  }

  get family(): 4 | 6 {
    return this.address.family;
  }

  /** Whether the address is inside. Addresses of the other family never are. */
  contains(words: Readonly<Words>): boolean {
    const [m0, m1, m2, m3] = this.#masks;
    const { address } = this;
    // Short IPv6 prefixes such as ::/0 would otherwise take in the mapped form of every IPv4 address.
    if (address.family === 6 && isV4Words(words)) return false;
    return (
      ((words.w3 ^ address.w3) & m3) === 0 &&
      ((words.w2 ^ address.w2) & m2) === 0 &&
      ((words.w1 ^ address.w1) & m1) === 0 &&
      ((words.w0 ^ address.w0) & m0) === 0
    );
  }

  /** The address with all host bits zero. */
  get network(): IpAddress {
    const [m0, m1, m2, m3] = this.#masks;
    const { family, w0, w1, w2, w3 } = this.address;
    return new IpAddress(family, w0 & m0, w1 & m1, w2 & m2, w3 & m3);
  }

  /** The directed broadcast address of an IPv4 prefix; `null` for /31 (RFC 3021), /32 and IPv6. */
  get broadcast(): IpAddress | null {
    if (this.family === 6 || this.length > 30) return null;
    return IpAddress.v4(this.address.w3 | ~this.#masks[3]);
  }

  equals(other: IpPrefix): boolean {
    return this.length === other.length && this.address.equals(other.address);
  }

  toString(): string {
    return `${this.address}/${this.length}`;
  }
}

function wordMask(leading: number): number {
  if (leading <= 0) return 0;
  return leading >= 32 ? -1 : -1 << (32 - leading);
}

/** Accepts a prefix or its text. @throws RangeError naming the text. */
export function toIpPrefix(prefix: IpPrefix | string): IpPrefix {
  return typeof prefix === "string" ? IpPrefix.parse(prefix) : prefix;
}
