import type { IpAddress, IpPrefix, Millis, Words } from "@mnet/core";
import type { RouterChoice } from "../contracts.ts";
import type { NeighborDiscoveryParameters } from "../params/neighbor-discovery.ts";
import { chooseRouter, rankDefaultRouters, rankSpecificRoutes } from "./choose.ts";
import { Router, type RouterInfo } from "./router.ts";

/** What the list asks of the neighbour cache. */
export interface RouterReachability {
  /** RFC 4861 6.3.6: "reachable or probably reachable". */
  isReachable(address: IpAddress): boolean;
  /** Sends a single solicitation. */
  probe(address: IpAddress, now: Millis): void;
  /** Asks for word of the next packet that is sent to a router. */
  watch(address: IpAddress): void;
}

/** A more-specific route (RFC 4191 2.3), as it is listed. */
export interface RouteByRouter {
  /** Without host bits. */
  readonly destination: IpPrefix;
  readonly gateway: IpAddress;
  /** `Infinity` for ever. */
  readonly validUntil: Millis;
}

export type RouterChange = "added" | "removed" | "changed";

/** The default routers (RFC 4861 5.1) and the more-specific routes by routers (RFC 4191), and which of them to take. */
export class RouterList {
  /** Told of every change of a default router. */
  onRouter: (change: RouterChange, router: RouterInfo, now: Millis) => void = () => {};
  /** Told when another router may have to be chosen. */
  onChange: () => void = () => {};
  readonly #parameters: NeighborDiscoveryParameters;
  readonly #reachability: RouterReachability;
  readonly #routers: Router[] = [];
  #next: Millis = Number.POSITIVE_INFINITY;
  /** When the router that stands in for an avoided one is watched again. */
  #watchAt: Millis = Number.POSITIVE_INFINITY;
  #standIn: IpAddress | null = null;

  constructor(parameters: NeighborDiscoveryParameters, reachability: RouterReachability) {
    this.#parameters = parameters;
    this.#reachability = reachability;
  }

