import {
  type ArrivesWith,
  FakeLink,
  type FakeLinkOptions,
  FakeResolver,
  type Ipv6Fields,
  ipv6Packet,
  type ParsedIpv6Chain,
  parseIpv6Chain,
} from "@mnet/conformance";
import {
  EtherType,
  type FrameInfo,
  IcmpErrorKind,
  type IcmpErrors,
  IpAddress,
  type IpInfo,
  IpPrefix,
  lend,
  type Millis,
  Packet,
  reclaim,
  SeededRandom,
  type SendOptions,
  type TransportHandler,
  Verdict,
  type Words,
} from "@mnet/core";
import type {
  AddressEntry,
  AddressOrigin,
  AddressState,
  FirstHops,
  OwnAddresses,
  RouterChoice,
} from "../src/contracts.ts";
import type { Memberships } from "../src/input/accept.ts";
import type { DiscoveryInput, ListenerInput } from "../src/input/control.ts";
import { Internet } from "../src/internet.ts";
import { defaultIpv6Parameters, type Ipv6Parameters } from "../src/params.ts";
import type { Ipv6Path } from "../src/route/path.ts";

export const OURS = "2001:db8::2";
export const PEER = "2001:db8::9";
export const GROUP = "ff02::fb";
export const PEER_MAC = "02:00:00:00:00:09";
/** A number that nobody else uses (RFC 3692: for experiments). */
export const PROTOCOL = 253;

export const ip = (text: string): IpAddress => IpAddress.parse(text);
export const net = (text: string): IpPrefix => IpPrefix.parse(text);

/** Octets that differ from their neighbours, so that a piece in the wrong place is seen. */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >>> 8) * 7 + seed) & 255;
  return bytes;
}

/** As `toEqual`, but quick for large packets. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}

interface TestAddress extends AddressEntry {
  state: AddressState;
}

/** Addresses that a test sets as it likes. */
export class TestAddresses implements OwnAddresses {
  entries: TestAddress[] = [];

  /** Adds `2001:db8::2/64`, preferred and static unless said otherwise. */
  add(text: string, state: AddressState = "preferred", origin: AddressOrigin = "static"): void {
    const never = Number.POSITIVE_INFINITY;
    this.entries.push({ prefix: net(text), state, origin, preferredUntil: never, validUntil: never });
  }

  stateOf(address: Readonly<Words>): AddressState | null {
    return this.entries.find(({ prefix }) => prefix.address.equals(address))?.state ?? null;
  }

  usable(): readonly AddressEntry[] {
    return this.entries.filter(({ state }) => state === "preferred" || state === "deprecated");
  }
}

/** Prefixes, routers and redirects that a test sets as it likes. */
export class TestHops implements FirstHops {
  onLink: IpPrefix[] = [];
  /** Route prefixes with their routers; `::/0` for a default router. */
  routers: { prefix: IpPrefix; router: IpAddress }[] = [];
  redirects: Map<string, IpAddress> = new Map<string, IpAddress>();

  onLinkLength(destination: Readonly<Words>): number {
    return Math.max(
      -1,
      ...this.onLink.filter((prefix) => prefix.contains(destination)).map(({ length }) => length),
    );
  }

  routerFor(destination: Readonly<Words>): RouterChoice | null {
    const fitting = this.routers.filter(({ prefix }) => prefix.contains(destination));
    fitting.sort((a, b) => b.prefix.length - a.prefix.length);
    const [best] = fitting;
    return best === undefined ? null : { router: best.router, prefixLength: best.prefix.length };
  }

  redirectFor(destination: Readonly<Words>): IpAddress | null {
    return this.redirects.get(IpAddress.fromWords(destination).toString()) ?? null;
  }
}

/** Groups that a test joins; all nodes is one. */
export class TestGroups implements Memberships {
  readonly joined: Set<string> = new Set(["ff02::1"]);

  has(group: Readonly<Words>): boolean {
    return this.joined.has(IpAddress.fromWords(group).toString());
  }
}

/** A control message as Neighbor Discovery or MLD was given it. */
export interface ReceivedControl {
  readonly type: number;
  readonly octets: Uint8Array;
  readonly source: string;
  readonly hopLimit: number;
  readonly fragmented: boolean;
}

