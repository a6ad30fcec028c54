import {
  type AddressChange,
  AddressWords,
  type IcmpErrorKind,
  type IcmpErrorReceiver,
  IpAddress,
  type IpInfo,
  type IpLayer,
  type IpPrefix,
  type Millis,
  type Packet,
  type Route,
  type SendOptions,
  type TransportHandler,
  toIpAddress,
  toIpPrefix,
  Verdict,
  type Words,
} from "@mnet/core";
import { ipv4Packet } from "../build/ipv4.ts";
import { ipv6Packet } from "../build/ipv6.ts";
import { checkSent, completedCopy, spoilHeadroom } from "./checked-send.ts";
import type { DatagramArrives, ErrorArrives, FakeIpLayerOptions, SentDatagram } from "./fake-ip-types.ts";
import { FakeRoutes } from "./fake-routes.ts";
import { lendUp } from "./lent-packet.ts";

/** An ICMP error that was handed to a {@link FakeIpLayer} as the receiver of errors; owned copies. */
export interface ReportedError {
  readonly kind: IcmpErrorKind;
  readonly mtu: number;
  /** From the quoted IP header on. */
  readonly quoted: Uint8Array<ArrayBuffer>;
}

/**
 * An {@link IpLayer} without IP: it keeps copies of what transports send and delivers what a test makes up. Sending through it
 * checks the contract (headroom, offsets, checksum requests, a route of the present epoch) and throws when the sender breaks it.
 */
export class FakeIpLayer implements IpLayer, IcmpErrorReceiver {
  readonly family: 4 | 6;
  /** What was sent, in order. */
  readonly sent: SentDatagram[] = [];
  /** While not `null`, every `send` is refused with it. */
  refuse: Verdict | null = null;
  /** The routes given to `confirm` and `doubt`, in order. */
  readonly confirmed: Route[] = [];
  readonly doubted: Route[] = [];
  /** The groups joined and not left, as text, each as often as it was joined. */
  readonly groups: string[] = [];
  /** The errors that an ICMP layer reported. */
  readonly reported: ReportedError[] = [];
  /** What to answer to the next reported errors. */
  reportVerdict: Verdict = Verdict.Handled;
  readonly #routes: FakeRoutes;
  readonly #peer: IpAddress;
  readonly #handlers = new Map<number, TransportHandler>();
  readonly #sinks: ((change: AddressChange) => void)[] = [];
  readonly #info = new FakeIpInfo();

  constructor(options: FakeIpLayerOptions = {}) {
    this.family = options.family ?? 4;
    this.#routes = new FakeRoutes(this.family, options);
    this.#peer = toIpAddress(options.peer ?? (this.family === 4 ? "10.0.0.2" : "fd00::2"));
  }

  get epoch(): number {
    return this.#routes.epoch;
  }

  /** Our first address. */
  get address(): IpAddress {
    return this.#routes.prefixes[0]!.address;
  }

  /** Whom datagrams come from unless said otherwise. */
  get peer(): IpAddress {
    return this.#peer;
  }

