import type { Words } from "../address/words.ts";
import type { Random } from "./random.ts";

/**
 * SipHash-2-4 (Aumasson and Bernstein 2012) over 32-bit words, with a secret of its own: the hash for sequence numbers (RFC 6528), ports
 * (RFC 6056), IP identifications and hash tables fed from the wire. 64-bit lanes are pairs of int32; nothing is allocated.
 *
 * Feed words between {@link KeyedHash.begin} and {@link KeyedHash.end}, or use {@link KeyedHash.flow}. The message is the words in
 * little-endian order, so the result equals the reference for a message of `4 n` octets.
 */
export class KeyedHash {
  readonly #key: readonly [number, number, number, number];
  #v0l = 0;
  #v0h = 0;
  #v1l = 0;
  #v1h = 0;
  #v2l = 0;
  #v2h = 0;
  #v3l = 0;
  #v3h = 0;
  #pending = 0;
  #words = 0;

  /** @param random where the 128-bit secret comes from. */
  constructor(random: Random) {
    this.#key = [random.u32() | 0, random.u32() | 0, random.u32() | 0, random.u32() | 0];
  }

  begin(): void {
    const [k0l, k0h, k1l, k1h] = this.#key;
    this.#v0l = k0l ^ 0x70736575;
    this.#v0h = k0h ^ 0x736f6d65;
    this.#v1l = k1l ^ 0x6e646f6d;
    this.#v1h = k1h ^ 0x646f7261;
    this.#v2l = k0l ^ 0x6e657261;
    this.#v2h = k0h ^ 0x6c796765;
    this.#v3l = k1l ^ 0x79746573;
    this.#v3h = k1h ^ 0x74656462;
    this.#words = 0;
  }

  word(value: number): void {
    if ((this.#words++ & 1) === 0) this.#pending = value | 0;
    else this.#block(this.#pending, value | 0);
  }

  address(words: Readonly<Words>): void {
    this.word(words.w0);
    this.word(words.w1);
    this.word(words.w2);
    this.word(words.w3);
  }

  /** Finishes; the low 32 bits of the result as an unsigned number. {@link KeyedHash.high} has the others. */
  end(): number {
    const length = (this.#words * 4) << 24;
    this.#block((this.#words & 1) === 1 ? this.#pending : 0, length);
    this.#v2l ^= 0xff;
    for (let round = 0; round < 4; round++) this.#round();
    return (this.#v0l ^ this.#v1l ^ this.#v2l ^ this.#v3l) >>> 0;
  }

  /** The high 32 bits of the result of the last {@link KeyedHash.end}. */
  get high(): number {
    return (this.#v0h ^ this.#v1h ^ this.#v2h ^ this.#v3h) >>> 0;
  }

  /** The hash of a four-tuple and a salt that separates uses. Ports are 16 bits each. */
  flow(a: Readonly<Words>, b: Readonly<Words>, portA: number, portB: number, salt = 0): number {
    this.begin();
    this.address(a);
    this.address(b);
    this.word((portA << 16) | portB);
    this.word(salt);
    return this.end();
  }

  #block(low: number, high: number): void {
    this.#v3l ^= low;
    this.#v3h ^= high;
    this.#round();
    this.#round();
    this.#v0l ^= low;
    this.#v0h ^= high;
  }

  /** One SipRound, the two halves of the reference figure in sequence. */
  #round(): void {
    let v0l = this.#v0l;
    let v0h = this.#v0h;
    let v1l = this.#v1l;
    let v1h = this.#v1h;
    let v2l = this.#v2l;
    let v2h = this.#v2h;
    let v3l = this.#v3l;
    let v3h = this.#v3h;
    let low = (v0l >>> 0) + (v1l >>> 0);
    v0h = (v0h + v1h + (low > 0xffffffff ? 1 : 0)) | 0;
    v0l = low | 0;
    let keep = (v1l << 13) | (v1h >>> 19);
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
    v1l = keep ^ v0l;
    keep = v0l;
    v0l = v0h;
    v0h = keep;
    low = (v2l >>> 0) + (v3l >>> 0);
    v2h = (v2h + v3h + (low > 0xffffffff ? 1 : 0)) | 0;
    v2l = low | 0;
    keep = (v3l << 16) | (v3h >>> 16);
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
    v3l = keep ^ v2l;
    low = (v0l >>> 0) + (v3l >>> 0);
    v0h = (v0h + v3h + (low > 0xffffffff ? 1 : 0)) | 0;
    v0l = low | 0;
    keep = (v3l << 21) | (v3h >>> 11);
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
    v3l = keep ^ v0l;
    low = (v2l >>> 0) + (v1l >>> 0);
    v2h = (v2h + v1h + (low > 0xffffffff ? 1 : 0)) | 0;
    v2l = low | 0;
    keep = (v1l << 17) | (v1h >>> 15);
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
    v1l = keep ^ v2l;
    keep = v2l;
    v2l = v2h;
    v2h = keep;
    this.#v0l = v0l;
    this.#v0h = v0h;
    this.#v1l = v1l;
    this.#v1h = v1h;
    this.#v2l = v2l;
    this.#v2h = v2h;
    this.#v3l = v3l;
    this.#v3h = v3h;
  }
}
