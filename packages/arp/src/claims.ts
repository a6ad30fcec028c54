import {
  accepted,
  DeadlineHeap,
  type IpAddress,
  type IpPrefix,
  MacAddress,
  type Millis,
  type Random,
  randomFraction,
} from "@mnet/core";
import { ClaimPhase, OwnAddress } from "./own-address.ts";
import type { ArpParameters } from "./params.ts";
import type { ArpTransmitter } from "./transmitter.ts";

/**
 * What was done about an address conflict. `defended`: we announced the address once more and keep it. `contested`: the other one went
 * on within DEFEND_INTERVAL; we do not fight, and the address stays until it is removed. `refused`: it was still being probed, and is
 * gone.
 */
export type ConflictOutcome = "defended" | "contested" | "refused";

export type ConflictSink = (
  address: IpAddress,
  mac: MacAddress,
  now: Millis,
  outcome: ConflictOutcome,
) => void;
export type UsableSink = (address: IpAddress, now: Millis) => void;

/** Our own addresses, and how they are claimed and defended (RFC 5227). */
export class AddressClaims {
  onConflict: ConflictSink | null = null;
  onUsable: UsableSink | null = null;
  readonly #transmitter: ArpTransmitter;
  readonly #random: Random;
  readonly #parameters: ArpParameters;
  readonly #own = new Map<number, OwnAddress>();
  readonly #heap = new DeadlineHeap<OwnAddress>((own) => own.deadline);
  /** Probings lost since the last one that was won. */
  #refusals = 0;
  #probedAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(transmitter: ArpTransmitter, random: Random, parameters: ArpParameters) {
    this.#transmitter = transmitter;
    this.#random = random;
    this.#parameters = parameters;
  }

  find(bits: number): OwnAddress | null {
    return this.#own.get(bits) ?? null;
  }

  /** @throws RangeError when there are as many addresses as there may be. */
  add(prefix: IpPrefix, now: Millis, how: "announce" | "probe"): void {
    this.remove(prefix.address.w3);
    if (this.#own.size >= this.#parameters.addressCapacity) {
      throw new RangeError(
        `prefix ${prefix} is one more than the ${this.#parameters.addressCapacity} addresses there may be`,
      );
    }
    const own = new OwnAddress(prefix, ClaimPhase.Settled);
    this.#own.set(own.bits, own);
    if (how === "probe") this.#beginProbing(own, now);
    else this.#beginAnnouncing(own, now);
  }

  remove(bits: number): void {
    const own = this.#own.get(bits);
    if (own === undefined) return;
    this.#own.delete(bits);
    this.#heap.remove(own);
  }

  /** Claims every address again, as RFC 5227 2.1 asks for when the link comes up or the machine wakes. */
  renew(now: Millis): void {
    for (const own of this.#own.values()) {
      if (own.usable) this.#beginAnnouncing(own, now);
      else this.#beginProbing(own, now);
    }
  }

  /** Whether `bits` can be a host on one of our prefixes. */
  isOnLink(bits: number): boolean {
    for (const own of this.#own.values()) {
      if (own.covers(bits)) return true;
    }
    return false;
  }

  /** The address to ask from: on the longest prefix that `target` is on, else any; 0 when none is usable. */
  sourceFor(target: number): number {
    let best = 0;
    let length = -1;
    for (const own of this.#own.values()) {
      if (!own.usable) continue;
      const match = own.covers(target) ? own.prefix.length : -1;
      if (best !== 0 && match <= length) continue;
      best = own.bits;
      length = match;
    }
    return best;
  }

  /**
   * A packet showed that the station `high`/`low` uses, or probes, an address of ours too. While probing the address is given up
   * (2.1.1); afterwards it is defended, once per DEFEND_INTERVAL (2.4 b). Reported when something was decided, not for each packet.
   */
  conflict(own: OwnAddress, high: number, low: number, now: Millis): void {
    if (!own.usable) {
      this.remove(own.bits);
      this.#refusals += 1;
      this.#report(own, high, low, now, "refused");
    } else if (now - own.defendedAt >= this.#parameters.defendInterval) {
      own.defendedAt = now;
      own.contested = false;
      this.#transmitter.announce(own.bits);
      this.#report(own, high, low, now, "defended");
    } else if (!own.contested) {
      own.contested = true;
      this.#report(own, high, low, now, "contested");
    }
  }

  nextDeadline(): Millis {
    return this.#heap.next();
  }

  onDeadline(now: Millis): void {
    for (let own = this.#heap.popDue(now); own !== null; own = this.#heap.popDue(now)) this.#step(own, now);
  }

  #step(own: OwnAddress, now: Millis): void {
    if (own.phase === ClaimPhase.Probing) this.#probe(own, now);
    else if (own.phase === ClaimPhase.Announcing) this.#announce(own, now);
    else if (own.phase === ClaimPhase.Waiting) {
      this.#refusals = 0;
      this.#beginAnnouncing(own, now);
      this.onUsable?.(own.prefix.address, now);
    }
  }

  /** RFC 5227 2.1.1: a random delay first; after MAX_CONFLICTS lost probings, one every RATE_LIMIT_INTERVAL. */
  #beginProbing(own: OwnAddress, now: Millis): void {
    const { maxConflicts, rateLimitInterval, probeWait } = this.#parameters;
    const limited = this.#refusals >= maxConflicts;
    const from = limited ? Math.max(now, this.#probedAt + rateLimitInterval) : now;
    this.#probedAt = from;
    own.phase = ClaimPhase.Probing;
    own.sent = 0;
    this.#wakeAt(own, from + randomFraction(this.#random) * probeWait);
  }

  #probe(own: OwnAddress, now: Millis): void {
    const { probeMin, probeMax, probeCount, announceWait } = this.#parameters;
    // A probe that the device did not take proves nothing: it is sent again.
    if (accepted(this.#transmitter.probe(own.bits))) own.sent += 1;
    if (own.sent >= probeCount) {
      own.phase = ClaimPhase.Waiting;
      this.#wakeAt(own, now + announceWait);
    } else {
      this.#wakeAt(own, now + probeMin + randomFraction(this.#random) * (probeMax - probeMin));
    }
  }

  #beginAnnouncing(own: OwnAddress, now: Millis): void {
    own.phase = ClaimPhase.Announcing;
    own.sent = 0;
    this.#announce(own, now);
  }

  #announce(own: OwnAddress, now: Millis): void {
    const { announceCount, announceInterval } = this.#parameters;
    if (accepted(this.#transmitter.announce(own.bits))) own.sent += 1;
    const done = own.sent >= announceCount;
    if (done) own.phase = ClaimPhase.Settled;
    this.#wakeAt(own, done ? Number.POSITIVE_INFINITY : now + announceInterval);
  }

  #wakeAt(own: OwnAddress, at: Millis): void {
    own.deadline = at;
    this.#heap.arm(own);
  }

  #report(own: OwnAddress, high: number, low: number, now: Millis, outcome: ConflictOutcome): void {
    this.onConflict?.(own.prefix.address, new MacAddress(high, low), now, outcome);
  }
}
