import { KeyedHash, type Random, type Words } from "@mnet/core";
import { IDENTIFICATION_COUNTERS } from "../params.ts";

/**
 * Identifications for datagrams that may be fragmented (RFC 6864 4.2): a keyed hash of source, destination and protocol gives each
 * triple its own unpredictable start, a counter picked by the same hash makes its values differ for 65 536 datagrams (RFC 7739 5.3).
 * Triples that share a counter only make each other's values skip some.
 */
export class IdentificationSource {
  readonly #hash: KeyedHash;
  readonly #counters = new Uint16Array(IDENTIFICATION_COUNTERS);

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
    for (let at = 0; at < this.#counters.length; at++) this.#counters[at] = random.u32();
  }

  next(source: Readonly<Words>, destination: Readonly<Words>, protocol: number): number {
    const hash = this.#hash;
    hash.begin();
    hash.word(source.w3);
    hash.word(destination.w3);
    hash.word(protocol);
    const mixed = hash.end();
    const slot = mixed & (IDENTIFICATION_COUNTERS - 1);
    const count = this.#counters[slot]!;
    this.#counters[slot] = count + 1;
    return ((mixed >>> 16) + count) & 0xffff;
  }
}
