import { KeyedHash, type Random, randomInteger, type Words } from "@mnet/core";
import { LARGEST_PORT_STEP, PORT_COUNTERS } from "./params.ts";

/** Whether a connection, half-open or TIME-WAIT record has this local port towards the peer, or a listener is bound to it. */
export type PortUse = (port: number) => boolean;

/**
 * Local ports by RFC 6056 3.3.4 (algorithm 4, double-hash) with the random increments of 3.3.5: a secret offset per peer, and one of many
 * counters picked by a second secret hash. Connections to one peer use ports in turn, so that a port rests before it is used again, but
 * nobody else can tell where, nor a peer how many connections go elsewhere, nor for certain which comes next.
 */
export class EphemeralPorts {
  readonly #first: number;
  readonly #count: number;
  readonly #random: Random;
  readonly #hash: KeyedHash;
  readonly #counters = new Uint16Array(PORT_COUNTERS);

  constructor(range: { readonly first: number; readonly last: number }, random: Random) {
    this.#first = range.first;
    this.#count = range.last - range.first + 1;
    this.#random = random;
    this.#hash = new KeyedHash(random);
    for (let at = 0; at < PORT_COUNTERS; at++) this.#counters[at] = random.u32() % this.#count;
  }

  /** A free port for a connection to `remote`, or -1 when all are in use. */
  choose(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number, inUse: PortUse): number {
    const offset = this.#hash.flow(local, remote, 0, remotePort);
    const slot = this.#hash.high & (PORT_COUNTERS - 1);
    const from = this.#counters[slot]! + randomInteger(this.#random, 1, LARGEST_PORT_STEP);
    for (let tries = 0; tries < this.#count; tries++) {
      const port = this.#first + ((offset + from + tries) % this.#count);
      if (inUse(port)) continue;
      this.#counters[slot] = (from + tries) % this.#count;
      return port;
    }
    return -1;
  }
}
