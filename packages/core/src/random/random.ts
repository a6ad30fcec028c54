/** Where a stack takes its entropy from. Injected: layers never draw any themselves. */
export interface Random {
  /** 32 uniformly distributed bits, 0..2^32-1. */
  u32(): number;
  /** Fills all of `into`, which stays the caller's. */
  fill(into: Uint8Array): void;
}

/** The platform's cryptographically secure generator, drawn in blocks. The default everywhere outside tests. */
export class CryptoRandom implements Random {
  readonly #block = new Uint32Array(256);
  #used = 256;

  u32(): number {
    if (this.#used === this.#block.length) {
      crypto.getRandomValues(this.#block);
      this.#used = 0;
    }
    const value = this.#block[this.#used]!;
    this.#block[this.#used++] = 0;
    return value;
  }

  fill(into: Uint8Array): void {
    // getRandomValues takes at most 65536 octets a call (Web Cryptography API 10.1.1).
    const octets = into as Uint8Array<ArrayBuffer>;
    for (let at = 0; at < octets.length; at += 65536) crypto.getRandomValues(octets.subarray(at, at + 65536));
  }
}

/** A reproducible generator (xoshiro128**, seeded by splitmix32) for tests and simulations. Not secret. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed any number; its low 32 bits count. */
  constructor(seed: number) {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next() | 1];
  }

  u32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return scrambled >>> 0;
  }

  fill(into: Uint8Array): void {
    for (let at = 0; at < into.length; at++) into[at] = this.u32() >>> 24;
  }

  /** A generator of its own whose sequence depends on this one's. */
  fork(): SeededRandom {
    return new SeededRandom(this.u32());
  }
}

/** A fraction in [0, 1). */
export function randomFraction(random: Random): number {
  return random.u32() / 0x1_0000_0000;
}

/** An integer in [from, to], unbiased. */
export function randomInteger(random: Random, from: number, to: number): number {
  const span = to - from + 1;
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % span);
  for (;;) {
    const value = random.u32();
    if (value < limit) return from + (value % span);
  }
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
