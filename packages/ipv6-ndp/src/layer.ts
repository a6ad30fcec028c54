import {
  type AddressChange,
  EtherType,
  type FrameHandler,
  type FrameInfo,
  type IcmpErrorKind,
  type IcmpErrorReceiver,
  type IcmpErrors,
  IpAddress,
  type IpLayer,
  type IpPrefix,
  isV6Loopback,
  type Millis,
  type Packet,
  type Route,
  type SendOptions,
  type TransportHandler,
  type Verdict,
  type VerdictCounters,
  type Words,
} from "@mnet/core";
import type { AddAddressOptions } from "./autoconfiguration/static-address.ts";
import type { AddressEntry } from "./contracts.ts";
import type { NdEvent } from "./event.ts";
import { Internet } from "./internet.ts";
import { MulticastListener } from "./multicast/listener.ts";
import type { NeighborResolver } from "./neighbor/resolver.ts";
import { NeighborDiscovery } from "./neighbor-discovery.ts";
import type { Ipv6Options } from "./options.ts";
import { ControlSender } from "./output/control.ts";
import { ipv6Parameters, MINIMUM_MTU } from "./params.ts";
import { type Ipv6Route, listRoutes } from "./route/listing.ts";
import type { Ipv6Path } from "./route/path.ts";
import { checkGateway, type Ipv6RouteOptions } from "./route/static-routes.ts";
import type { RouterConfiguration } from "./router/configuration.ts";
import type { RouterInfo } from "./router/router.ts";

/**
 * IPv6 of one interface and its loopback: a host, not a router (RFC 8200, RFC 8504), with Neighbor Discovery, autoconfiguration and MLD. Says
 * nothing until {@link Ipv6Layer.start}.
 */
export class Ipv6Layer implements IpLayer, FrameHandler, IcmpErrorReceiver {
  readonly family = 6;
  readonly #internet: Internet;
  readonly #discovery: NeighborDiscovery;
  readonly #listener: MulticastListener;
  #now: Millis = 0;

