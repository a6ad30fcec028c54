import type { IpAddress, IpPrefix, Millis } from "@mnet/core";

/** RFC 4191 2.1. */
export type RouterPreference = "high" | "medium" | "low";

/** A default router, as applications see it. */
export interface RouterInfo {
  readonly address: IpAddress;
  readonly preference: RouterPreference;
  /** When it stops being one; `Infinity` for the one that was set by hand. */
  readonly validUntil: Millis;
  /** Whether packets to it would be sent at once (RFC 4861 6.3.6: "reachable or probably reachable"). */
  readonly reachable: boolean;
}

/** A more-specific route by a router (RFC 4191 2.3). */
export interface SpecificRoute {
  /** Without host bits. */
  readonly prefix: IpPrefix;
  preference: number;
  validUntil: Millis;
}

/** Preferences as numbers that compare; `Fixed` is that of a gateway set by hand. */
export const Preference = { Low: -1, Medium: 0, High: 1, Fixed: 2 } as const;

/** A router that we know: a default router, or one with more-specific routes, or both. */
export class Router {
  readonly address: IpAddress;
  /** Set by hand: a default router whatever it advertises. */
  fixed = false;
  /** What its advertisements say of it as a default router. */
  preference: number = Preference.Medium;
  /** Until when it is a default router by its advertisements; `-Infinity` when it is none. */
  defaultUntil: Millis = Number.NEGATIVE_INFINITY;
  readonly routes: SpecificRoute[] = [];
  /** When it was last found unreachable, and has not been reached since. */
  failedAt: Millis = Number.NEGATIVE_INFINITY;
  /** Whether another one is used only because this one does not answer. */
  avoided = false;
  /** When it may be probed next for that (RFC 4191 3.5). */
  probeAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(address: IpAddress) {
    this.address = address;
  }

  get isDefault(): boolean {
    return this.fixed || this.defaultUntil > Number.NEGATIVE_INFINITY;
  }

  /** Whether it was set by hand and never found unreachable: it is taken without being known to be there. */
  get trusted(): boolean {
    return this.fixed && this.failedAt === Number.NEGATIVE_INFINITY;
  }

  get rank(): number {
    return this.fixed ? Preference.Fixed : this.preference;
  }

  info(reachable: boolean): RouterInfo {
    const { address, rank, fixed, defaultUntil } = this;
    return {
      address,
      preference: rank >= Preference.High ? "high" : rank === Preference.Low ? "low" : "medium",
      validUntil: fixed ? Number.POSITIVE_INFINITY : defaultUntil,
      reachable,
    };
  }
}

/** The two Prf bits (RFC 4191 2.1), at their place in the flags octet of an advertisement or a Route Information option; `null` for the reserved value. */
export function preferenceOf(flags: number): number | null {
  const bits = (flags >> 3) & 3;
  if (bits === 2) return null;
  return bits === 1 ? Preference.High : bits === 3 ? Preference.Low : Preference.Medium;
}
