import { IPV4_WORD2, type Random, type Words } from "@mnet/core";

/** Halves of the eight address words and of the two ports. */
const HALVES = 18;

/**
 * A keyed hash of 4-tuples: two multilinear hashes over their 16-bit halves (Dietzfelbinger 1996; each is the upper half of
 * `k + sum(k[i] * x[i]) mod 2^32`). They are strongly universal: of any two tuples chosen without the keys, whatever they have in common,
 * each pair of results is equally likely. So no choice of addresses and ports makes a chain long, which a seed in front of a fixed mixing
 * function would not ensure; and it costs a dozen multiplications.
 */
export class FlowHash {
  readonly #keys = new Int32Array(2 * (1 + HALVES));

  constructor(random: Random) {
    for (let at = 0; at < this.#keys.length; at++) this.#keys[at] = random.u32();
  }

  /** 32 bits, of which any number of low ones are as good as all. */
  of(local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number): number {
    const keys = this.#keys;
    let a = (keys[0]! + Math.imul(keys[1]!, localPort) + Math.imul(keys[2]!, remotePort)) | 0;
    let b = (keys[3]! + Math.imul(keys[4]!, localPort) + Math.imul(keys[5]!, remotePort)) | 0;
    a = (a + pair(keys, 6, local.w3, remote.w3)) | 0;
    b = (b + pair(keys, 10, local.w3, remote.w3)) | 0;
    // The other words of all IPv4 addresses are the same.
    if (remote.w2 !== IPV4_WORD2 || remote.w1 !== 0 || remote.w0 !== 0) {
      a = (a + pair(keys, 14, local.w2, remote.w2) + pair(keys, 18, local.w1, remote.w1)) | 0;
      a = (a + pair(keys, 22, local.w0, remote.w0)) | 0;
      b = (b + pair(keys, 26, local.w2, remote.w2) + pair(keys, 30, local.w1, remote.w1)) | 0;
      b = (b + pair(keys, 34, local.w0, remote.w0)) | 0;
    }
    return (b & 0xffff_0000) | (a >>> 16);
  }
}

/** The part of two words with the four keys from `at`. */
function pair(keys: Int32Array, at: number, x: number, y: number): number {
  const first = (Math.imul(keys[at]!, x & 0xffff) + Math.imul(keys[at + 1]!, x >>> 16)) | 0;
  return (first + Math.imul(keys[at + 2]!, y & 0xffff) + Math.imul(keys[at + 3]!, y >>> 16)) | 0;
}
