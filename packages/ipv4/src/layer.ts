import {
  type AddressChange,
  type AddressResolver,
  type IcmpErrorKind as ErrorKind,
  EtherType,
  type FrameHandler,
  type FrameInfo,
  IcmpErrorKind,
  type IcmpErrorReceiver,
  type IcmpErrors,
  type IpAddress,
  type IpLayer,
  type IpPrefix,
  IpProtocol,
  isV4Words,
  type LinkLayer,
  LoopbackQueue,
  lend,
  type Millis,
  type Packet,
  ProtocolTable,
  type Random,
  ReassemblyTable,
  type Route,
  RxChecksum,
  reclaim,
  type SendOptions,
  type TransportHandler,
  Verdict,
  VerdictCounters,
  type Words,
} from "@mnet/core";
import { ErrorDispatch } from "./error/quoted.ts";
import { Fragment } from "./header/header.ts";
import { sealWhole } from "./header/seal.ts";
import { Ipv4Info } from "./info.ts";
import { AcceptFilter } from "./input/accept.ts";
import { arrive } from "./input/arrive.ts";
import { IgmpHost } from "./multicast/igmp-host.ts";
import { Sender } from "./output/send.ts";
import { type Ipv4Parameters, ipv4Parameters, MINIMUM_LINK_MTU } from "./params.ts";
import { type Ipv4Route, type Ipv4RouteOptions, RouteAdministration } from "./route/administration.ts";
import { InterfaceAddresses } from "./route/interface-addresses.ts";
import type { Ipv4Path } from "./route/path.ts";
import { Router } from "./route/router.ts";

export interface Ipv4Options {
  readonly link: LinkLayer;
  /** Finds the neighbours' link addresses; `null` on medium `ip`. */
  readonly resolver: AddressResolver | null;
  /** Secrets of the identifications and of the reassembly table. */
  readonly random: Random;
  readonly parameters?: Partial<Ipv4Parameters>;
}

/**
 * IPv4 of one interface and its loopback (RFC 791, RFC 1122 3): a host, not a router. Has no address, and so no way to anywhere but
 * 127/8, until {@link Ipv4Layer.addAddress}.
 */
