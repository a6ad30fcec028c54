import { type IpAddress, IpPrefix } from "@mnet/core";
import { hasZone } from "./zoned-address.ts";

/** An address that the stack uses. */
export interface OwnAddress {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** Scopes from the narrowest (RFC 4291 2.7, RFC 6724 3.1). Loopback is one of its own here: from there no way leads to another host. */
const HOST = 1;
const LINK = 2;
const GLOBAL = 14;

interface Candidate {
  readonly address: IpAddress;
  readonly prefix: IpPrefix;
  readonly scope: number;
}

/** The addresses of one family, and which of them something leaves from. */
export class SourceAddresses {
  readonly #candidates: readonly Candidate[];

  constructor(own: readonly OwnAddress[]) {
    this.#candidates = own.map(({ address, prefixLength }) => ({
      address,
      prefix: new IpPrefix(address, prefixLength),
      scope: scopeOf(address),
    }));
  }

  /**
   * The address on the destination's link, else the one with the longest prefix that has the destination in it, else the one with the narrowest scope
   * that reaches it (RFC 6724 5, rule 2), else the first. `null` leaves it to the host.
   */
  to(destination: IpAddress): IpAddress | null {
    const [first, ...others] = this.#candidates;
    if (first === undefined || first.address.isUnspecified) return null;
    let best = first;
    for (const other of others) {
      if (isBetter(other, best, destination)) best = other;
    }
    return best.address;
  }
}

function isBetter(one: Candidate, other: Candidate, destination: IpAddress): boolean {
  const byZone = onLink(one.address, destination) - onLink(other.address, destination);
  if (byZone !== 0) return byZone > 0;
  const byPrefix = matching(one.prefix, destination) - matching(other.prefix, destination);
  if (byPrefix !== 0) return byPrefix > 0;
  const scope = scopeOf(destination);
  if (one.scope === other.scope) return false;
  // The wider one where the other does not reach, the narrower one where both do.
  return one.scope < other.scope ? one.scope >= scope : other.scope < scope;
}

/** Of a destination with a zone: 1 for an address in that zone, -1 for one in another. */
function onLink(address: IpAddress, destination: IpAddress): number {
  if (!hasZone(destination) || !hasZone(address)) return 0;
  return address.zone === destination.zone ? 1 : -1;
}

function matching(prefix: IpPrefix, destination: IpAddress): number {
  return prefix.contains(destination) ? prefix.length : -1;
}

function scopeOf(address: IpAddress): number {
  if (address.isLoopback) return HOST;
  if (address.isLinkLocal || address.isLimitedBroadcast) return LINK;
  return address.multicastScope === 0 ? GLOBAL : address.multicastScope;
}