  /** Changes the MTU of every route, and the epoch. */
  setMtu(mtu: number): void {
    this.#routes.change(() => {
      this.#routes.mtu = mtu;
    });
  }

  /** Replaces the destinations that there is a way to, and changes the epoch; none: everything is ENETUNREACH. */
  setRoutes(routes: readonly (IpPrefix | string)[]): void {
    this.#routes.change(() => {
      this.#routes.reachable = routes.map(toIpPrefix);
    });
  }

  addAddress(prefix: IpPrefix | string): void {
    const added = toIpPrefix(prefix);
    this.#routes.change(() => this.#routes.prefixes.push(added));
    for (const sink of this.#sinks) sink({ kind: "added", prefix: added });
  }

  removeAddress(address: IpAddress | string, kind: "removed" | "conflict" = "removed"): void {
    const { prefixes } = this.#routes;
    const at = prefixes.findIndex((prefix) => prefix.address.equals(toIpAddress(address)));
    if (at < 0) throw new Error(`${address} is not an address of ours`);
    const prefix = prefixes[at]!;
    this.#routes.change(() => prefixes.splice(at, 1));
    for (const sink of this.#sinks) sink({ kind, prefix });
  }

  /** What was sent since the last call, and forgets it. */
  take(): SentDatagram[] {
    return this.sent.splice(0);
  }

  route(to: IpAddress, from?: IpAddress): Route | null {
    return this.#routes.find(to, from);
  }

  isLocal(address: Readonly<Words>): boolean {
    if (this.groups.includes(IpAddress.fromWords(address).toString())) return true;
    return this.#routes.isOurs(address);
  }

  send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict {
    checkSent(packet, route.capabilities, route.headroom);
    if (route.epoch !== this.epoch) {
      throw new Error(`a route of epoch ${route.epoch} used in epoch ${this.epoch}`);
    }
    if (this.refuse !== null) return this.refuse;
    const header = this.family === 4 ? 20 : 40;
    const tooLong = packet.segmentSize === 0 && packet.length + header > route.mtu;
    if (how.dontFragment !== "no" && tooLong) return Verdict.TooBig;
    const octets = completedCopy(packet);
    spoilHeadroom(packet, route.headroom);
    this.sent.push({
      ...how,
      source: route.source.toString(),
      destination: route.destination.toString(),
      nextHop: route.nextHop.toString(),
      octets,
      segmentSize: packet.segmentSize,
      route,
      at: now,
    });
    return Verdict.Handled;
  }

  handle(protocol: number, upper: TransportHandler): void {
    if (this.#handlers.has(protocol)) throw new Error(`protocol ${protocol} has a receiver`);
    this.#handlers.set(protocol, upper);
  }

  unhandle(protocol: number): void {
    this.#handlers.delete(protocol);
  }

  joinGroup(group: IpAddress): void {
    this.groups.push(group.toString());
  }

  /** @throws Error when the group was not joined: a leave without its join. */
  leaveGroup(group: IpAddress): void {
    const at = this.groups.indexOf(group.toString());
    if (at < 0) throw new Error(`${group} was left and had not been joined`);
    this.groups.splice(at, 1);
  }

  confirm(route: Route): void {
    this.confirmed.push(route);
  }

  doubt(route: Route): void {
    this.doubted.push(route);
  }

  onAddressChange(sink: (change: AddressChange) => void): void {
    this.#sinks.push(sink);
  }

  nextDeadline(): Millis {
    return Number.POSITIVE_INFINITY;
  }

  onDeadline(): void {}

  errorReceived(kind: IcmpErrorKind, mtu: number, quoted: Packet): Verdict {
    this.reported.push({ kind, mtu, quoted: quoted.toBytes() });
    return this.reportVerdict;
  }

  /**
   * Delivers a datagram to its transport, behind a real IP header. Does not flush: that is the test's turn to take.
   * @param octets from the transport header on; copied.
   * @throws Error when nobody registered for `protocol`.
   */
  deliver(protocol: number, octets: Uint8Array, arrives: DatagramArrives, now: Millis): Verdict {
    const upper = this.#upper(protocol);
    return this.lendDatagram(protocol, octets, arrives, (packet, info) => upper.input(packet, info, now));
  }

  /**
   * Reports an error about a datagram of ours to its transport.
   * @returns whether the transport said that it belongs to a live flow.
   * @throws Error when nobody registered for the protocol.
   */
  deliverError(error: ErrorArrives, now: Millis): boolean {
    const upper = this.#upper(error.protocol);
    const { source = this.address, destination = this.#peer, mtu = 0 } = error;
    return this.lendDatagram(error.protocol, error.quoted, { source, destination }, (packet, info) =>
      upper.error(error.kind, packet, info, mtu, now),
    );
  }

  /**
   * Lends a datagram as {@link FakeIpLayer.deliver} does, to any function: for what IP itself hands over, such as the offending
   * datagram of an ICMP error. `packet.start` is at the transport header, `info.headerStart` at a real IP header.
   */
  lendDatagram<T>(
    protocol: number,
    octets: Uint8Array,
    arrives: DatagramArrives,
    receive: (packet: Packet, info: IpInfo) => T,
  ): T {
    const source = toIpAddress(arrives.source ?? this.#peer);
    const destination = toIpAddress(arrives.destination ?? this.address);
    const { hopLimit = 64, trafficClass = 0, flowLabel = 0 } = arrives;
    const common = { source, destination, trafficClass };
    const datagram =
      this.family === 4
        ? ipv4Packet({ ...common, protocol, ttl: hopLimit }, octets)
        : ipv6Packet({ ...common, nextHeader: protocol, hopLimit, flowLabel }, octets);
    const info = this.#info;
    return lendUp(datagram, datagram.length - octets.length, arrives, (packet) => {
      info.describe(this.family, source, destination, protocol, arrives);
      info.cast = arrives.cast ?? this.#routes.castOf(destination);
      info.headerStart = packet.network;
      packet.transport = packet.start;
      const result = receive(packet, info);
      info.spoil();
      return result;
    });
  }

  #upper(protocol: number): TransportHandler {
    const upper = this.#handlers.get(protocol);
    if (upper === undefined) throw new Error(`nobody receives protocol ${protocol}`);
    return upper;
  }
}

/** The one reused record: spoilt after every call, so that a transport which keeps it reads rubbish. */
class FakeIpInfo implements IpInfo {
  family: 4 | 6 = 4;
  readonly source: AddressWords = new AddressWords();
  readonly destination: AddressWords = new AddressWords();
  protocol = 0;
  hopLimit = 0;
  trafficClass = 0;
  flowLabel = 0;
  cast: IpInfo["cast"] = "unicast";
  linkCast: IpInfo["linkCast"] = "unicast";
  interfaceIndex = 1;
  loopback = false;
  reassembled = false;
  headerStart = 0;

  describe(
    family: 4 | 6,
    source: IpAddress,
    destination: IpAddress,
    protocol: number,
    arrives: DatagramArrives,
  ): void {
    this.family = family;
    this.source.copy(source);
    this.destination.copy(destination);
    this.protocol = protocol;
    this.hopLimit = arrives.hopLimit ?? 64;
    this.trafficClass = arrives.trafficClass ?? 0;
    this.flowLabel = arrives.flowLabel ?? 0;
    this.linkCast = arrives.linkCast ?? "unicast";
    this.loopback = arrives.loopback ?? false;
    this.reassembled = arrives.reassembled ?? false;
  }

  spoil(): void {
    this.source.setV4(0xdbdbdbdb);
    this.destination.setV4(0xdbdbdbdb);
    this.protocol = 0xdb;
    this.hopLimit = 0xdb;
  }
}
