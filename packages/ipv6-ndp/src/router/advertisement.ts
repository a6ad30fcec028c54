import { IpAddress, IpPrefix, type LinkLayer, type Millis, type Packet } from "@mnet/core";
import type { Autoconfiguration } from "../autoconfiguration/autoconfiguration.ts";
import { RouterAdvertisement, RouterFlag } from "../neighbor/message.ts";
import {
  DnsSearchListOption,
  INFINITE_LIFETIME,
  MtuOption,
  NdOption,
  OptionHeader,
  PrefixFlag,
  PrefixOption,
  RecursiveDnsServerOption,
  RouteOption,
} from "../neighbor/option.ts";
import { MINIMUM_MTU } from "../params.ts";
import type { Configuration } from "./configuration.ts";
import { readDomainNames } from "./domain-name.ts";
import type { LinkParameters } from "./link-parameters.ts";
import type { PrefixList } from "./prefix-list.ts";
import { Preference, preferenceOf } from "./router.ts";
import type { RouterList } from "./router-list.ts";

/** What advertisements change. */
export interface AdvertisementTargets {
  readonly link: LinkLayer;
  readonly linkParameters: LinkParameters;
  readonly routers: RouterList;
  readonly prefixes: PrefixList;
  readonly configuration: Configuration;
  readonly autoconfiguration: Autoconfiguration;
  /** What is on the link has changed. */
  readonly onChange: () => void;
}

/** Reads Router Advertisements that are valid (RFC 4861 6.3.4, RFC 4862 5.5.3, RFC 4191 3.1, RFC 8106 5.3). */
export class AdvertisementReader {
  readonly #targets: AdvertisementTargets;

  constructor(targets: AdvertisementTargets) {
    this.#targets = targets;
  }

  /**
   * Applies one advertisement; the lengths of its options were checked.
   * @param options where the first option begins.
   * @param multicast whether it came to a group.
   */
  read(packet: Packet, options: number, router: IpAddress, multicast: boolean, now: Millis): void {
    const { view, bytes, start, end } = packet;
    const { linkParameters, routers, configuration } = this.#targets;
    const flags = bytes[start + RouterAdvertisement.flags]!;
    const before = linkParameters.mtu;
    linkParameters.setHopLimit(bytes[start + RouterAdvertisement.hopLimit]!);
    linkParameters.setReachableTime(view.getUint32(start + RouterAdvertisement.reachableTime));
    linkParameters.setRetransTimer(view.getUint32(start + RouterAdvertisement.retransTimer));
    configuration.setFlags((flags & RouterFlag.Managed) !== 0, (flags & RouterFlag.Other) !== 0);
    const route = defaultRouteIn(packet, options);
    const lifetime = route?.lifetime ?? view.getUint16(start + RouterAdvertisement.lifetime) * 1000;
    // RFC 4191 2.2: the reserved preference is taken for medium.
    const preference = route?.preference ?? preferenceOf(flags) ?? Preference.Medium;
    routers.advertised(router, lifetime, preference, now);
    for (let at = options; at < end; ) {
      const size = bytes[at + OptionHeader.length]! * OptionHeader.unit;
      this.#option(packet, at, size, router, multicast, now);
      at += size;
    }
    if (linkParameters.mtu !== before) this.#targets.onChange();
    configuration.settle(now);
  }

