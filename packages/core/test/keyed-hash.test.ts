import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IpAddress, KeyedHash, type Random, SeededRandom } from "../src/index.ts";

const mask = (1n << 64n) - 1n;

/** SipHash-2-4 as in the paper's section 2, over octets, on 64-bit integers. */
function reference(key: readonly [bigint, bigint], message: Uint8Array): bigint {
  let v0 = key[0] ^ 0x736f6d6570736575n;
  let v1 = key[1] ^ 0x646f72616e646f6dn;
  let v2 = key[0] ^ 0x6c7967656e657261n;
  let v3 = key[1] ^ 0x7465646279746573n;
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & mask;
  const round = (): void => {
    v0 = (v0 + v1) & mask;
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v3) & mask;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = (v0 + v3) & mask;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = (v2 + v1) & mask;
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const padded = new Uint8Array(Math.floor(message.length / 8) * 8 + 8);
  padded.set(message);
  padded[padded.length - 1] = message.length;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) {
    const word = view.getBigUint64(at, true);
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  for (let count = 0; count < 4; count++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

/** A generator that gives the key the paper uses: octets 00 to 0f. */
function paperKey(): Random {
  const words = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c];
  return { u32: () => words.shift()!, fill: () => {} };
}

function hash(hasher: KeyedHash, message: Uint8Array): bigint {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  hasher.begin();
  for (let at = 0; at < message.length; at += 4) hasher.word(view.getInt32(at, true));
  const low = hasher.end();
  return (BigInt(hasher.high) << 32n) | BigInt(low);
}

describe("SipHash-2-4", () => {
  // The authors' table of vectors: the message of length n is the octets 00, 01, ... n - 1.
  it.each([
    [0, 0x726fdb47dd0e0e31n],
    [4, 0xcf2794e0277187b7n],
    [8, 0x93f5f5799a932462n],
    [12, 0x751e8fbc860ee5fbn],
    [16, 0x3f2acc7f57c29bdbn],
  ])("of %d octets is that of the published vectors", (length, expected) => {
    const message = Uint8Array.from({ length }, (_, at) => at);
    expect(reference([0x0706050403020100n, 0x0f0e0d0c0b0a0908n], message)).toBe(expected);
    expect(hash(new KeyedHash(paperKey()), message)).toBe(expected);
  });

  it("of any words under any key is that of the reference", () => {
    const u32 = fc.integer({ min: 0, max: 0xffffffff });
    const arbitrary = fc.tuple(fc.tuple(u32, u32, u32, u32), fc.array(u32, { maxLength: 70 }));
    fc.assert(
      fc.property(arbitrary, ([key, words]) => {
        const message = new Uint8Array(words.length * 4);
        for (const [at, word] of words.entries()) new DataView(message.buffer).setUint32(4 * at, word, true);
        const [k0l, k0h, k1l, k1h] = key.map(BigInt) as [bigint, bigint, bigint, bigint];
        const draws = [...key];
        const hasher = new KeyedHash({ u32: () => draws.shift()!, fill: () => {} });
        expect(hash(hasher, message)).toBe(reference([(k0h << 32n) | k0l, (k1h << 32n) | k1l], message));
        expect(hash(hasher, message)).toBe(hash(hasher, message));
      }),
    );
  });
});

describe("the hash of a flow", () => {
  const a = IpAddress.parse("10.0.0.1");
  const b = IpAddress.parse("10.0.0.2");

  it("depends on the secret, each end, each port, the direction and the salt", () => {
    const hasher = new KeyedHash(new SeededRandom(1));
    const hashes = [
      hasher.flow(a, b, 1, 2),
      hasher.flow(a, b, 1, 2, 1),
      hasher.flow(a, b, 2, 1),
      hasher.flow(b, a, 1, 2),
      hasher.flow(a, a, 1, 2),
      hasher.flow(a, b, 1, 3),
      new KeyedHash(new SeededRandom(2)).flow(a, b, 1, 2),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hasher.flow(a, b, 1, 2)).toBe(hashes[0]);
    for (const value of hashes) expect(value).toBe(value >>> 0);
  });
});
