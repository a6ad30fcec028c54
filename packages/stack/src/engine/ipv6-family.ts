import type { IpAddress, IpPrefix, LinkLayer, Millis, Timed } from "@mnet/core";
import { type Echo, type EchoEvents, type EchoRequest, IcmpV6Layer } from "@mnet/icmp";
import { Ipv6Layer, type NdEvent } from "@mnet/ipv6-ndp";
import type { AddressInfo, NetworkConfiguration, RouteInfo, RouterInfo } from "../api/configuration.ts";
import {
  type CheckedRoute,
  countersOf,
  type Family,
  type FamilyEvents,
  type FamilyGround,
} from "./family.ts";
import { type Ipv6Settings, LEAST_IPV6_MTU } from "./resolve-options.ts";

/** IPv6 with Neighbor Discovery, and ICMPv6. */
export class Ipv6Family implements Family {
  readonly network: Ipv6Layer;
  readonly timed: readonly Timed[];
  readonly #settings: Ipv6Settings;
  readonly #link: LinkLayer;
  readonly #events: FamilyEvents;
  readonly #icmp: IcmpV6Layer;
  /** Whether the link's MTU suffices. */
  #fits = true;
  #up = true;

  constructor(settings: Ipv6Settings, { link, random, parameters, name, events }: FamilyGround) {
    const { mode, temporaryAddresses, acceptRouterAdvertisement, stableSecret } = settings;
    this.#settings = settings;
    this.#link = link;
    this.#events = events;
    this.network = new Ipv6Layer({
      link,
      random,
      name,
      addressMode: mode,
      temporaryAddresses,
      acceptRouterAdvertisement,
      ...(stableSecret === null ? {} : { stableSecret }),
      parameters: parameters.ipv6 ?? {},
    });
    this.#icmp = new IcmpV6Layer({ ip: this.network, random, parameters: parameters.icmp ?? {} });
    this.network.reportErrorsTo(this.#icmp);
    this.timed = [this.network, this.#icmp];
    this.network.onAddressChange(({ kind, prefix }) => {
      if (kind !== "conflict") events("address", { kind, prefix });
    });
    this.network.onEvent((event) => this.#tell(event));
  }

  start(now: Millis): void {
    // Before the start, so that all of them are asked for together.
    for (const prefix of this.#settings.addresses) this.network.addAddress(prefix, now);
    if (this.#settings.gateway !== null) this.network.setGateway(this.#settings.gateway, now);
    this.network.start(now);
  }

  flush(now: Millis): void {
    this.#icmp.flush(now);
  }

  linkChanged(up: boolean, now: Millis): void {
    this.#up = up;
    this.network.linkChanged(up && this.#fits, now);
  }

  /** In place of {@link Ipv6Family.start}: the addresses given are ours without a word to the link. */
  assume(now: Millis): void {
    for (const prefix of this.#settings.addresses)
      this.network.addAddress(prefix, now, { detectDuplicates: false });
    if (this.#settings.gateway !== null) this.network.setGateway(this.#settings.gateway, now);
  }

  /** A link that carries less than 1280 octets has no IPv6 (RFC 8200 5), as if it were down. */
  capabilitiesChanged(now: Millis): void {
    const { mtu } = this.#link.capabilities;
    const fits = mtu >= LEAST_IPV6_MTU;
    const changed = fits !== this.#fits;
    this.#fits = fits;
    this.network.capabilitiesChanged();
    if (!changed) return;
    this.network.linkChanged(this.#up && fits, now);
    const reason = `IPv6 needs an MTU of ${LEAST_IPV6_MTU} octets, and the device has ${mtu}`;
    this.#events("family", { family: 6, on: fits, reason });
  }

  addresses(): readonly AddressInfo[] {
    return this.network.addresses().map(({ prefix, state, origin, preferredUntil, validUntil }) => ({
      family: 6,
      address: prefix.address,
      prefixLength: prefix.length,
      scope: prefix.address.isLinkLocal ? "link" : "global",
      state,
      origin,
      preferredUntil,
      validUntil,
    }));
  }

  addAddress(prefix: IpPrefix, now: Millis): void {
    this.network.addAddress(prefix, now);
  }

  removeAddress(address: IpAddress, now: Millis): void {
    this.network.removeAddress(address, now);
  }

  addRoute(route: CheckedRoute): void {
    this.network.addRoute(route);
  }

  removeRoute(destination: IpPrefix, gateway: IpAddress | undefined): void {
    this.network.removeRoute(destination, gateway);
  }

  routes(): readonly RouteInfo[] {
    return this.network
      .routes()
      .map(({ destination, gateway, metric }) => ({ destination, gateway, metric }));
  }

  setGateway(gateway: IpAddress | null, now: Millis): void {
    this.network.setGateway(gateway, now);
  }

  routers(): readonly RouterInfo[] {
    return this.network.routers();
  }

  configuration(): NetworkConfiguration {
    return this.network.configuration();
  }

  echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo {
    return this.#icmp.echo(request, events, now);
  }

  close(now: Millis): void {
    this.#icmp.close(now);
  }

  statistics(): Record<string, Record<string, number>> {
    const { discovery, listener } = this.network.control;
    return {
      ipv6: countersOf(this.network, this.network.statistics()),
      ndp: countersOf(discovery),
      mld: countersOf(listener),
      icmp6: countersOf(this.#icmp),
    };
  }

  #tell(event: NdEvent): void {
    switch (event.kind) {
      case "conflict":
        this.#events("conflict", { address: event.address, mac: event.mac, outcome: event.outcome });
        break;
      case "router":
        this.#events("router", { kind: event.change, router: event.router });
        break;
      case "configuration":
        this.#events("configuration", event.configuration);
        break;
    }
  }
}
