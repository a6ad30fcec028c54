import type { Words } from "@mnet/core";
import type { Router, SpecificRoute } from "./router.ts";

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
    const candidate = candidateOf(router, destination, countsAsReachable(router, isReachable));
    if (candidate !== null) candidates.push(candidate);
  }
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (best === null || compare(candidate, best) < 0) best = candidate;
  }
  if (best === null) return null;
  const chosen = best;
  const avoided = candidates.filter(
    (other) => !other.reachable && chosen.reachable && compareWays(other, chosen) < 0,
  );
  return {
    router: chosen.router,
    prefixLength: chosen.prefixLength,
    avoided: avoided.map(({ router }) => router),
  };
}

/** The default routers in the order in which {@link chooseRouter} would take them; those that nothing tells apart stay in theirs. */
export function rankDefaultRouters(
  routers: readonly Router[],
  isReachable: (router: Router) => boolean,
): Router[] {
  return routers
    .filter(({ isDefault }) => isDefault)
    .map((router) => ({
      router,
      prefixLength: 0,
      preference: router.rank,
      reachable: countsAsReachable(router, isReachable),
    }))
    .sort(compare)
    .map(({ router }) => router);
}

/** All more-specific routes (RFC 4191 2.3): those to one prefix are in the order in which {@link chooseRouter} would take them. */
export function rankSpecificRoutes(
  routers: readonly Router[],
  isReachable: (router: Router) => boolean,
): { router: Router; route: SpecificRoute }[] {
  return routers
    .flatMap((router) => {
      const reachable = countsAsReachable(router, isReachable);
      return router.routes.map((route) => {
        const { prefix, preference } = route;
        return { router, route, prefixLength: prefix.length, preference, reachable };
      });
    })
    .sort(compare);
}

/** Whether a router is taken for reachable. */
function countsAsReachable(router: Router, isReachable: (router: Router) => boolean): boolean {
  return router.trusted || isReachable(router);
}

/** The best way by one router, or `null` when it has none to the destination. */
function candidateOf(router: Router, destination: Readonly<Words>, reachable: boolean): Candidate | null {
  let candidate: Candidate | null = router.isDefault
    ? { router, prefixLength: 0, preference: router.rank, reachable }
    : null;
  for (const { prefix, preference } of router.routes) {
    if (!prefix.contains(destination)) continue;
    const other = { router, prefixLength: prefix.length, preference, reachable };
    if (candidate === null || compareWays(other, candidate) < 0) candidate = other;
  }
  return candidate;
}

/** Negative when `one` is the better candidate. */
function compare(one: Candidate, other: Candidate): number {
  if (one.reachable !== other.reachable) return one.reachable ? -1 : 1;
  if (!one.reachable && one.router.failedAt !== other.router.failedAt)
    return one.router.failedAt < other.router.failedAt ? -1 : 1;
  return compareWays(one, other);
}

/** As {@link compare}, whether they are reachable or not. */
function compareWays(one: Candidate, other: Candidate): number {
  return other.prefixLength - one.prefixLength || other.preference - one.preference;
}