/** Neighbor Discovery and MLD that only write down. */
export class ControlRecorder {
  readonly received: ReceivedControl[] = [];

  readonly discovery: DiscoveryInput = {
    input: (type: number, packet: Packet, info: IpInfo, _frame: FrameInfo, fragmented: boolean) =>
      this.#record(type, packet, info, fragmented),
  };

  readonly listener: ListenerInput = {
    input: (type: number, packet: Packet, info: IpInfo) => this.#record(type, packet, info, false),
  };

  #record(type: number, packet: Packet, info: IpInfo, fragmented: boolean): Verdict {
    const source = IpAddress.fromWords(info.source).toString();
    this.received.push({ type, octets: packet.toBytes(), source, hopLimit: info.hopLimit, fragmented });
    return Verdict.Handled;
  }
}

/** An owned copy of what a transport was given. */
export interface Received {
  readonly payload: Uint8Array;
  readonly info: IpInfo;
  readonly source: string;
  readonly destination: string;
  /** The packet from its IPv6 header on. */
  readonly packet: Uint8Array;
  readonly rxChecksum: number;
  readonly segmentSize: number;
}

export interface ReportedError {
  readonly kind: IcmpErrorKind;
  readonly mtu: number;
  readonly source: string;
  readonly destination: string;
  readonly loopback: boolean;
  /** From the quoted transport header on. */
  readonly quoted: Uint8Array;
}

/** A transport that keeps copies of all it is told. */
export class Recorder implements TransportHandler {
  readonly received: Received[] = [];
  readonly errors: ReportedError[] = [];
  verdict: Verdict = Verdict.Handled;
  live = true;

  input(packet: Packet, info: IpInfo): Verdict {
    this.received.push({
      payload: packet.toBytes(),
      info: { ...info },
      source: IpAddress.fromWords(info.source).toString(),
      destination: IpAddress.fromWords(info.destination).toString(),
      packet: packet.bytes.slice(info.headerStart, packet.end),
      rxChecksum: packet.rxChecksum,
      segmentSize: packet.segmentSize,
    });
    return this.verdict;
  }

  error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, mtu: number): boolean {
    const source = IpAddress.fromWords(info.source).toString();
    const destination = IpAddress.fromWords(info.destination).toString();
    this.errors.push({ kind, mtu, source, destination, loopback: info.loopback, quoted: quoted.toBytes() });
    return this.live;
  }

  flush(): void {}
}

/** What a layer wanted to be sent as an error. */
export interface SentError {
  /** Name of the kind. */
  readonly kind: string;
  readonly pointer: number;
  readonly cast: string;
  /** What would be quoted. */
  readonly quote: Uint8Array;
}

const kindNames = new Map(Object.entries(IcmpErrorKind).map(([name, kind]) => [kind, name]));

export class ErrorRecorder implements IcmpErrors {
  readonly sent: SentError[] = [];

  send(kind: IcmpErrorKind, pointer: number, offending: Packet, info: IpInfo): Verdict {
    const quote = offending.bytes.slice(info.headerStart, offending.end);
    this.sent.push({ kind: kindNames.get(kind)!, pointer, cast: info.cast, quote });
    return Verdict.Handled;
  }
}

export interface PacketHostOptions extends FakeLinkOptions {
  readonly addresses?: readonly string[];
  readonly parameters?: Partial<Ipv6Parameters>;
  readonly seed?: number;
  readonly advertisedMtu?: number;
  readonly advertisedHopLimit?: number;
  /** The neighbours' answer; `null` leaves them unresolved. */
  readonly everybody?: string | null;
}

/** The way of packets through IPv6 on a {@link FakeLink}: no Neighbor Discovery, so nothing is said that the test did not ask for. */
export class PacketHost {
  readonly link: FakeLink;
  readonly resolver: FakeResolver;
  readonly addresses: TestAddresses = new TestAddresses();
  readonly hops: TestHops = new TestHops();
  readonly groups: TestGroups = new TestGroups();
  readonly control: ControlRecorder = new ControlRecorder();
  readonly internet: Internet;
  readonly transport: Recorder = new Recorder();
  readonly errors: ErrorRecorder = new ErrorRecorder();
  now: Millis = 1000;

