import { IpAddress, type Millis, type Random, randomFraction } from "@mnet/core";
import type { NdTransmitter } from "../neighbor/transmitter.ts";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";

/** Randomisation of the back-off: a tenth either way (RFC 7559 2). */
const RANDOMIZATION = 0.1;

/**
 * Asks for routers (RFC 4861 6.3.7): three times, RTR_SOLICITATION_INTERVAL apart, then ever more seldom and for ever (RFC 7559), until one
 * answers that it is a default router.
 */
export class RouterSolicitor {
  readonly #transmitter: NdTransmitter;
  readonly #source: () => IpAddress | null;
  readonly #random: Random;
  readonly #parameters: NeighborDiscoveryParameters;
  #at: Millis = Number.POSITIVE_INFINITY;
  #sent = 0;
  #interval: Millis = 0;

  /** @param source the address to ask from: link-local, assigned; `null` while there is none. */
  constructor(
    transmitter: NdTransmitter,
    source: () => IpAddress | null,
    random: Random,
    parameters: NeighborDiscoveryParameters,
  ) {
    this.#transmitter = transmitter;
    this.#source = source;
    this.#random = random;
    this.#parameters = parameters;
  }

  /** Begins anew. @param at when the first one goes out; the caller has made it random. */
  start(at: Millis): void {
    this.#at = at;
    this.#sent = 0;
  }

  /** A default router has answered, or the link has gone. */
  stop(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  nextDeadline(): Millis {
    return this.#at;
  }

  onDeadline(now: Millis): void {
    if (now < this.#at) return;
    // RFC 4861 4.1: from `::` while no address is assigned.
    this.#transmitter.solicitRouters(this.#source() ?? IpAddress.anyV6, now);
    this.#sent += 1;
    this.#interval = this.#next();
    this.#at = now + this.#interval;
  }

  /** RFC 7559 2, with the first intervals of RFC 4861. */
  #next(): Millis {
    const { solicitationCount, solicitationInterval, solicitationMaximumInterval } = this.#parameters;
    if (this.#sent < solicitationCount) return solicitationInterval;
    const factor = (2 * randomFraction(this.#random) - 1) * RANDOMIZATION;
    const doubled = 2 * this.#interval + factor * this.#interval;
    if (doubled <= solicitationMaximumInterval) return doubled;
    return solicitationMaximumInterval * (1 + factor);
  }
}
