import { type IpAddress, sameWords } from "@mnet/core";
import type { AddressEntry } from "../contracts.ts";
import { commonPrefixLength, policyOf } from "./policy-table.ts";
import { scopeOfV6 } from "./scope.ts";

/**
 * The source address for a destination (RFC 6724 5), of those of the one interface (so that rule 5 never decides); the first that no other is
 * preferred to.
 * @param candidates preferred and deprecated addresses. @param destination unicast or a group.
 * @returns `null` without candidates.
 */
export function selectSource(
  candidates: readonly AddressEntry[],
  destination: IpAddress,
): AddressEntry | null {
  let best: AddressEntry | null = null;
  for (const candidate of candidates) {
    if (best === null || compareSources(candidate, best, destination) < 0) best = candidate;
  }
  return best;
}

/** Negative when `a` is preferred to `b` as a source for `destination`, positive for the reverse, 0 when no rule tells. */
export function compareSources(a: AddressEntry, b: AddressEntry, destination: IpAddress): number {
  const addressA = a.prefix.address;
  const addressB = b.prefix.address;
  return (
    sameAddressFirst(addressA, addressB, destination) ||
    appropriateScope(addressA, addressB, destination) ||
    avoidDeprecated(a, b) ||
    // Rules 4 and 5: there are no home addresses, and there is one interface.
    matchingLabel(addressA, addressB, destination) ||
    preferTemporary(a, b) ||
    longestPrefix(a, b, destination)
  );
}

/** Rule 1. */
function sameAddressFirst(a: IpAddress, b: IpAddress, destination: IpAddress): number {
  return Number(sameWords(b, destination)) - Number(sameWords(a, destination));
}

/** Rule 2: the smaller scope if it reaches as far as the destination's, else the larger. */
function appropriateScope(a: IpAddress, b: IpAddress, destination: IpAddress): number {
  const scopeA = scopeOfV6(a);
  const scopeB = scopeOfV6(b);
  const wanted = scopeOfV6(destination);
  if (scopeA < scopeB) return scopeA < wanted ? 1 : -1;
  if (scopeB < scopeA) return scopeB < wanted ? -1 : 1;
  return 0;
}

/** Rule 3. */
function avoidDeprecated(a: AddressEntry, b: AddressEntry): number {
  return Number(a.state === "deprecated") - Number(b.state === "deprecated");
}

/** Rule 6. */
function matchingLabel(a: IpAddress, b: IpAddress, destination: IpAddress): number {
  const { label } = policyOf(destination);
  return Number(policyOf(b).label === label) - Number(policyOf(a).label === label);
}

/** Rule 7. */
function preferTemporary(a: AddressEntry, b: AddressEntry): number {
  return Number(b.origin === "temporary") - Number(a.origin === "temporary");
}

/** Rule 8: no more than the prefix counts (RFC 6724 2.2). */
function longestPrefix(a: AddressEntry, b: AddressEntry, destination: IpAddress): number {
  return common(b, destination) - common(a, destination);
}

function common({ prefix }: AddressEntry, destination: IpAddress): number {
  return Math.min(commonPrefixLength(prefix.address, destination), prefix.length);
}
