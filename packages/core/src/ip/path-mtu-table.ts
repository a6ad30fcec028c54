import type { Words } from "../address/words.ts";
import { WordsMap } from "../table/words-map.ts";
import type { Millis } from "../time/host.ts";

/** The bounds of a {@link PathMtuTable}. */
export interface PathMtuBounds {
  /** Destinations with a learned path MTU; the one learned longest ago goes first. */
  readonly pathMtuEntries: number;
  /** How long a learned path MTU is believed. */
  readonly pathMtuTimeout: Millis;
}

interface LearnedMtu {
  readonly destination: Readonly<Words>;
  readonly mtu: number;
  readonly expires: Millis;
}

/**
 * The path MTUs that routers told us, by destination (RFC 1191, RFC 8201). They are only ever lowered, and forgotten after a while so that
 * a wider path is found again (RFC 1191 6.3, RFC 8201 4). What to believe of a report is the owner's decision.
 */
export class PathMtuTable {
  readonly #bounds: PathMtuBounds;
  /** In the order in which they expire: a lowered entry goes to the end. */
  readonly #learned = new WordsMap<LearnedMtu>();

  constructor(bounds: PathMtuBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#learned.size;
  }

  /** The path MTU to `destination`, at most `linkMtu`. */
  mtuOf(destination: Readonly<Words>, linkMtu: number): number {
    const learned = this.#learned.get(destination);
    return learned === null ? linkMtu : Math.min(linkMtu, learned.mtu);
  }

  /** Stores a path MTU that is lower than the one known. */
  lower(destination: Readonly<Words>, mtu: number, now: Millis): void {
    const { w0, w1, w2, w3 } = destination;
    const key = { w0, w1, w2, w3 };
    const oldest = this.#learned.oldest();
    if (oldest !== null && this.#learned.size >= this.#bounds.pathMtuEntries && !this.#learned.has(key)) {
      this.#learned.delete(oldest);
    }
    this.#learned.set(key, { destination: key, mtu, expires: now + this.#bounds.pathMtuTimeout });
  }

  nextDeadline(): Millis {
    return this.#learned.oldestValue()?.expires ?? Number.POSITIVE_INFINITY;
  }

  /** Forgets what has expired; true when something did. */
  expire(now: Millis): boolean {
    let forgotten = false;
    for (;;) {
      const learned = this.#learned.oldestValue();
      if (learned === null || learned.expires > now) return forgotten;
      this.#learned.delete(learned.destination);
      forgotten = true;
    }
  }
}