  #option(
    packet: Packet,
    at: number,
    size: number,
    router: IpAddress,
    multicast: boolean,
    now: Millis,
  ): void {
    switch (packet.bytes[at + OptionHeader.type]) {
      case NdOption.PrefixInformation:
        if (size === PrefixOption.size) this.#prefix(packet, at, multicast, now);
        break;
      case NdOption.Mtu:
        if (size === MtuOption.size) this.#mtu(packet.view.getUint32(at + MtuOption.mtu));
        break;
      case NdOption.RouteInformation:
        this.#route(packet, at, router, now);
        break;
      case NdOption.RecursiveDnsServer:
        this.#nameServers(packet, at, size, now);
        break;
      case NdOption.DnsSearchList:
        this.#searchDomains(packet, at, size, now);
        break;
      default:
    }
  }

  /** RFC 4861 6.3.4 for the on-link flag, RFC 4862 5.5.3 a to c for the autonomous one. */
  #prefix({ bytes, view }: Packet, at: number, multicast: boolean, now: Millis): void {
    const length = bytes[at + PrefixOption.prefixLength]!;
    if (length > 128) return;
    const prefix = prefixAt(view, at + PrefixOption.prefix, length);
    if (prefix.address.isLinkLocal || prefix.address.isMulticast) return;
    const flags = bytes[at + PrefixOption.flags]!;
    const validLifetime = lifetimeOf(view.getUint32(at + PrefixOption.validLifetime));
    const preferredLifetime = lifetimeOf(view.getUint32(at + PrefixOption.preferredLifetime));
    const { prefixes, autoconfiguration, onChange } = this.#targets;
    if ((flags & PrefixFlag.OnLink) !== 0 && prefixes.advertised(prefix, validLifetime, now)) onChange();
    if ((flags & PrefixFlag.Autonomous) === 0 || preferredLifetime > validLifetime) return;
    autoconfiguration.advertised({ prefix, preferredLifetime, validLifetime, multicast }, now);
  }

  /** RFC 4861 6.3.4: between the least MTU of IPv6 and what the link takes. */
  #mtu(mtu: number): void {
    const { link, linkParameters } = this.#targets;
    if (mtu >= MINIMUM_MTU && mtu <= link.capabilities.mtu) linkParameters.mtu = mtu;
  }

  #route(packet: Packet, at: number, router: IpAddress, now: Millis): void {
    const route = routeAt(packet, at);
    if (route === null || route.prefix.length === 0) return;
    if (route.prefix.address.isLinkLocal || route.prefix.address.isMulticast) return;
    this.#targets.routers.advertisedRoute(router, route.prefix, route.lifetime, route.preference, now);
  }

  /** RFC 8106 5.3.1: at least one address, and nothing but whole ones. */
  #nameServers({ view }: Packet, at: number, size: number, now: Millis): void {
    const { addresses, addressSize, lifetime } = RecursiveDnsServerOption;
    if (size < addresses + addressSize || (size - addresses) % addressSize !== 0) return;
    const life = lifetimeOf(view.getUint32(at + lifetime));
    for (let from = at + addresses; from < at + size; from += addressSize) {
      const address = addressAt(view, from, addressSize);
      if (address.family !== 6 || address.isMulticast || address.isUnspecified || address.isLoopback)
        continue;
      this.#targets.configuration.nameServer(address, life, now);
    }
  }

  #searchDomains({ bytes, view }: Packet, at: number, size: number, now: Millis): void {
    if (size <= DnsSearchListOption.names) return;
    const life = lifetimeOf(view.getUint32(at + DnsSearchListOption.lifetime));
    for (const name of readDomainNames(bytes, at + DnsSearchListOption.names, at + size)) {
      this.#targets.configuration.searchDomain(name, life, now);
    }
  }
}

interface RouteInformation {
  readonly prefix: IpPrefix;
  readonly lifetime: Millis;
  readonly preference: number;
}

/** RFC 4191 2.3: a length that does not hold the prefix, or the reserved preference, and the option is ignored: `null`. */
function routeAt({ bytes, view }: Packet, at: number): RouteInformation | null {
  const octets = bytes[at + OptionHeader.length]! * OptionHeader.unit - RouteOption.prefix;
  const length = bytes[at + RouteOption.prefixLength]!;
  const preference = preferenceOf(bytes[at + RouteOption.flags]!);
  if (length > 128 || octets > 16 || octets * 8 < length || preference === null) return null;
  const lifetime = lifetimeOf(view.getUint32(at + RouteOption.lifetime));
  return { prefix: prefixAt(view, at + RouteOption.prefix, length, octets), lifetime, preference };
}

/** RFC 4191 3.1: a route of length 0 speaks for the router as a default router, in place of the header. The last one counts. */
function defaultRouteIn(packet: Packet, options: number): RouteInformation | null {
  const { bytes, end } = packet;
  let found: RouteInformation | null = null;
  for (let at = options; at < end; at += bytes[at + OptionHeader.length]! * OptionHeader.unit) {
    if (bytes[at + OptionHeader.type] !== NdOption.RouteInformation) continue;
    if (bytes[at + RouteOption.prefixLength] === 0) found = routeAt(packet, at) ?? found;
  }
  return found;
}

/** Seconds of the wire as milliseconds. */
function lifetimeOf(seconds: number): Millis {
  return seconds === INFINITE_LIFETIME ? Number.POSITIVE_INFINITY : seconds * 1000;
}

/** The first `octets` (a multiple of 8) of an address, the rest zero. */
function addressAt(view: DataView, at: number, octets: number): IpAddress {
  const word = (index: number): number => (4 * index < octets ? view.getInt32(at + 4 * index) : 0);
  return IpAddress.fromWords({ w0: word(0), w1: word(1), w2: word(2), w3: word(3) });
}

/** A prefix without the bits behind its length. */
function prefixAt(view: DataView, at: number, length: number, octets = 16): IpPrefix {
  const { w0, w1, w2, w3 } = addressAt(view, at, octets);
  return new IpPrefix(new IpPrefix(new IpAddress(6, w0, w1, w2, w3), length).network, length);
}
