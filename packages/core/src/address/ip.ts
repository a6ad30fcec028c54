import { formatV4, formatV6, parseV4, parseV6 } from "./ip-text.ts";
import { IPV4_WORD2, isV4Words, sameWords, type Words } from "./words.ts";

/** An immutable IPv4 or IPv6 address. */
export class IpAddress implements Readonly<Words> {
  readonly family: 4 | 6;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;

  /** Use {@link IpAddress.v4}, {@link IpAddress.parse} or {@link IpAddress.fromWords}. */
  constructor(family: 4 | 6, w0: number, w1: number, w2: number, w3: number) {
    this.family = family;
    this.w0 = w0 | 0;
    this.w1 = w1 | 0;
    this.w2 = w2 | 0;
    this.w3 = w3 | 0;
  }

  /** 0.0.0.0 (RFC 1122 3.2.1.3: "this host on this network"). */
  static readonly anyV4: IpAddress = IpAddress.v4(0);
  /** 127.0.0.1. */
  static readonly loopbackV4: IpAddress = IpAddress.v4(0x7f000001);
  /** 255.255.255.255, the limited broadcast. */
  static readonly broadcastV4: IpAddress = IpAddress.v4(-1);
  /** `::`. */
  static readonly anyV6: IpAddress = new IpAddress(6, 0, 0, 0, 0);

  /** @param bits the 32 bits in network order, signed or unsigned. */
  static v4(bits: number): IpAddress {
    return new IpAddress(4, 0, 0, IPV4_WORD2, bits);
  }

  /** An owned copy of borrowed words; IPv4-mapped words become an IPv4 address. */
  static fromWords(words: Readonly<Words>): IpAddress {
    return new IpAddress(isV4Words(words) ? 4 : 6, words.w0, words.w1, words.w2, words.w3);
  }

  /**
   * Reads dotted-decimal IPv4 (RFC 6943 3.1.1 strict form: four decimal parts without leading zeros) or IPv6 (RFC 4291 2.2).
   * @throws RangeError naming the text when it is neither.
   */
  static parse(text: string): IpAddress {
    const address = IpAddress.tryParse(text);
    if (address === null) throw new RangeError(`not an IP address: ${JSON.stringify(text)}`);
    return address;
  }

  /** As {@link IpAddress.parse}, but `null` for text that is no address. */
  static tryParse(text: string): IpAddress | null {
    const v4 = parseV4(text);
    if (v4 !== null) return IpAddress.v4(v4);
    const v6 = parseV6(text);
    return v6 === null ? null : IpAddress.fromWords(v6);
  }

  equals(other: Readonly<Words>): boolean {
    return sameWords(this, other);
  }

  /** 0.0.0.0 or `::`. */
  get isUnspecified(): boolean {
    return this.family === 4 ? this.w3 === 0 : (this.w0 | this.w1 | this.w2 | this.w3) === 0;
  }

  /** 127.0.0.0/8 or `::1`. */
  get isLoopback(): boolean {
    if (this.family === 4) return this.w3 >>> 24 === 127;
    return (this.w0 | this.w1 | this.w2) === 0 && this.w3 === 1;
  }

  /** 224.0.0.0/4 or ff00::/8. */
  get isMulticast(): boolean {
    return this.family === 4 ? this.w3 >>> 28 === 14 : this.w0 >>> 24 === 0xff;
  }

  /** 255.255.255.255; directed broadcasts are known to the IPv4 layer alone. */
  get isLimitedBroadcast(): boolean {
    return this.family === 4 && this.w3 === -1;
  }

  /** Dotted decimal, or the canonical IPv6 text of RFC 5952. */
  toString(): string {
    return this.family === 4 ? formatV4(this.w3) : formatV6(this);
  }
}

/** Accepts an address or its text. @throws RangeError naming the text. */
export function toIpAddress(address: IpAddress | string): IpAddress {
  return typeof address === "string" ? IpAddress.parse(address) : address;
}
