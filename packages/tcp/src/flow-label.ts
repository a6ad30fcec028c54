import { KeyedHash, type Random, type Words } from "@mnet/core";

const MASK = 0xf_ffff;

/**
 * IPv6 flow labels (RFC 6437): a keyed hash of the 4-tuple, so that all segments of a flow have the same one, those sent before there is a
 * connection included, and it tells nothing about other flows. Zero would mean none.
 */
export class FlowLabels {
  readonly #hash: KeyedHash;

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
  }

  /** 20 bits; 0 over IPv4, which has none. */
  of(
    family: 4 | 6,
    local: Readonly<Words>,
    localPort: number,
    remote: Readonly<Words>,
    remotePort: number,
  ): number {
    if (family === 4) return 0;
    return this.#hash.flow(local, remote, localPort, remotePort) & MASK || 1;
  }
}
