import type { Millis } from "@mnet/core";
import { type Ipv4Parameters, PLATEAUS } from "../params.ts";

interface LearnedMtu {
  mtu: number;
  expires: Millis;
}

/**
 * The path MTUs that routers told us (RFC 1191), by destination. They are only ever lowered, and forgotten after a while so that a
 * wider path is found again (RFC 1191 6.3).
 */
export class PathMtuTable {
  readonly #parameters: Ipv4Parameters;
  /** In the order in which they expire: a lowered entry goes to the end. */
  readonly #learned = new Map<number, LearnedMtu>();

  constructor(parameters: Ipv4Parameters) {
    this.#parameters = parameters;
  }

  get size(): number {
    return this.#learned.size;
  }

  /** The path MTU to `destination`, at most `linkMtu`. */
  mtuOf(destination: number, linkMtu: number): number {
    const learned = this.#learned.get(destination);
    return learned === undefined ? linkMtu : Math.min(linkMtu, learned.mtu);
  }

  /**
   * What the path MTU becomes when a router reports `reported` for a datagram of `octets`. RFC 1191 5: zero is an old router's, so the
   * next plateau below the datagram is tried; the estimate never rises, and an MTU that the datagram fitted in changes nothing.
   */
  estimate(destination: number, linkMtu: number, reported: number, octets: number): number {
    const current = this.mtuOf(destination, linkMtu);
    if (reported > 0 && reported >= octets) return current;
    const told = reported > 0 ? reported : plateauBelow(Math.min(current, octets));
    return Math.min(current, Math.max(told, this.#parameters.minimumPathMtu));
  }

  /** Stores an estimate. */
  lower(destination: number, mtu: number, now: Millis): void {
    this.#learned.delete(destination);
    if (this.#learned.size >= this.#parameters.pathMtuEntries) {
      for (const oldest of this.#learned.keys()) {
        this.#learned.delete(oldest);
        break;
      }
    }
    this.#learned.set(destination, { mtu, expires: now + this.#parameters.pathMtuTimeout });
  }

  nextDeadline(): Millis {
    if (this.#learned.size === 0) return Number.POSITIVE_INFINITY;
    for (const learned of this.#learned.values()) return learned.expires;
    return Number.POSITIVE_INFINITY;
  }

  /** Forgets what has expired; true when something did. */
  expire(now: Millis): boolean {
    const before = this.#learned.size;
    for (const [destination, learned] of this.#learned) {
      if (learned.expires > now) break;
      this.#learned.delete(destination);
    }
    return this.#learned.size < before;
  }
}

function plateauBelow(octets: number): number {
  for (const plateau of PLATEAUS) if (plateau < octets) return plateau;
  return PLATEAUS[PLATEAUS.length - 1]!;
}
