import { KeyedHash, type Random, type Words } from "@mnet/core";

/** Counters, a power of two; as many as Linux has at least. */
const COUNTERS = 2048;

/**
 * Identifications of fragmented packets (RFC 7739 5.3): a keyed hash of source and destination gives each pair its own unpredictable start,
 * a counter picked by the same hash makes its values differ for 2^32 packets. Pairs that share a counter only make each other's values
 * skip some.
 */
export class IdentificationSource {
  readonly #hash: KeyedHash;
  readonly #counters = new Uint32Array(COUNTERS);

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
    for (let at = 0; at < COUNTERS; at++) this.#counters[at] = random.u32();
  }

  /** 32 bits. */
  next(source: Readonly<Words>, destination: Readonly<Words>): number {
    const hash = this.#hash;
    hash.begin();
    hash.address(source);
    hash.address(destination);
    const start = hash.end();
    const slot = hash.high & (COUNTERS - 1);
    const count = this.#counters[slot]!;
    this.#counters[slot] = count + 1;
    return (start + count) >>> 0;
  }
}
