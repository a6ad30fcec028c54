import { formatV4, formatV6, parseV4, parseV6 } from "./ip-text.ts";
import { IPV4_WORD2, isV4Words, isV6LinkLocal, sameWords, type Words } from "./words.ts";

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
  /** `::1`. */
  static readonly loopbackV6: IpAddress = new IpAddress(6, 0, 0, 0, 1);
  /** ff02::1, every node on the link (RFC 4291 2.7.1). */
  static readonly allNodesV6: IpAddress = new IpAddress(6, 0xff020000, 0, 0, 1);
  /** ff02::2, every router on the link (RFC 4291 2.7.1). */
  static readonly allRoutersV6: IpAddress = new IpAddress(6, 0xff020000, 0, 0, 2);

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

  /** 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 2.5.6). */
  get isLinkLocal(): boolean {
    return this.family === 4 ? this.w3 >>> 16 === 0xa9fe : isV6LinkLocal(this);
  }

  /** fec0::/10, deprecated (RFC 3879). */
  get isSiteLocal(): boolean {
    return this.family === 6 && this.w0 >>> 22 === 0x3fb;
  }

  /** fc00::/7 (RFC 4193). */
  get isUniqueLocal(): boolean {
    return this.family === 6 && this.w0 >>> 25 === 0x7e;
  }

  /** The scope of an IPv6 group (RFC 4291 2.7, RFC 7346 2): 1 interface, 2 link, 5 site, 14 global and so on; 0 for anything else. */
  get multicastScope(): number {
    return this.family === 6 && this.isMulticast ? (this.w0 >>> 16) & 15 : 0;
  }

  /** ff02::1:ff00:0/104 and the low 24 bits: the group that is asked for this address (RFC 4291 2.7.1). */
  get solicitedNodeGroup(): IpAddress {
    return new IpAddress(6, 0xff020000, 0, 1, 0xff000000 | (this.w3 & 0xffffff));
  }

  /** The upper 64 bits of this address with another interface identifier (RFC 4291 2.5.1), given as two words. */
  withInterfaceIdentifier(w2: number, w3: number): IpAddress {
    return new IpAddress(6, this.w0, this.w1, w2, w3);
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
