import { type Millis, type Random, randomFraction } from "@mnet/core";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";

/** What routers can set for the link (RFC 4861 6.3.2), each within bounds. */
export class LinkParameters {
  /** CurHopLimit; `null` while no router has said. */
  hopLimit: number | null = null;
  /** The MTU that a router said; `null` while none has. At least 1280 and at most the link's own. */
  mtu: number | null = null;
  retransTimer: Millis;
  readonly #random: Random;
  readonly #parameters: NeighborDiscoveryParameters;
  #base: Millis;
  #reachable: Millis = 0;
  #redrawAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(random: Random, parameters: NeighborDiscoveryParameters) {
    this.#random = random;
    this.#parameters = parameters;
    this.#base = parameters.reachableTime;
    this.retransTimer = parameters.retransTimer;
  }

  /** ReachableTime: a random part of the base, drawn anew when the base changes and every few hours (RFC 4861 6.3.4). */
  reachableTime(now: Millis): Millis {
    if (now >= this.#redrawAt) {
      const { minimumRandomFactor: least, maximumRandomFactor: most, reachableTimeRedraw } = this.#parameters;
      this.#reachable = this.#base * (least + randomFraction(this.#random) * (most - least));
      this.#redrawAt = now + reachableTimeRedraw;
    }
    return this.#reachable;
  }

  /** Cur Hop Limit of an advertisement; 0 says nothing. */
  setHopLimit(hopLimit: number): void {
    if (hopLimit >= Math.max(1, this.#parameters.minimumHopLimit)) this.hopLimit = hopLimit;
  }

  /** Reachable Time of an advertisement; 0 says nothing. */
  setReachableTime(time: Millis): void {
    if (time === 0) return;
    const { minimumReachableTime, maximumReachableTime } = this.#parameters;
    const base = Math.min(Math.max(time, minimumReachableTime), maximumReachableTime);
    if (base === this.#base) return;
    this.#base = base;
    this.#redrawAt = Number.NEGATIVE_INFINITY;
  }

  /** Retrans Timer of an advertisement; 0 says nothing. */
  setRetransTimer(time: Millis): void {
    if (time === 0) return;
    const { minimumRetransTimer, maximumRetransTimer } = this.#parameters;
    this.retransTimer = Math.min(Math.max(time, minimumRetransTimer), maximumRetransTimer);
  }
}
