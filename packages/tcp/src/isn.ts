import { KeyedHash, type Millis, type Random, type Words } from "@mnet/core";

/**
 * Initial sequence numbers by RFC 6528: ISN = M + F(4-tuple, secret), where M counts 4 microseconds and F is SipHash. Numbers of one
 * 4-tuple grow, so that a new incarnation does not meet segments of the old one; those of different tuples say nothing about
 * each other.
 */
export class InitialSequence {
  readonly #hash: KeyedHash;

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
  }

  /** The ISN of a connection that begins at `now`, as int32. */
  choose(
    local: Readonly<Words>,
    localPort: number,
    remote: Readonly<Words>,
    remotePort: number,
    now: Millis,
  ): number {
    // 250 ticks of 4 microseconds per millisecond; the modulus keeps clocks far from zero exact.
    const ticks = Math.floor(now * 250) % 0x1_0000_0000;
    return (this.#hash.flow(local, remote, localPort, remotePort) + ticks) | 0;
  }
}
