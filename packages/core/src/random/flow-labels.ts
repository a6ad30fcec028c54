import type { Words } from "../address/words.ts";
import { KeyedHash } from "./keyed-hash.ts";
import type { Random } from "./random.ts";

const MASK = 0xf_ffff;

/**
 * IPv6 flow labels (RFC 6437 3): a keyed hash of the flow, so that all packets of one have the same, those sent before there is a connection
 * included, and it tells nothing about other flows: two hosts cannot link theirs by it. Each protocol has its own labels, with a secret of
 * their own; nothing is allocated.
 */
export class FlowLabels {
  readonly #hash: KeyedHash;

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
  }

  /**
   * 20 bits, never 0, which would mean none; 0 over IPv4, which has none.
   * @param localPort 16 bits, as `remotePort`: whatever tells the flows between two addresses apart.
   */
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