  constructor(options: PacketHostOptions = {}) {
    this.link = new FakeLink(options);
    const everybody = options.everybody === undefined ? PEER_MAC : options.everybody;
    this.resolver = new FakeResolver({ link: this.link, everybody });
    const { link, addresses, hops, groups, control, resolver } = this;
    const parts = { link, addresses, hops, groups, resolver: link.mac === null ? null : resolver };
    const { discovery, listener } = control;
    const random = new SeededRandom(options.seed ?? 1);
    const { advertisedMtu: mtu = null, advertisedHopLimit: hopLimit = null } = options;
    this.internet = new Internet(
      { ...parts, discovery, listener, advertised: { mtu, hopLimit }, random },
      { ...defaultIpv6Parameters, ...options.parameters },
    );
    link.handle(EtherType.Ipv6, this.internet);
    this.internet.protocols.handle(PROTOCOL, this.transport);
    this.internet.protocols.errors = this.errors;
    for (const address of options.addresses ?? [`${OURS}/64`]) addresses.add(address);
    hops.onLink.push(net("2001:db8::/64"));
  }

  /** Receives the octets of a packet. */
  deliver(octets: Uint8Array, how: ArrivesWith = {}): Verdict {
    return this.link.deliver(EtherType.Ipv6, octets, how, this.now);
  }

  /** Receives a packet from {@link PEER} to {@link OURS} with the given differences. */
  receive(
    fields: Partial<Ipv6Fields> = {},
    payload: Uint8Array = pattern(8),
    how: ArrivesWith = {},
  ): Verdict {
    return this.deliver(peerPacket(fields, payload), how);
  }

  route(to: string, from?: string): Ipv6Path {
    const route = this.internet.route(ip(to), from === undefined ? null : ip(from));
    if (route === null) throw new Error(`no route to ${to}`);
    return route;
  }

  /** Sends under the borrow rule: a private copy is lent, so that a layer that writes to the payload is found out. */
  send(payload: Uint8Array, to: string | Ipv6Path = PEER, how: Partial<SendOptions> = {}): Verdict {
    const route = typeof to === "string" ? this.route(to) : to;
    return this.sendPacket(outgoing(payload, route.headroom), route, how);
  }

  sendPacket(packet: Packet, route: Ipv6Path, how: Partial<SendOptions> = {}): Verdict {
    const lent = lend(packet);
    const verdict = this.internet.send(lent, route, sendOptions(how), this.now);
    reclaim(lent, packet, "down");
    return verdict;
  }

  /** The packets that left since the last call. */
  take(): ParsedIpv6Chain[] {
    return this.link.take().map((frame) => parseIpv6Chain(frame.octets));
  }

  /** Runs deadlines until nothing is due before `until`. */
  runUntil(until: Millis): void {
    while (this.internet.nextDeadline() <= until) {
      this.now = Math.max(this.now, this.internet.nextDeadline());
      this.internet.onDeadline(this.now);
    }
    this.now = until;
  }
}

export function peerPacket(fields: Partial<Ipv6Fields>, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return ipv6Packet({ source: PEER, destination: OURS, nextHeader: PROTOCOL, ...fields }, payload);
}

export function sendOptions(how: Partial<SendOptions> = {}): SendOptions {
  const base = { protocol: PROTOCOL, hopLimit: 64, trafficClass: 0, flowLabel: 0, multicastLoop: true };
  return { ...base, dontFragment: "no", ...how };
}

/** A packet as a transport hands it down: a header of up to 8 octets, the rest payload; exactly `headroom` octets in front. */
export function outgoing(payload: Uint8Array, headroom: number): Packet {
  const packet = Packet.allocate(headroom + payload.length);
  packet.bytes.set(payload, headroom);
  packet.reset(headroom, headroom + payload.length);
  packet.payload = headroom + Math.min(8, payload.length);
  return packet;
}

/** The octets of a packet put together from its fragments, in any order. */
export function joinFragments(fragments: readonly ParsedIpv6Chain[]): Uint8Array {
  const last = fragments.find(({ fragment }) => fragment?.moreFragments === false)!;
  const whole = new Uint8Array(last.fragment!.fragmentOffset + last.upper.length);
  for (const { fragment, upper } of fragments) whole.set(upper, fragment!.fragmentOffset);
  return whole;
}
