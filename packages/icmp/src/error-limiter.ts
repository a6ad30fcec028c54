import {
  AddressWords,
  KeyedHash,
  type Millis,
  type Random,
  randomInteger,
  sameWords,
  TokenBucket,
  type Words,
} from "@mnet/core";
import { type IcmpParameters, LIMITER_SETS, LIMITER_WAYS } from "./params.ts";

/** Mean of the tokens that one error costs, see {@link ErrorLimiter.allow}: 0, 1 or 2. */
const MOST_TOKENS = 2;

/**
 * Whether an ICMP error may be sent now (RFC 1812 4.3.2.8, RFC 4443 2.4 f): a token bucket per destination, then one for all.
 *
 * Two defences against reading the limiter from afar (CVE-2020-25705, "SAD DNS": who can see a global limit run dry learns which
 * ports are open). The bucket of the destination comes first, so that one forged source cannot drain the global one; and the price of an
 * error in the global bucket is random.
 *
 * The destinations are a set-associative table of fixed size under a keyed hash. A newcomer replaces the entry of its set that is
 * nearest to a full bucket, which is the one whose loss matters least.
 */
export class ErrorLimiter {
  readonly #global: TokenBucket;
  readonly #random: Random;
  readonly #hash: KeyedHash;
  readonly #rate: number;
  readonly #burst: number;
  readonly #entries: readonly Entry[];

  constructor(parameters: IcmpParameters, random: Random) {
    this.#global = new TokenBucket(parameters.errorRate, parameters.errorBurst);
    this.#random = random;
    this.#hash = new KeyedHash(random);
    this.#rate = parameters.destinationErrorRate / 1000;
    this.#burst = parameters.destinationErrorBurst;
    this.#entries = Array.from({ length: LIMITER_SETS * LIMITER_WAYS }, () => new Entry());
  }

  /** Takes what one error to `destination` costs; `false` when it must not be sent. */
  allow(destination: Readonly<Words>, now: Millis): boolean {
    const entry = this.#entryOf(destination, now);
    entry.tokens = Math.min(this.#burst, entry.levelAt(now, this.#rate));
    entry.filledAt = now;
    if (entry.tokens < 1) return false;
    entry.tokens -= 1;
    return this.#global.take(now, randomInteger(this.#random, 0, MOST_TOKENS));
  }

  #entryOf(destination: Readonly<Words>, now: Millis): Entry {
    this.#hash.begin();
    this.#hash.address(destination);
    const first = (this.#hash.end() % LIMITER_SETS) * LIMITER_WAYS;
    let fullest = this.#entries[first]!;
    for (let way = 0; way < LIMITER_WAYS; way++) {
      const entry = this.#entries[first + way]!;
      if (entry.used && sameWords(entry.destination, destination)) return entry;
      if (entry.levelAt(now, this.#rate) > fullest.levelAt(now, this.#rate)) fullest = entry;
    }
    fullest.used = true;
    fullest.destination.copy(destination);
    fullest.tokens = this.#burst;
    fullest.filledAt = now;
    return fullest;
  }
}

class Entry {
  used = false;
  readonly destination = new AddressWords();
  tokens = 0;
  filledAt: Millis = 0;

  /** Tokens without the upper bound, so that of two full buckets the one idle for longer is the fuller. */
  levelAt(now: Millis, rate: number): number {
    return this.used ? this.tokens + Math.max(0, now - this.filledAt) * rate : Number.POSITIVE_INFINITY;
  }
}