export class Ipv4Layer implements IpLayer, FrameHandler, IcmpErrorReceiver {
  readonly family = 4;
  /** Received datagrams (each fragment is one), by what became of them; those of the loopback included. */
  readonly counters: VerdictCounters = new VerdictCounters();
  /** Datagrams of {@link Ipv4Layer.send}, by what became of them. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #parameters: Ipv4Parameters;
  readonly #resolver: AddressResolver | null;
  readonly #addresses = new InterfaceAddresses();
  readonly #administration = new RouteAdministration(this.#addresses);
  readonly #groups: IgmpHost;
  readonly #router: Router;
  readonly #accept: AcceptFilter;
  readonly #protocols = new ProtocolTable();
  readonly #reassembly: ReassemblyTable;
  readonly #loopback: LoopbackQueue;
  readonly #sender: Sender;
  readonly #errors: ErrorDispatch;
  readonly #info = new Ipv4Info();
  readonly #timedOutInfo = new Ipv4Info();
  readonly #addressSinks: ((change: AddressChange) => void)[] = [];

  /**
   * Registers itself with the link for EtherType 0x0800, joins 224.0.0.1 and becomes the resolver's `onUnreachable` sink.
   * @throws RangeError when the link's MTU is under 68 octets. @throws TypeError when an Ethernet link comes without a resolver.
   */
  constructor({ link, resolver, random, parameters }: Ipv4Options) {
    const { medium, mtu } = link.capabilities;
    if (mtu < MINIMUM_LINK_MTU) throw new RangeError(`mtu must be at least ${MINIMUM_LINK_MTU}, not ${mtu}`);
    if (medium === "ethernet" && resolver === null)
      throw new TypeError("resolver is missing: Ethernet needs one");
    this.#parameters = ipv4Parameters(parameters);
    this.#resolver = resolver;
    this.#groups = new IgmpHost({
      link,
      random,
      parameters: this.#parameters,
      source: () => this.#addresses.first,
    });
    this.#router = new Router(link, this.#addresses, this.#administration.table, this.#parameters);
    this.#accept = new AcceptFilter(this.#addresses, this.#groups);
    this.#reassembly = new ReassemblyTable(this.#parameters, random, (packet, now) =>
      this.#timedOut(packet, now),
    );
    this.#loopback = new LoopbackQueue(this.#parameters);
    this.#sender = new Sender(link, resolver, this.#loopback, this.#groups, random);
    this.#errors = new ErrorDispatch(
      this.#protocols,
      this.#addresses,
      this.#router,
      this.#parameters.minimumPathMtu,
    );
    this.#protocols.handle(IpProtocol.Igmp, this.#groups);
    link.handle(EtherType.Ipv4, this);
    resolver?.onUnreachable((_nextHop, queued, now) => {
      this.#errors.dispatch(IcmpErrorKind.HostUnreachable, 0, queued, now);
    });
  }

  get epoch(): number {
    return this.#router.epoch;
  }

  /** Where port and protocol unreachable and time exceeded go; none are sent before. */
  reportErrorsTo(errors: IcmpErrors): void {
    this.#protocols.errors = errors;
  }

  handle(protocol: number, upper: TransportHandler): void {
    this.#protocols.handle(protocol, upper);
  }

  unhandle(protocol: number): void {
    this.#protocols.unhandle(protocol);
  }

  /**
   * Adds an address of the interface, usable at once, with the route to its neighbours.
   * @throws RangeError when a host cannot have it (RFC 1122 3.2.1.3), or when it is there already.
   */
  addAddress(prefix: IpPrefix): void {
    this.#administration.addAddress(prefix);
    this.#addressesChanged({ kind: "added", prefix });
  }

  /** Removes an address, and every route that depends on it. @throws RangeError when it is not ours. */
  removeAddress(address: IpAddress): void {
    const prefix = this.#administration.removeAddress(address);
    this.#addressesChanged({ kind: "removed", prefix });
  }

  /** The addresses in the order in which they were added: the first is the source where nothing else decides. */
  addresses(): readonly IpPrefix[] {
    return this.#addresses.list();
  }

  /** Adds a route, or replaces the one to the same destination by the same gateway. @throws RangeError naming what cannot be. */
  addRoute(route: Ipv4RouteOptions): void {
    this.#administration.addRoute(route);
    this.#router.changed();
  }

  /** Removes added routes to a prefix, all of them or the one by `gateway`. @throws RangeError when there is none. */
  removeRoute(destination: IpPrefix, gateway?: IpAddress): void {
    this.#administration.removeRoute(destination, gateway);
    this.#router.changed();
  }

  /** The routing table in the order in which it is searched. */
  routes(): readonly Ipv4Route[] {
    return this.#administration.table.list();
  }

  /** Makes `gateway` the only default route; `null` leaves none. @throws RangeError when it is no neighbour. */
  setGateway(gateway: IpAddress | null): void {
    this.#administration.setGateway(gateway);
    this.#router.changed();
  }

  /** The link's capabilities have changed: every route is decided anew. */
  linkChanged(): void {
    this.#router.changed();
  }

  onAddressChange(sink: (change: AddressChange) => void): void {
    this.#addressSinks.push(sink);
  }

  #addressesChanged(change: AddressChange): void {
    this.#router.changed();
    for (const sink of this.#addressSinks) sink(change);
  }

  /** Receives datagrams to a group. @throws RangeError when it is none. @throws NetError ENOBUFS when there are too many. */
  joinGroup(group: IpAddress, now: Millis): void {
    this.#groups.join(group, now);
  }

  /** @throws RangeError when the group was left as often as it was joined. */
  leaveGroup(group: IpAddress, now: Millis): void {
    this.#groups.leave(group, now);
  }

  /** The link is up again: whoever is told of our groups is told again. */
  linkUp(now: Millis): void {
    this.#groups.announce(now);
  }

  /** @inheritdoc */
  input(packet: Packet, frame: FrameInfo, now: Millis): Verdict {
    const info = this.#info;
    info.linkCast = frame.cast;
    info.loopback = false;
    return this.counters.count(this.#receive(packet, now));
  }

  #receive(packet: Packet, now: Millis): Verdict {
    const info = this.#info;
    info.reassembled = false;
    let verdict = arrive(packet, info);
    if (verdict === Verdict.BadOption && this.#accept.check(info) === Verdict.Handled) {
      // RFC 1122 3.2.2.5: a host SHOULD say so.
      this.#protocols.errors?.send(IcmpErrorKind.ParameterProblem, info.problemPointer, packet, info, now);
    }
    if (verdict !== Verdict.Handled) return verdict;
    verdict = this.#accept.check(info);
    if (verdict !== Verdict.Handled) return verdict;
    if ((info.flagsAndOffset & Fragment.Any) !== 0) return this.#reassemble(packet, now);
    return this.#protocols.deliver(packet, info, 0, now);
  }

  #reassemble(packet: Packet, now: Millis): Verdict {
    const info = this.#info;
    const verdict = this.#reassembly.add(packet, info, now);
    if (verdict !== Verdict.Handled) return verdict;
    const { whole, wholeHeaderOctets, wholeIsMarked } = this.#reassembly;
    sealWhole(whole, wholeHeaderOctets, wholeIsMarked);
    const lent = lend(whole);
    const { cast } = info;
    arrive(lent, info);
    info.cast = cast;
    info.reassembled = true;
    const delivered = this.#protocols.deliver(lent, info, 0, now);
    reclaim(lent, whole, "up");
    return delivered;
  }

  /** RFC 1122 3.3.2: the sender learns of it, if the first fragment is there to be quoted. */
  #timedOut(firstFragment: Packet, now: Millis): void {
    const info = this.#timedOutInfo;
    arrive(firstFragment, info);
    info.cast = this.#accept.castOf(info.destination) ?? "unicast";
    info.linkCast = info.cast;
    this.#protocols.errors?.send(IcmpErrorKind.ReassemblyTimeExceeded, 0, firstFragment, info, now);
  }

  /**
   * The way to `to`: inside for our own addresses and 127/8; the link for groups, broadcasts and neighbours; a gateway for the rest.
   * @param from must be one of ours (or 127/8 for what stays inside), else `null`.
   */
  route(to: IpAddress, from?: IpAddress): Route | null {
    return this.#router.route(to, from ?? null);
  }

  isLocal(address: Readonly<Words>): boolean {
    if (!isV4Words(address)) return false;
    const bits = address.w3;
    return this.#addresses.isOwn(bits) || bits >>> 24 === 127 || this.#groups.has(address);
  }

  /**
   * Sends as the contract of `IpLayer` says.
   * @param route one of this layer's. If the epoch has changed since, the way is looked up again.
   * @returns `Handled` or `Queued`; `DeviceBusy`; `TooBig`; `NoRoute`; `BadLocalAddress` when the source is no longer ours;
   * `NeighborFailed`; `NoBuffers` when the loopback is full, or when the device refused a fragment after others had left.
   * @throws RangeError when `how.hopLimit` is none.
   */
  send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict {
    let path = route as Ipv4Path;
    if (route.epoch !== this.#router.epoch) {
      const { source } = route;
      if (!this.#addresses.isOwn(source.w3) && !source.isLoopback)
        return this.sent.count(Verdict.BadLocalAddress);
      const again = this.#router.route(route.destination, source);
      if (again === null) return this.sent.count(Verdict.NoRoute);
      path = again;
    }
    return this.sent.count(this.#sender.send(packet, path, how, now));
  }

  errorReceived(kind: ErrorKind, mtu: number, quoted: Packet, now: Millis): Verdict {
    return this.#errors.dispatch(kind, mtu, quoted, now);
  }

  confirm(route: Route, now: Millis): void {
    if (!route.loopback && route.cast === "unicast") this.#resolver?.confirm(route.nextHop, now);
  }

  doubt(route: Route, now: Millis): void {
    if (!route.loopback && route.cast === "unicast") this.#resolver?.doubt(route.nextHop, now);
  }

  /** The earliest of: loopback packets waiting (in the past), unfinished datagrams, learned path MTUs, membership reports. */
  nextDeadline(): Millis {
    return Math.min(
      this.#loopback.nextDeadline(),
      this.#reassembly.nextDeadline(),
      this.#router.pathMtus.nextDeadline(),
      this.#groups.nextDeadline(),
    );
  }

  onDeadline(now: Millis): void {
    this.#reassembly.expire(now);
    this.#groups.onDeadline(now);
    if (this.#router.pathMtus.expire(now)) this.#router.changed();
    this.#deliverLoopback(now);
  }

  #deliverLoopback(now: Millis): void {
    const info = this.#info;
    const burst = Math.min(this.#loopback.size, this.#parameters.loopbackBurst);
    for (let i = 0; i < burst; i++) {
      const packet = this.#loopback.peek()!;
      packet.rxChecksum = RxChecksum.Verified;
      const lent = lend(packet);
      info.linkCast = "unicast";
      info.loopback = true;
      try {
        this.counters.count(this.#receive(lent, now));
      } finally {
        // Also when a handler throws, which it never should: the next turn must not meet the same packet again.
        this.#loopback.shift();
      }
      reclaim(lent, packet, "up");
    }
  }

  /** What the counters of packets do not tell. */
  statistics(): Record<string, number> {
    return {
      reassemblyQueues: this.#reassembly.size,
      reassemblyOctets: this.#reassembly.octets,
      reassemblyTimeouts: this.#reassembly.expired,
      reassemblyEvictions: this.#reassembly.evicted,
      partlySent: this.#sender.partlySent,
      loopbackQueued: this.#loopback.size,
      pathMtus: this.#router.pathMtus.size,
    };
  }
}