  /** The default routers, best first: the one that packets go by now, then those that would be taken in its place. */
  list(): readonly RouterInfo[] {
    const ranked = rankDefaultRouters(this.#routers, (router) => this.#isReachable(router));
    return ranked.map((router) => this.#info(router));
  }

  /** The more-specific routes; of those to one prefix the best first. */
  specificRoutes(): readonly RouteByRouter[] {
    const ranked = rankSpecificRoutes(this.#routers, (router) => this.#isReachable(router));
    return ranked.map(({ router: { address }, route: { prefix, validUntil } }) => ({
      destination: prefix,
      gateway: address,
      validUntil,
    }));
  }

  /** Whether it is a default router or has routes. */
  has(address: Readonly<Words>): boolean {
    return this.#find(address) !== null;
  }

  /** How many routers and more-specific routes there are. */
  get size(): number {
    return this.#routers.reduce((size, { routes }) => size + 1 + routes.length, 0);
  }

  /** The router for an off-link destination (RFC 4861 6.3.6, RFC 4191 3.2), or `null` without one (RFC 4943). */
  routerFor(destination: Readonly<Words>): RouterChoice | null {
    const choice = chooseRouter(this.#routers, destination, (router) => this.#isReachable(router));
    if (choice === null) return null;
    for (const router of choice.avoided) router.avoided = true;
    if (choice.avoided.length > 0) {
      this.#standIn = choice.router.address;
      this.#reachability.watch(choice.router.address);
    }
    return { router: choice.router.address, prefixLength: choice.prefixLength };
  }

  /** As {@link RouterList.routerFor}, without consequences. */
  peek(destination: Readonly<Words>): IpAddress | null {
    const choice = chooseRouter(this.#routers, destination, (router) => this.#isReachable(router));
    return choice?.router.address ?? null;
  }

  /** The router lifetime and preference of an advertisement (RFC 4861 6.3.4, RFC 4191 3.1). */
  advertised(address: IpAddress, lifetime: Millis, preference: number, now: Millis): void {
    const known = this.#find(address);
    if (lifetime === 0) {
      if (known !== null) this.#endDefault(known, now);
      return;
    }
    const router = known ?? this.#make(address, preference, now);
    if (router === null) return;
    const change = !router.isDefault ? "added" : router.preference !== preference ? "changed" : null;
    router.preference = preference;
    router.defaultUntil = now + lifetime;
    this.#rearm();
    if (change !== null) this.#changed(change, router, now);
  }

  /** A Route Information option for no default route (RFC 4191 3.1). One more than there may be is refused. @param prefix without host bits. */
  advertisedRoute(
    address: IpAddress,
    prefix: IpPrefix,
    lifetime: Millis,
    preference: number,
    now: Millis,
  ): void {
    const known = this.#find(address)?.routes.find((route) => route.prefix.equals(prefix));
    if (known === undefined) {
      if (lifetime > 0) this.#addRoute(address, { prefix, preference, validUntil: now + lifetime }, now);
      return;
    }
    const change = lifetime === 0 || known.preference !== preference;
    known.preference = preference;
    known.validUntil = now + lifetime;
    if (lifetime === 0) this.expire(now);
    this.#rearm();
    if (change) this.#choiceChanged();
  }

  /** Makes `gateway` the router that goes before all learned ones, for ever; `null` for none. */
  fix(gateway: IpAddress | null, now: Millis): void {
    const before = this.#routers.find(({ fixed }) => fixed);
    if (before !== undefined) {
      const info = this.#info(before);
      before.fixed = false;
      this.#settle(before, info, now);
    }
    if (gateway === null) return;
    let router = this.#find(gateway);
    if (router === null) {
      router = new Router(gateway);
      this.#routers.unshift(router);
    }
    const change = router.isDefault ? "changed" : "added";
    router.fixed = true;
    this.#changed(change, router, now);
  }

  /** A neighbour says that it is no router (RFC 4861 7.2.5); the one set by hand stays. */
  remove(address: IpAddress, now: Millis): void {
    const router = this.#find(address);
    if (router === null) return;
    const routes = router.routes.splice(0);
    this.#endDefault(router, now);
    this.#drop(router);
    if (routes.length > 0) this.#choiceChanged();
  }

  /** A neighbour has become reachable, or is so no longer: another router may be better now (RFC 4861 7.3.3). */
  reachabilityChanged(address: IpAddress, reachable: boolean, now: Millis): void {
    const router = this.#find(address);
    if (router === null) return;
    router.failedAt = reachable ? Number.NEGATIVE_INFINITY : now;
    // A probe that was not answered: another one is used already.
    if (router.avoided && !reachable) return;
    if (router.isDefault) this.#changed("changed", router, now);
    else this.#choiceChanged();
  }

  /** A packet is sent to a router that stands in for others: they are probed, each once in a while (RFC 4191 3.5). */
  standInUsed(now: Millis): void {
    this.#watchAt = Number.POSITIVE_INFINITY;
    for (const router of this.#routers) {
      if (!router.avoided) continue;
      if (router.probeAt <= now) {
        router.probeAt = now + this.#parameters.routerProbeInterval;
        this.#reachability.probe(router.address, now);
      }
      this.#watchAt = Math.min(this.#watchAt, router.probeAt);
    }
  }

  nextDeadline(): Millis {
    return Math.min(this.#next, this.#watchAt);
  }

  onDeadline(now: Millis): void {
    if (now >= this.#next) this.expire(now);
    if (now < this.#watchAt) return;
    this.#watchAt = Number.POSITIVE_INFINITY;
    if (this.#standIn !== null) this.#reachability.watch(this.#standIn);
  }

  /** Ends what has expired. */
  expire(now: Millis): void {
    for (const router of [...this.#routers]) {
      const left = router.routes.filter(({ validUntil }) => validUntil > now);
      if (left.length < router.routes.length) {
        router.routes.splice(0, router.routes.length, ...left);
        this.#choiceChanged();
      }
      if (router.defaultUntil <= now) this.#endDefault(router, now);
      this.#drop(router);
    }
    this.#rearm();
  }

  #find(address: Readonly<Words>): Router | null {
    return this.#routers.find((router) => router.address.equals(address)) ?? null;
  }

  #isReachable(router: Router): boolean {
    return this.#reachability.isReachable(router.address);
  }

  /** A router more; one that failed makes room, or one that is less preferred. Else there is none for it. */
  #make(address: IpAddress, preference: number, now: Millis): Router | null {
    const learned = this.#routers.filter(({ fixed }) => !fixed);
    if (learned.length >= this.#parameters.routerCapacity) {
      const failed = learned.find(
        (router) => router.failedAt > Number.NEGATIVE_INFINITY && !this.#isReachable(router),
      );
      const victim =
        failed ?? learned.find((router) => router.rank < preference && !this.#isReachable(router));
      if (victim === undefined) return null;
      this.remove(victim.address, now);
    }
    const router = new Router(address);
    this.#routers.push(router);
    return router;
  }

  #addRoute(address: IpAddress, route: Router["routes"][number], now: Millis): void {
    const count = this.#routers.reduce((routes, router) => routes + router.routes.length, 0);
    if (count >= this.#parameters.routeCapacity) return;
    const router = this.#find(address) ?? this.#make(address, route.preference, now);
    if (router === null) return;
    router.routes.push(route);
    this.#rearm();
    this.#choiceChanged();
  }

  #endDefault(router: Router, now: Millis): void {
    if (router.defaultUntil === Number.NEGATIVE_INFINITY) return;
    const info = this.#info(router);
    router.defaultUntil = Number.NEGATIVE_INFINITY;
    this.#settle(router, info, now);
  }

  /** A reason for being a default router has ended. @param before what it was. */
  #settle(router: Router, before: RouterInfo, now: Millis): void {
    this.#drop(router);
    this.#rearm();
    if (router.isDefault) {
      this.#changed("changed", router, now);
      return;
    }
    this.#choiceChanged();
    this.onRouter("removed", before, now);
  }

  #drop(router: Router): void {
    if (router.isDefault || router.routes.length > 0) return;
    const at = this.#routers.indexOf(router);
    if (at >= 0) this.#routers.splice(at, 1);
  }

  #info(router: Router): RouterInfo {
    return router.info(this.#isReachable(router));
  }

  #changed(change: RouterChange, router: Router, now: Millis): void {
    this.#choiceChanged();
    this.onRouter(change, this.#info(router), now);
  }

  /** Who stands in for whom is found out again when routes are next asked for. */
  #choiceChanged(): void {
    for (const router of this.#routers) router.avoided = false;
    this.#watchAt = Number.POSITIVE_INFINITY;
    this.onChange();
  }

  #rearm(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { defaultUntil, routes } of this.#routers) {
      if (defaultUntil > Number.NEGATIVE_INFINITY) next = Math.min(next, defaultUntil);
      for (const { validUntil } of routes) next = Math.min(next, validUntil);
    }
    this.#next = next;
  }
}
