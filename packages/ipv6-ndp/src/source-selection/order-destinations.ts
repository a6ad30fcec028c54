import type { IpAddress } from "@mnet/core";
import type { AddressEntry } from "../contracts.ts";
import { commonPrefixLength, policyOf } from "./policy-table.ts";
import { scopeOf } from "./scope.ts";

/** What ordering needs of the source that a destination would be reached from. */
export interface DestinationSource {
  readonly address: IpAddress;
  /** Bits of the prefix that it was given with: no more of it says what is near (RFC 6724 2.2). Not looked at for IPv4. */
  readonly prefixLength: number;
  /** Whether it is deprecated; IPv4 addresses never are. */
  readonly deprecated: boolean;
}

interface Candidate {
  readonly destination: IpAddress;
  readonly source: DestinationSource | null;
}

/**
 * Destinations of either family in the order in which to try them (RFC 6724 6).
 * @param sourceFor the source that would be used towards a destination, or `null` when there is no way to it.
 * @returns a new array; those that no rule tells apart stay in their order (rule 10).
 */
export function orderDestinations(
  destinations: readonly IpAddress[],
  sourceFor: (destination: IpAddress) => DestinationSource | null,
): IpAddress[] {
  const candidates = destinations.map((destination) => ({ destination, source: sourceFor(destination) }));
  candidates.sort(compare);
  return candidates.map(({ destination }) => destination);
}

/** {@link DestinationSource} of an address of the interface. */
export function destinationSource(entry: AddressEntry): DestinationSource {
  const { address, length } = entry.prefix;
  return { address, prefixLength: length, deprecated: entry.state === "deprecated" };
}

function compare(a: Candidate, b: Candidate): number {
  // Rule 1: avoid unusable destinations.
  if (a.source === null || b.source === null) return Number(a.source === null) - Number(b.source === null);
  return (
    // Rule 2: prefer matching scope.
    Number(sameScope(b.destination, b.source)) - Number(sameScope(a.destination, a.source)) ||
    // Rule 3: avoid deprecated addresses. Rule 4: there are no home addresses.
    Number(a.source.deprecated) - Number(b.source.deprecated) ||
    // Rule 5: prefer matching label.
    Number(sameLabel(b.destination, b.source)) - Number(sameLabel(a.destination, a.source)) ||
    // Rule 6: prefer higher precedence. Rule 7: nothing is tunnelled.
    policyOf(b.destination).precedence - policyOf(a.destination).precedence ||
    // Rule 8: prefer smaller scope.
    scopeOf(a.destination) - scopeOf(b.destination) ||
    longestPrefix(a.destination, a.source, b.destination, b.source)
  );
}

function sameScope(destination: IpAddress, { address }: DestinationSource): boolean {
  return scopeOf(destination) === scopeOf(address);
}

function sameLabel(destination: IpAddress, { address }: DestinationSource): boolean {
  return policyOf(destination).label === policyOf(address).label;
}

/**
 * Rule 9, for IPv6 alone, within the prefixes of the sources: interface identifiers say nothing of nearness. RFC 6724 has it for both
 * families; among IPv4 addresses, most of which are translated on the way, a common prefix says nothing of it either and would only undo
 * the order that a name server chose.
 */
function longestPrefix(
  a: IpAddress,
  sourceA: DestinationSource,
  b: IpAddress,
  sourceB: DestinationSource,
): number {
  if (a.family !== 6 || b.family !== 6) return 0;
  return common(b, sourceB) - common(a, sourceA);
}

function common(destination: IpAddress, { address, prefixLength }: DestinationSource): number {
  return Math.min(commonPrefixLength(destination, address), prefixLength);
}
