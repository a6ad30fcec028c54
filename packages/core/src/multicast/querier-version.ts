import type { Millis } from "../time/host.ts";
import type { MembershipParameters } from "./params.ts";
import type { MembershipQuery, OlderVersion } from "./query.ts";

/** What is known of the link's querier: which version it speaks (RFC 9776 7.2.1, RFC 9777 8.2.1), its variables. */
export class QuerierVersion {
  readonly #parameters: MembershipParameters;
  /** Until when a querier of the version one and two older is taken to be there. */
  #oneOlderUntil: Millis = Number.NEGATIVE_INFINITY;
  #twoOlderUntil: Millis = Number.NEGATIVE_INFINITY;
  #interval: Millis;
  robustness: number;
  /** The version of the oldest querier that is there. */
  older: OlderVersion = 0;

  constructor(parameters: MembershipParameters) {
    this.#parameters = parameters;
    this.#interval = parameters.multicastQueryInterval;
    this.robustness = parameters.multicastRobustness;
  }

  /** A query was heard. @returns whether another version is spoken from now on. */
  heard(query: MembershipQuery, now: Millis): boolean {
    if (query.older === 0) {
      // RFC 9776 4.1.6, 4.1.7: what a querier does not say is at its default.
      this.robustness = query.robustness || this.#parameters.multicastRobustness;
      this.#interval = query.interval || this.#parameters.multicastQueryInterval;
    } else {
      // RFC 9776 8.12: the older version querier present interval.
      const until = now + this.robustness * this.#interval + query.maximumResponse;
      if (query.older === 1) this.#oneOlderUntil = Math.max(this.#oneOlderUntil, until);
      else this.#twoOlderUntil = Math.max(this.#twoOlderUntil, until);
    }
    return this.expire(now);
  }

  /** @returns whether another version is spoken from now on. */
  expire(now: Millis): boolean {
    const before = this.older;
    this.older = this.#twoOlderUntil > now ? 2 : this.#oneOlderUntil > now ? 1 : 0;
    return this.older !== before;
  }

  /** When an older querier is forgotten. */
  nextDeadline(): Millis {
    if (this.older === 0) return Number.POSITIVE_INFINITY;
    return this.older === 2 ? this.#twoOlderUntil : this.#oneOlderUntil;
  }
}
