import { describe, expect, it } from "vitest";
import { CryptoRandom, type Random, randomFraction, randomInteger, SeededRandom } from "../src/index.ts";

const draws = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.u32());

/** xoshiro128** 1.1 and splitmix32 on big integers, from their definitions. */
function reference(seed: number, count: number): number[] {
  const mask = 0xffffffffn;
  let mix = BigInt(seed >>> 0);
  const next = (): bigint => {
    mix = (mix + 0x9e3779b9n) & mask;
    let z = ((mix ^ (mix >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  const s = [next(), next(), next(), next() | 1n] as [bigint, bigint, bigint, bigint];
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (32n - by))) & mask;
  return Array.from({ length: count }, () => {
    const result = (rotate((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
    return Number(result);
  });
}

describe("SeededRandom", () => {
  it.each([0, 1, 42, -1, 0x80000000])("of seed %d is xoshiro128**", (seed) => {
    expect(draws(new SeededRandom(seed), 100)).toEqual(reference(seed, 100));
  });

  it("repeats for a seed and differs for another", () => {
    expect(draws(new SeededRandom(7), 8)).toEqual(draws(new SeededRandom(7), 8));
    expect(draws(new SeededRandom(7), 8)).not.toEqual(draws(new SeededRandom(8), 8));
  });

  it("spreads over all its bits", () => {
    const random = new SeededRandom(3);
    const ones = new Array<number>(32).fill(0);
    const count = 20_000;
    for (const value of draws(random, count)) {
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (value >>> bit) & 1;
    }
    // The standard deviation is 71; a fixed seed either passes or not.
    for (const each of ones) expect(Math.abs(each - count / 2)).toBeLessThan(350);
  });

  it("fills octets from the same sequence, and forks generators of their own", () => {
    const octets = new Uint8Array(4);
    new SeededRandom(9).fill(octets);
    expect([...octets]).toEqual(draws(new SeededRandom(9), 4).map((value) => value >>> 24));
    const parent = new SeededRandom(9);
    const child = parent.fork();
    expect(draws(child, 4)).not.toEqual(draws(parent, 4));
    expect(draws(new SeededRandom(9).fork(), 4)).toEqual(
      draws(new SeededRandom(new SeededRandom(9).u32()), 4),
    );
  });
});

describe("CryptoRandom", () => {
  it("gives 32 bits, never the same run twice", () => {
    const random = new CryptoRandom();
    const values = draws(random, 1000);
    for (const value of values) expect(value).toBe(value >>> 0);
    expect(new Set(values).size).toBeGreaterThan(990);
    expect(Math.max(...values)).toBeGreaterThan(0xf0000000);
    expect(Math.min(...values)).toBeLessThan(0x10000000);
    expect(draws(random, 8)).not.toEqual(values.slice(0, 8));
    expect(draws(new CryptoRandom(), 8)).not.toEqual(draws(new CryptoRandom(), 8));
  });

  it("fills more than the platform gives at once, to the last octet and not further", () => {
    const buffer = new Uint8Array(200_000 + 20);
    new CryptoRandom().fill(buffer.subarray(10, 200_010));
    for (let at = 10; at < 200_010; at += 50) {
      expect(buffer.subarray(at, at + 50).some((octet) => octet !== 0)).toBe(true);
    }
    expect([...buffer.subarray(0, 10), ...buffer.subarray(200_010)]).toEqual(new Array(20).fill(0));
  });
});

describe("derived values", () => {
  const fixed = (...values: number[]): Random => ({ u32: () => values.shift()!, fill: () => {} });

  it("a fraction is in [0, 1)", () => {
    expect(randomFraction(fixed(0))).toBe(0);
    expect(randomFraction(fixed(0x80000000))).toBe(0.5);
    expect(randomFraction(fixed(0xffffffff))).toBeLessThan(1);
  });

  it("an integer takes both ends, and draws again rather than favour the low ones", () => {
    expect(randomInteger(fixed(0), 10, 12)).toBe(10);
    expect(randomInteger(fixed(2), 10, 12)).toBe(12);
    // 2^32 = 3 * 1431655765 + 1: the last value would give the first integer one more chance.
    expect(randomInteger(fixed(0xffffffff, 1), 10, 12)).toBe(11);
    expect(randomInteger(fixed(5), 7, 7)).toBe(7);
    expect(randomInteger(fixed(0xffffffff), 0, 0xffffffff)).toBe(0xffffffff);
  });

  it("integers of a range are equally frequent", () => {
    const random = new SeededRandom(5);
    const counts = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 12_000; draw++) counts[randomInteger(random, 1, 6) - 1]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
