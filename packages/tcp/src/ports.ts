import { KeyedHash, type Random, randomInteger, type Words } from "@mnet/core";

/** Whether a connection, half-open or TIME-WAIT record has this local port towards the peer, or a listener is bound to it. */
export type PortUse = (port: number) => boolean;

/**
 * Local ports by RFC 6056 3.3.3 (algorithm 3, simple hash-based selection): a secret offset per peer and one counter, so that
 * connections to one peer use ports in turn and nobody else can tell where.
 */
export class EphemeralPorts {
  readonly #first: number;
  readonly #count: number;
  readonly #hash: KeyedHash;
  #next: number;

  constructor(range: { readonly first: number; readonly last: number }, random: Random) {
    this.#first = range.first;
    this.#count = range.last - range.first + 1;
    this.#hash = new KeyedHash(random);
    this.#next = randomInteger(random, 0, this.#count - 1);
  }

  /** A free port for a connection to `remote`, or -1 when all are in use. */
  choose(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number, inUse: PortUse): number {
    const offset = this.#hash.flow(local, remote, 0, remotePort);
    for (let tries = 0; tries < this.#count; tries++) {
      const port = this.#first + ((this.#next + offset) % this.#count);
      this.#next = (this.#next + 1) % this.#count;
      if (!inUse(port)) return port;
    }
    return -1;
  }
}
