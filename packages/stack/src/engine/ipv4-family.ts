import { ArpResolver } from "@mnet/arp";
import type { IpAddress, IpPrefix, Millis, Timed } from "@mnet/core";
import { type Echo, type EchoEvents, type EchoRequest, IcmpV4Layer } from "@mnet/icmp";
import { Ipv4Layer } from "@mnet/ipv4";
import type { AddressInfo, RouteInfo } from "../api/configuration.ts";
import { type CheckedRoute, countersOf, type Family, type FamilyGround } from "./family.ts";
import type { Ipv4Settings } from "./resolve-options.ts";

/** An address that IPv4 does not know: being probed, or another host's. */
interface Unused {
  readonly prefix: IpPrefix;
  state: "tentative" | "duplicate";
}

/** IPv4: ARP claims and defends the addresses on the link, IP sends and accepts with them. */
export class Ipv4Family implements Family {
  readonly network: Ipv4Layer;
  readonly timed: readonly Timed[];
  readonly #settings: Ipv4Settings;
  /** `null` on a medium without link addresses. */
  readonly #arp: ArpResolver | null;
  readonly #icmp: IcmpV4Layer;
  #unused: Unused[] = [];

  constructor(settings: Ipv4Settings, { link, random, parameters, events }: FamilyGround) {
    this.#settings = settings;
    this.#arp =
      link.mac === null ? null : new ArpResolver({ link, random, parameters: parameters.arp ?? {} });
    this.network = new Ipv4Layer({ link, resolver: this.#arp, random, parameters: parameters.ipv4 ?? {} });
    this.#icmp = new IcmpV4Layer({ ip: this.network, random, parameters: parameters.icmp ?? {} });
    this.network.reportErrorsTo(this.#icmp);
    this.timed = [...(this.#arp === null ? [] : [this.#arp]), this.network, this.#icmp];
    this.#arp?.onUsable((address) => this.#usable(address));
    this.#arp?.onConflict((address, mac, _now, outcome) => {
      const unused = this.#unused.find(({ prefix }) => prefix.address.equals(address));
      if (unused !== undefined) unused.state = "duplicate";
      events("conflict", { address, mac, outcome });
    });
    this.network.onAddressChange(({ kind, prefix }) => {
      if (kind !== "conflict") events("address", { kind, prefix });
    });
  }

  start(now: Millis): void {
    for (const prefix of this.#settings.addresses) this.#claim(prefix, this.#settings.conflictDetection, now);
    if (this.#settings.gateway !== null) this.network.setGateway(this.#settings.gateway);
  }

  /** In place of {@link Ipv4Family.start}: the addresses given are ours, whatever the link says. */
  assume(now: Millis): void {
    for (const prefix of this.#settings.addresses) this.#claim(prefix, "announce", now);
    if (this.#settings.gateway !== null) this.network.setGateway(this.#settings.gateway);
  }

  flush(now: Millis): void {
    this.#icmp.flush(now);
  }

  linkChanged(up: boolean, now: Millis): void {
    if (!up) return;
    // Another network may be at the other end, where our addresses are not known yet, or somebody else's (RFC 5227 2.1).
    this.#arp?.renew(now);
    this.network.linkUp(now);
  }

  capabilitiesChanged(): void {
    this.network.linkChanged();
  }

  addresses(): readonly AddressInfo[] {
    const info = (prefix: IpPrefix, state: AddressInfo["state"]): AddressInfo => ({
      family: 4,
      address: prefix.address,
      prefixLength: prefix.length,
      scope: "global",
      state,
      origin: "static",
      preferredUntil: Number.POSITIVE_INFINITY,
      validUntil: Number.POSITIVE_INFINITY,
    });
    return [
      ...this.network.addresses().map((prefix) => info(prefix, "preferred")),
      ...this.#unused.map(({ prefix, state }) => info(prefix, state)),
    ];
  }

  addAddress(prefix: IpPrefix, now: Millis): void {
    this.#forget(prefix.address);
    this.#claim(prefix, "announce", now);
  }

  removeAddress(address: IpAddress): void {
    this.#forget(address);
    this.#arp?.removeAddress(address);
    this.network.removeAddress(address);
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

  setGateway(gateway: IpAddress | null): void {
    this.network.setGateway(gateway);
  }

  echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo {
    return this.#icmp.echo(request, events, now);
  }

  close(now: Millis): void {
    this.#icmp.close(now);
  }

  statistics(): Record<string, Record<string, number>> {
    return {
      ...(this.#arp === null ? {} : { arp: countersOf(this.#arp, this.#arp.statistics()) }),
      ipv4: countersOf(this.network, this.network.statistics()),
      icmp: countersOf(this.#icmp),
    };
  }

  #claim(prefix: IpPrefix, how: "announce" | "probe", now: Millis): void {
    if (how === "probe" && this.#arp !== null) this.#unused.push({ prefix, state: "tentative" });
    else this.network.addAddress(prefix);
    this.#arp?.addAddress(prefix, now, how);
  }

  #usable(address: IpAddress): void {
    const unused = this.#unused.find(({ prefix }) => prefix.address.equals(address));
    if (unused === undefined) return;
    this.#forget(address);
    this.network.addAddress(unused.prefix);
  }

  #forget(address: IpAddress): void {
    this.#unused = this.#unused.filter(({ prefix }) => !prefix.address.equals(address));
  }
}
