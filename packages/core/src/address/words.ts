/**
 * An IP address as four 32-bit words in network order, each stored as int32 (`| 0`). Both families share the space: an IPv4
 * address `a` is `0, 0, 0x0000ffff, a`, the IPv4-mapped form, so words compare and hash without the family. The mapped form
 * is a representation in memory only and never leaves on the wire.
 */
export interface Words {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
}

/** `w2` of every IPv4 address. */
export const IPV4_WORD2 = 0x0000ffff;

/** A mutable, long-lived set of words: layers re-aim one record instead of making an address per packet. */
export class AddressWords implements Words {
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;

  setV4(bits: number): void {
    this.w0 = 0;
    this.w1 = 0;
    this.w2 = IPV4_WORD2;
    this.w3 = bits | 0;
  }

  /** Reads the 16 octets of an IPv6 address at `at`; the caller has checked that they are there. */
  readV6(view: DataView, at: number): void {
    this.w0 = view.getInt32(at);
    this.w1 = view.getInt32(at + 4);
    this.w2 = view.getInt32(at + 8);
    this.w3 = view.getInt32(at + 12);
  }

  copy(from: Readonly<Words>): void {
    this.w0 = from.w0;
    this.w1 = from.w1;
    this.w2 = from.w2;
    this.w3 = from.w3;
  }
}

export function sameWords(a: Readonly<Words>, b: Readonly<Words>): boolean {
  return a.w3 === b.w3 && a.w2 === b.w2 && a.w1 === b.w1 && a.w0 === b.w0;
}

/** Writes 16 octets at `at`: the address as an IPv6 header has it. */
export function writeV6Words(view: DataView, at: number, words: Readonly<Words>): void {
  view.setInt32(at, words.w0);
  view.setInt32(at + 4, words.w1);
  view.setInt32(at + 8, words.w2);
  view.setInt32(at + 12, words.w3);
}

/** Whether words are of `ff00::/8` (RFC 4291 2.7). Never true for IPv4 words. */
export function isV6Group(words: Readonly<Words>): boolean {
  return words.w0 >>> 24 === 0xff;
}

/** Whether words are of `fe80::/10` (RFC 4291 2.5.6). */
export function isV6LinkLocal(words: Readonly<Words>): boolean {
  return words.w0 >>> 22 === 0x3fa;
}

/** Whether words are `::` (RFC 4291 2.5.2). */
export function isV6Unspecified(words: Readonly<Words>): boolean {
  return (words.w0 | words.w1 | words.w2 | words.w3) === 0;
}

/** Whether words are `::1` (RFC 4291 2.5.3). */
export function isV6Loopback(words: Readonly<Words>): boolean {
  return words.w3 === 1 && (words.w0 | words.w1 | words.w2) === 0;
}

export function isV4Words(words: Readonly<Words>): boolean {
  return words.w2 === IPV4_WORD2 && words.w0 === 0 && words.w1 === 0;
}
