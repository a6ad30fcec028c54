import { IpAddress, type Random, type Words, WordsMap } from "@mnet/core";

interface Redirected {
  readonly destination: IpAddress;
  readonly hop: IpAddress;
}

/** The destinations for which a router told us a better first hop (RFC 4861 8.3): the part of the destination cache that is learned. */
export class Redirects {
  readonly #map: WordsMap<Redirected>;
  readonly #capacity: number;

  constructor(capacity: number, random: Random) {
    this.#capacity = capacity;
    this.#map = new WordsMap(random);
  }

  get size(): number {
    return this.#map.size;
  }

  get(destination: Readonly<Words>): IpAddress | null {
    return this.#map.get(destination)?.hop ?? null;
  }

  /** The oldest makes room. */
  set(destination: Readonly<Words>, hop: Readonly<Words>): void {
    if (!this.#map.has(destination) && this.#map.size >= this.#capacity)
      this.#map.delete(this.#map.oldest()!);
    const redirected = { destination: IpAddress.fromWords(destination), hop: IpAddress.fromWords(hop) };
    this.#map.set(destination, redirected);
  }

  /** Forgets every redirect to a first hop that is no longer good. @returns whether there were any. */
  forget(hop: Readonly<Words>): boolean {
    const before = this.#map.size;
    for (const redirected of this.#map.values()) {
      if (redirected.hop.equals(hop)) this.#map.delete(redirected.destination);
    }
    return this.#map.size < before;
  }
}