  /**
   * Registers itself with the link for EtherType 0x86dd, joins ff02::1 and becomes the resolver's `onUnreachable` sink.
   * @throws RangeError when the link's MTU is under 1280 octets (RFC 8200 5), a parameter cannot be, or `stableSecret` is too short.
   */
  constructor(options: Ipv6Options) {
    const { link, random } = options;
    const { mtu } = link.capabilities;
    if (mtu < MINIMUM_MTU) throw new RangeError(`mtu must be at least ${MINIMUM_MTU}, not ${mtu}`);
    const parameters = ipv6Parameters(options.parameters);
    const output = new ControlSender(link);
    this.#listener = new MulticastListener({
      link,
      output,
      random,
      parameters,
      source: () => this.#discovery.addresses.linkLocal ?? IpAddress.anyV6,
    });
    this.#discovery = new NeighborDiscovery({
      ...options,
      output,
      parameters,
      groups: {
        hear: (group) => this.#listener.hear(group),
        unhear: (group) => this.#listener.unhear(group),
        join: (group, now) => this.#listener.joinNeeded(group, now),
        leave: (group, now) => this.#listener.leave(group, now),
      },
      firstHop: (destination) => this.#internet.route(destination, null)?.nextHop ?? null,
    });
    const { addresses, resolver, parametersOfLink } = this.#discovery;
    output.resolver = resolver;
    this.#internet = new Internet(
      {
        link,
        resolver,
        addresses,
        hops: this.#discovery,
        groups: this.#listener,
        discovery: this.#discovery,
        listener: this.#listener,
        advertised: parametersOfLink,
        random,
      },
      parameters,
    );
    this.#discovery.onChange(() => this.#internet.router.changed());
    addresses.onAddressChange((change) => this.#addressChanged(change));
    link.handle(EtherType.Ipv6, this);
  }

  /** Received packets (each fragment is one), by what became of them; those of the loopback included. */
  get counters(): VerdictCounters {
    return this.#internet.counters;
  }

  /** Packets of {@link Ipv6Layer.send}, by what became of them. Neighbor Discovery and MLD are not among them. */
  get sent(): VerdictCounters {
    return this.#internet.sent;
  }

  get epoch(): number {
    return this.#internet.router.epoch;
  }

  /** The neighbours of the link; `null` on a link without link-layer addresses. */
  get neighbors(): NeighborResolver | null {
    return this.#discovery.resolver;
  }

  /** What Neighbor Discovery and MLD received and sent, by what became of it. */
  get control(): Record<"discovery" | "listener", { counters: VerdictCounters; sent: VerdictCounters }> {
    return { discovery: this.#discovery, listener: this.#listener };
  }

  /**
   * The device runs: makes the link-local address, begins duplicate address detection of all, solicits routers (RFC 4862 5.3, RFC 4861 6.3.7).
   * Call once. Static addresses may be added before.
   */
  start(now: Millis): void {
    this.#now = now;
    this.#discovery.start(now);
  }

  /**
   * The link went down or came back: then addresses in use are kept and shown to the link, tentative and duplicate ones probed again, routers
   * solicited and groups reported again, and no neighbour is taken for lately confirmed.
   */
  linkChanged(up: boolean, now: Millis): void {
    this.#now = now;
    this.#discovery.linkChanged(up, now);
    if (up) this.#listener.linkChanged(now);
    this.#internet.router.changed();
  }

  /** The link's capabilities have changed: every route is decided anew. */
  capabilitiesChanged(): void {
    this.#internet.router.changed();
  }

  /** Where parameter problems, port unreachable and time exceeded go; none are sent before. */
  reportErrorsTo(errors: IcmpErrors): void {
    this.#internet.protocols.errors = errors;
  }

  handle(protocol: number, upper: TransportHandler): void {
    this.#internet.protocols.handle(protocol, upper);
  }

  unhandle(protocol: number): void {
    this.#internet.protocols.unhandle(protocol);
  }

  /**
   * Adds an address by hand, with the route to its neighbours. It is tentative first, and usable when `onAddressChange` says `added`; a
   * `conflict` leaves it as a duplicate in the list.
   * @throws RangeError when no host can have it, it is there already, or there are too many.
   */
  addAddress(prefix: IpPrefix, now: Millis, how: AddAddressOptions = {}): void {
    this.#now = now;
    this.#discovery.addAddress(prefix, now, how);
    this.#internet.routes.addAddress(prefix);
    this.#internet.router.changed();
  }

  /** Removes an address, whatever its state, and what used it. @throws RangeError when it is not ours. */
  removeAddress(address: IpAddress, now: Millis): void {
    this.#now = now;
    this.#discovery.removeAddress(address, now);
    this.#internet.routes.removeAddress(address);
    this.#internet.router.changed();
  }

  /** All addresses with their states and lifetimes, duplicates included, in the order of being added. */
  addresses(): readonly AddressEntry[] {
    return this.#discovery.addresses.list();
  }

  /** Adds a route, or replaces the one to the same destination by the same gateway. @throws RangeError naming what cannot be. */
  addRoute(route: Ipv6RouteOptions): void {
    this.#internet.routes.add(route);
    this.#internet.router.changed();
  }

  /** Removes added routes to a prefix, all of them or the one by `gateway`. @throws RangeError when there is none. */
  removeRoute(destination: IpPrefix, gateway?: IpAddress): void {
    this.#internet.routes.remove(destination, gateway);
    this.#internet.router.changed();
  }

  /**
   * What next-hop determination goes by, longest prefixes first: configured routes, and what routers advertise: prefixes of the link, routes of
   * their own (RFC 4191), and themselves. Of routers for one prefix the best is the first.
   */
  routes(): readonly Ipv6Route[] {
    return listRoutes(this.#internet.routes, this.#discovery);
  }

  /**
   * Makes `gateway` the default router that goes before all that advertise themselves, for ever; `null` leaves those alone.
   * @throws RangeError when it cannot be a neighbour.
   */
  setGateway(gateway: IpAddress | null, now: Millis): void {
    this.#now = now;
    if (gateway !== null) checkGateway(gateway, this.#discovery.addresses);
    this.#discovery.setGateway(gateway, now);
    this.#internet.router.changed();
  }

  /** The default routers, best first. */
  routers(): readonly RouterInfo[] {
    return this.#discovery.routerList();
  }

  /** What routers say besides addresses and routes. */
  configuration(): RouterConfiguration {
    return this.#discovery.configuration();
  }

  /** Told of conflicts, routers and configuration. One sink, called from inside input: record and return. */
  onEvent(sink: (event: NdEvent, now: Millis) => void): void {
    this.#discovery.onEvent(sink);
  }

  onAddressChange(sink: (change: AddressChange) => void): void {
    this.#discovery.addresses.onAddressChange(sink);
  }

  #addressChanged({ kind, prefix }: AddressChange): void {
    if (kind === "removed") this.#internet.routes.removeAddress(prefix.address);
    this.#listener.addressesChanged(this.#now);
    this.#internet.router.changed();
  }

  /** Receives packets to a group. @throws RangeError when it is none. @throws NetError ENOBUFS when there are too many. */
  joinGroup(group: IpAddress, now: Millis): void {
    this.#listener.join(group, now);
  }

  /** @throws RangeError when the group was left as often as it was joined. */
  leaveGroup(group: IpAddress, now: Millis): void {
    this.#listener.leave(group, now);
  }

  /** @inheritdoc */
  input(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    this.#now = now;
    return this.#internet.input(packet, frame, now);
  }

  /**
   * Of frames from our own MAC address only Neighbor Solicitations and Advertisements for our own addresses matter: duplicate address
   * detection must not be blind to a host that has our MAC address too (RFC 4862 5.4.3, RFC 7527). All else is `BadSource`.
   */
  inputFromOwnMac(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    this.#now = now;
    return this.#internet.inputFromOwnMac(packet, frame, now);
  }

  /**
   * The way to `to`: inside for our own addresses and `::1`; the link for groups, link-local addresses and neighbours; a router for the rest.
   * @param from must be one of ours in use (or `::1` for what stays inside), else `null`.
   */
  route(to: IpAddress, from?: IpAddress): Route | null {
    return this.#internet.route(to, from ?? null);
  }

  isLocal(address: Readonly<Words>): boolean {
    const { router } = this.#internet;
    return router.isUsable(address) || isV6Loopback(address) || this.#listener.has(address);
  }

  /**
   * Sends as the contract of `IpLayer` says.
   * @param route one of this layer's. If the epoch has changed since, the way is looked up again.
   * @returns `Handled` or `Queued`; `DeviceBusy`; `TooBig`; `NoRoute`; `BadLocalAddress` when the source is no longer ours;
   * `NeighborFailed`; `NoBuffers` when the loopback is full, or when the device refused a fragment after others had left.
   * @throws RangeError when `how.hopLimit` is none.
   */
  send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict {
    return this.#internet.send(packet, route as Ipv6Path, how, now);
  }

  errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet, now: Millis): Verdict {
    return this.#internet.errorReceived(kind, mtu, quoted, now);
  }

  confirm(route: Route, now: Millis): void {
    if (!route.loopback && route.cast === "unicast") this.neighbors?.confirm(route.nextHop, now);
  }

  doubt(route: Route, now: Millis): void {
    if (!route.loopback && route.cast === "unicast") this.neighbors?.doubt(route.nextHop, now);
  }

  /** The earliest of: packets to ourselves (in the past), unfinished packets, path MTUs, Neighbor Discovery and MLD. */
  nextDeadline(): Millis {
    const control = Math.min(this.#discovery.nextDeadline(), this.#listener.nextDeadline());
    return Math.min(this.#internet.nextDeadline(), control);
  }

  onDeadline(now: Millis): void {
    this.#now = now;
    this.#internet.onDeadline(now);
    this.#discovery.onDeadline(now);
    this.#listener.onDeadline(now);
  }

  /** What the counters of packets do not tell. */
  statistics(): Record<string, number> {
    return { ...this.#internet.statistics(), ...this.#discovery.statistics() };
  }
}
