const pattern = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;

/** An immutable 48-bit Ethernet address, kept as two 24-bit halves so that both are small integers. */
export class MacAddress {
  /** The first three octets. */
  readonly high: number;
  /** The last three octets. */
  readonly low: number;

  constructor(high: number, low: number) {
    this.high = high & 0xffffff;
    this.low = low & 0xffffff;
  }

  static readonly broadcast: MacAddress = new MacAddress(0xffffff, 0xffffff);
  static readonly zero: MacAddress = new MacAddress(0, 0);

  /** Reads `02:00:00:00:00:01` or the same with hyphens. @throws RangeError naming the text. */
  static parse(text: string): MacAddress {
    if (!pattern.test(text)) throw new RangeError(`not a MAC address: ${JSON.stringify(text)}`);
    const digits = text.replace(/[:-]/g, "");
    return new MacAddress(Number.parseInt(digits.slice(0, 6), 16), Number.parseInt(digits.slice(6), 16));
  }

  /** The six octets at `at`. The caller has checked that they exist. */
  static read(bytes: Uint8Array, at: number): MacAddress {
    return new MacAddress(macHigh(bytes, at), macHigh(bytes, at + 3));
  }

  /** The group address of an IPv4 multicast address: 01:00:5e and its low 23 bits (RFC 1112 6.4). */
  static ofIpv4Group(bits: number): MacAddress {
    return new MacAddress(0x01005e, bits & 0x7fffff);
  }

  /** The group address of an IPv6 multicast address: 33:33 and its low 32 bits (RFC 2464 7). @param bits `w3` of the group. */
  static ofIpv6Group(bits: number): MacAddress {
    return new MacAddress(0x333300 | (bits >>> 24), bits & 0xffffff);
  }

  /** Writes six octets at `at`. */
  write(bytes: Uint8Array, at: number): void {
    bytes[at] = this.high >>> 16;
    bytes[at + 1] = this.high >>> 8;
    bytes[at + 2] = this.high;
    bytes[at + 3] = this.low >>> 16;
    bytes[at + 4] = this.low >>> 8;
    bytes[at + 5] = this.low;
  }

  equals(other: MacAddress): boolean {
    return this.low === other.low && this.high === other.high;
  }

  /** Group bit of the first octet; true for the broadcast address too. */
  get isMulticast(): boolean {
    return (this.high & 0x010000) !== 0;
  }

  get isBroadcast(): boolean {
    return this.high === 0xffffff && this.low === 0xffffff;
  }

  get isZero(): boolean {
    return this.high === 0 && this.low === 0;
  }

  toString(): string {
    const digits = this.high.toString(16).padStart(6, "0") + this.low.toString(16).padStart(6, "0");
    return digits.replace(/..(?!$)/g, "$&:");
  }
}

/** Three octets as one number: a half of a MAC address. */
export function macHigh(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

/** Accepts an address or its text. @throws RangeError naming the text. */
export function toMacAddress(address: MacAddress | string): MacAddress {
  return typeof address === "string" ? MacAddress.parse(address) : address;
}
