import type { Words } from "@mnet/core";
import type { Router } from "./router.ts";

/** A way by a router: as default router, or by one of its more-specific routes. */
interface Candidate {
  readonly router: Router;
  readonly prefixLength: number;
  readonly preference: number;
  readonly reachable: boolean;
}

export interface ChosenRouter {
  readonly router: Router;
  readonly prefixLength: number;
  /** The routers that would have been chosen if they were reachable. */
  readonly avoided: readonly Router[];
}

/**
 * RFC 4191 3.2: routers that are reachable go first, then longer prefixes, then preferences. Among unreachable ones the one whose last failure
 * is oldest, so that every failure leads to the next one (RFC 4861 6.3.6, 2). A router set by hand counts as reachable until it has failed: it
 * goes before the learned ones though nobody has asked for it yet.
 */
export function chooseRouter(
  routers: readonly Router[],
  destination: Readonly<Words>,
  isReachable: (router: Router) => boolean,
): ChosenRouter | null {
  const candidates: Candidate[] = [];
  for (const router of routers) {
    const candidate = candidateOf(router, destination, router.trusted || isReachable(router));
    if (candidate !== null) candidates.push(candidate);
  }
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (best === null || isBetter(candidate, best)) best = candidate;
  }
  if (best === null) return null;
  const chosen = best;
  const avoided = candidates.filter(
    (other) => !other.reachable && chosen.reachable && ranksHigher(other, chosen),
  );
  return {
    router: chosen.router,
    prefixLength: chosen.prefixLength,
    avoided: avoided.map(({ router }) => router),
  };
}

/** The best way by one router, or `null` when it has none to the destination. */
function candidateOf(router: Router, destination: Readonly<Words>, reachable: boolean): Candidate | null {
  let candidate: Candidate | null = router.isDefault
    ? { router, prefixLength: 0, preference: router.rank, reachable }
    : null;
  for (const { prefix, preference } of router.routes) {
    if (!prefix.contains(destination)) continue;
    const other = { router, prefixLength: prefix.length, preference, reachable };
    if (candidate === null || ranksHigher(other, candidate)) candidate = other;
  }
  return candidate;
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.reachable !== other.reachable) return one.reachable;
  if (!one.reachable && one.router.failedAt !== other.router.failedAt)
    return one.router.failedAt < other.router.failedAt;
  return ranksHigher(one, other);
}

function ranksHigher(one: Candidate, other: Candidate): boolean {
  if (one.prefixLength !== other.prefixLength) return one.prefixLength > other.prefixLength;
  return one.preference > other.preference;
}
