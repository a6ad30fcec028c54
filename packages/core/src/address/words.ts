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

export function isV4Words(words: Readonly<Words>): boolean {
  return words.w2 === IPV4_WORD2 && words.w0 === 0 && words.w1 === 0;
}
