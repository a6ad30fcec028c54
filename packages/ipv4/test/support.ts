import {
  type ArrivesWith,
  FakeLink,
  type FakeLinkOptions,
  FakeResolver,
  type Ipv4Fields,
  ipv4Packet,
  type ParsedIpv4,
  parseIpv4,
} from "@mnet/conformance";
import {
  EtherType,
  type IcmpErrorKind,
  type IcmpErrors,
  IpAddress,
  type IpInfo,
  IpPrefix,
  lend,
  type Millis,
  Packet,
  type Route,
  reclaim,
  SeededRandom,
  type SendOptions,
  type TransportHandler,
  Verdict,
} from "@mnet/core";
import { Ipv4Layer, type Ipv4Parameters } from "../src/index.ts";

export const OURS = "10.0.0.2";
export const PEER = "10.0.0.9";
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

/** As `toEqual`, but quick for large datagrams. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}

/** An owned copy of what a transport was given. */
export interface Received {
  readonly payload: Uint8Array;
  readonly info: IpInfo;
  readonly source: string;
  readonly destination: string;
  /** The datagram from its IP header on. */
  readonly datagram: Uint8Array;
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
  onInput: ((packet: Packet, info: IpInfo, now: Millis) => void) | null = null;

  input(packet: Packet, info: IpInfo, now: Millis): Verdict {
    this.received.push({
      payload: packet.toBytes(),
      info: { ...info },
      source: IpAddress.fromWords(info.source).toString(),
      destination: IpAddress.fromWords(info.destination).toString(),
      datagram: packet.bytes.slice(info.headerStart, packet.end),
      rxChecksum: packet.rxChecksum,
      segmentSize: packet.segmentSize,
    });
    this.onInput?.(packet, info, now);
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

/** What a layer wanted to be sent as an error; with a copy of what would be quoted. */
export class ErrorRecorder implements IcmpErrors {
  readonly sent: { kind: IcmpErrorKind; cast: string; linkCast: string; quote: Uint8Array; start: number }[] =
    [];
  /** The pointer or MTU of each. */
  readonly details: number[] = [];

  send(kind: IcmpErrorKind, pointerOrMtu: number, offending: Packet, info: IpInfo): Verdict {
    const { cast, linkCast, headerStart } = info;
    this.details.push(pointerOrMtu);
    const quote = offending.bytes.slice(headerStart, offending.end);
    this.sent.push({ kind, cast, linkCast, quote, start: offending.start - headerStart });
    return Verdict.Handled;
  }
}

export interface TestHostOptions extends FakeLinkOptions {
  readonly addresses?: readonly string[];
  readonly gateway?: string;
  readonly parameters?: Partial<Ipv4Parameters>;
  readonly seed?: number;
  /** The neighbours' answer; `null` leaves them unresolved. */
  readonly everybody?: string | null;
}

/** A layer on a {@link FakeLink}, with a recording transport for {@link PROTOCOL}. */
export class TestHost {
  readonly link: FakeLink;
  readonly resolver: FakeResolver;
  readonly layer: Ipv4Layer;
  readonly transport: Recorder = new Recorder();
  readonly errors: ErrorRecorder = new ErrorRecorder();
  now: Millis = 1000;

  constructor(options: TestHostOptions = {}) {
    this.link = new FakeLink(options);
    this.resolver = new FakeResolver({
      link: this.link,
      everybody: options.everybody === undefined ? PEER_MAC : options.everybody,
    });
    const random = new SeededRandom(options.seed ?? 1);
    this.layer = new Ipv4Layer({
      link: this.link,
      resolver: this.link.mac === null ? null : this.resolver,
      random,
      parameters: options.parameters ?? {},
    });
    this.layer.handle(PROTOCOL, this.transport);
    this.layer.reportErrorsTo(this.errors);
    for (const address of options.addresses ?? [`${OURS}/24`]) this.layer.addAddress(net(address));
    if (options.gateway !== undefined) this.layer.setGateway(ip(options.gateway));
  }

  /** Receives the octets of a datagram. */
  deliver(datagram: Uint8Array, how: ArrivesWith = {}): Verdict {
    return this.link.deliver(EtherType.Ipv4, datagram, how, this.now);
  }

  /** Receives a datagram from {@link PEER} to {@link OURS} with the given differences. */
  receive(
    fields: Partial<Ipv4Fields> = {},
    payload: Uint8Array = pattern(8),
    how: ArrivesWith = {},
  ): Verdict {
    return this.deliver(peerPacket(fields, payload), how);
  }

  route(to: string, from?: string): Route {
    const route = this.layer.route(ip(to), from === undefined ? undefined : ip(from));
    if (route === null) throw new Error(`no route to ${to}`);
    return route;
  }

  /** Sends under the borrow rule: a private copy is lent, so that a layer that writes to the payload is found out. */
  send(payload: Uint8Array, to: string | Route = PEER, how: Partial<SendOptions> = {}): Verdict {
    const route = typeof to === "string" ? this.route(to) : to;
    return this.sendPacket(outgoing(payload, route.headroom), route, how);
  }

  sendPacket(packet: Packet, route: Route, how: Partial<SendOptions> = {}): Verdict {
    const lent = lend(packet);
    const verdict = this.layer.send(lent, route, sendOptions(how), this.now);
    reclaim(lent, packet, "down");
    return verdict;
  }

  /** The datagrams that left since the last call. */
  take(): ParsedIpv4[] {
    return this.link.take().map((frame) => parseIpv4(frame.octets));
  }

  /** Runs deadlines until nothing is due before `until`. */
  runUntil(until: Millis): void {
    while (this.layer.nextDeadline() <= until) {
      this.now = Math.max(this.now, this.layer.nextDeadline());
      this.layer.onDeadline(this.now);
    }
    this.now = until;
  }
}

export function peerPacket(fields: Partial<Ipv4Fields>, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return ipv4Packet({ source: PEER, destination: OURS, protocol: PROTOCOL, ...fields }, payload);
}

export function sendOptions(how: Partial<SendOptions> = {}): SendOptions {
  return {
    protocol: PROTOCOL,
    hopLimit: 64,
    trafficClass: 0,
    dontFragment: "no",
    flowLabel: 0,
    multicastLoop: true,
    ...how,
  };
}

/** A packet as a transport hands it down: a header of up to 8 octets, the rest payload; exactly `headroom` octets in front. */
export function outgoing(payload: Uint8Array, headroom: number): Packet {
  const packet = Packet.allocate(headroom + payload.length);
  packet.bytes.set(payload, headroom);
  packet.reset(headroom, headroom + payload.length);
  packet.payload = headroom + Math.min(8, payload.length);
  return packet;
}

/** The octets of a datagram put together from its fragments, in any order. */
export function joinFragments(fragments: readonly ParsedIpv4[]): Uint8Array {
  const last = fragments.find((fragment) => !fragment.moreFragments)!;
  const whole = new Uint8Array(last.fragmentOffset + last.payload.length);
  for (const fragment of fragments) whole.set(fragment.payload, fragment.fragmentOffset);
  return whole;
}
