import {
  IcmpErrorKind,
  IpProtocol,
  type Millis,
  NetError,
  type NetErrorCode,
  SeededRandom,
} from "@mnet/core";
import type { ConnectionOptions, TcpParameters } from "@mnet/tcp";
import type { Application } from "./application.ts";
import { type LinkedHost, Pair, type Weather } from "./pair.ts";

/** How long everything goes wrong; afterwards the link is good, and both ends want to come to an end. Virtual milliseconds. */
const STORM: Millis = 20_000;
/** How long a connection may take to recover from it: several timeouts of a minute. */
const LIMIT: Millis = 3_600_000;
/** Octets that one end writes at most. */
const MOST_OCTETS = 400_000;

/** Of a path of IPv4 that the stack believes in (`minimumPathMtu` of @mnet/ipv4). */
const SMALLEST_MTU = 552;

const kinds = [
  IcmpErrorKind.NetworkUnreachable,
  IcmpErrorKind.HostUnreachable,
  IcmpErrorKind.PortUnreachable,
  IcmpErrorKind.AdministrativelyProhibited,
  IcmpErrorKind.HopLimitExceeded,
  IcmpErrorKind.ParameterProblem,
  IcmpErrorKind.PacketTooBig,
];

/** What one end is about to do, and what it did that lets a stream end early. */
class End {
  readonly application: Application;
  readonly host: LinkedHost;
  left: number;
  /** The application cut a stream short: nobody promises the rest. */
  cut = false;
  shut = false;

  constructor(application: Application, host: LinkedHost, octets: number) {
    this.application = application;
    this.host = host;
    this.left = octets;
  }

  get over(): boolean {
    return this.application.outcome !== undefined;
  }
}

/**
 * One connection in the worst weather there is: loss, duplication, reordering, corruption (one burst of at most 15 bits in a segment), outages,
 * windows that shrink, paths that change their MTU with and without saying so, true and forged ICMP errors, marks of congestion, hosts that
 * stand still for a while; and applications that do at any time whatever they may do. Everything follows from the seed.
 */
export class Storm {
  readonly pair: Pair;
  readonly #random: SeededRandom;
  readonly #ends: End[] = [];
  #window = 0xffff;
  #mtu = 1500;
  #quoted: { readonly octets: Uint8Array; readonly from: LinkedHost } | null = null;
  /** When the storm is over. */
  readonly #calm: Millis;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    const parameters: Partial<TcpParameters> = {
      selectiveAcknowledgments: this.#chance(0.7),
      timestamps: this.#chance(0.5),
      windowScaling: this.#chance(0.8),
      tailLossProbe: this.#chance(0.8),
      pacing: this.#chance(0.2),
      ecn: this.#pick(["off", "passive", "on"]),
      synCookies: this.#pick(["overflow", "overflow", "always"]),
    };
    this.pair = new Pair({
      seed,
      start: this.#pick([0, 1e6, 2 ** 31 - 10_000, 2 ** 32 - 10_000]),
      parameters,
      ...this.#weather(),
    });
    this.pair.interfere = (octets, from) => this.#interfere(octets, from);
    this.#calm = this.pair.timeline.now() + STORM;
    const options: ConnectionOptions = {
      noDelay: this.#chance(0.5),
      congestion: this.#pick(["cubic", "newreno"]),
      sendBuffer: this.#pick([1024, 20_000, 262_144]),
      receiveBuffer: this.#pick([1024, 20_000, 262_144]),
    };
    this.pair.timeline.after(0, () => this.#turn());
    const client = this.pair.open(options, (accepted) => {
      this.#ends.push(new End(accepted, this.pair.server, this.#octets()));
    });
    this.#ends.push(new End(client, this.pair.client, this.#octets()));
  }

  /**
   * Until both ends have had their last event.
   * @throws Error when one never has, or when a stream ended neither whole, nor with an error, nor because an application wanted it.
   */
  run(): void {
    const { pair } = this;
    const half = (): boolean =>
      [pair.client, pair.server].every(({ tcp }) => [...tcp.connections()].length === 0);
    pair.runUntil(() => this.#ends.every(({ over }) => over) && (this.#ends.length === 2 || half()), LIMIT);
    pair.timeline.advance(10);
    for (const { application } of this.#ends) this.#read(application);
    const { forth, back } = pair.conversation;
    const outcomes = this.#ends.map(({ application }) => application.outcome);
    const excused = outcomes.some((outcome) => outcome !== null) || this.#ends.some(({ cut }) => cut);
    for (const { application } of this.#ends) {
      if (application.closings !== 1) throw new Error(`${application.closings} last events`);
    }
    if (excused || this.#ends.length < 2) return;
    if (forth.outstanding + back.outstanding > 0) {
      throw new Error(`${forth.outstanding} and ${back.outstanding} octets are missing, and nobody said so`);
    }
  }

  /** How the ends came to their end. */
  get outcomes(): (NetErrorCode | null | undefined)[] {
    return this.#ends.map(({ application }) => application.outcome);
  }

  /** One thing happens, at an end or on the way; and the next some time later. */
  #turn(): void {
    const { timeline } = this.pair;
    const calm = timeline.now() >= this.#calm;
    if (calm) this.#clearUp();
    else this.#happen();
    for (const end of this.#ends) if (!end.over) this.#act(end, calm);
    if (this.#ends.every(({ over }) => over) && this.#ends.length === 2) return;
    timeline.after(calm ? 50 : this.#pick([0.1, 1, 5, 20, 20, 100, 400]), () => this.#turn());
  }

  #clearUp(): void {
    const { pair } = this;
    pair.weather = { latency: 10 };
    this.#window = 0xffff;
    if (this.#mtu === 1500) return;
    this.#mtu = 1500;
    for (const host of [pair.client, pair.server]) host.network.setMtu(1500);
  }

  /** Something that neither end wants. */
  #happen(): void {
    const { pair } = this;
    const host = this.#pick([pair.client, pair.server]);
    switch (this.#below(40)) {
      case 0:
        pair.weather = this.#weather();
        break;
      case 1:
        // An outage.
        pair.weather = { ...this.#weather(), loss: 1 };
        pair.timeline.after(this.#below(4000), () => {
          pair.weather = this.#weather();
        });
        break;
      case 2:
        this.#window = this.#pick([0xffff, 0xffff, 5000, 300, 3, 0]);
        break;
      case 3:
        this.#mtu = this.#pick([1500, 1400, 1280, 700, 576]);
        if (this.#mtu === 1500) for (const each of [pair.client, pair.server]) each.network.setMtu(1500);
        break;
      case 4:
      case 5:
        this.#quote();
        break;
      case 6:
        host.freeze(pair.timeline.now() + this.#pick([10, 300, 3000]));
        break;
      default:
    }
  }

  /** What an application does in one turn. */
  #act(end: End, calm: boolean): void {
    const { application, host } = end;
    if (application.connection.state === 0 || application.state === "SYN-SENT") return;
    try {
      if (calm || this.#chance(0.6)) this.#read(application, calm ? undefined : this.#size());
      if (end.left > 0 && !end.shut && (calm || this.#chance(0.6))) {
        // One octet more than there is room for: `writable` has to follow.
        const room = application.connection.writableOctets + 1;
        end.left -= application.write(Math.min(end.left, room, calm ? room : this.#size()));
      }
      if (!calm) this.#adjust(end);
      if (end.left === 0 && !end.shut && calm) this.#shut(end);
      // Who has cut a stream short or seen its end wants no more; the other one may never hear of it.
      const alone = this.#ends.some((other) => other !== end && other.over);
      if (calm && (end.cut || (end.shut && (alone || application.connection.endOfStream))))
        application.close();
    } catch (error) {
      // Calls on a connection that failed meanwhile.
      if (!(error instanceof NetError)) throw error;
      end.left = 0;
    }
    host.flush();
  }

  /** What may be set or ended while a connection lives. */
  #adjust(end: End): void {
    const { application, host } = end;
    const { connection } = application;
    switch (this.#below(4000)) {
      case 0:
        connection.abort(host.now);
        end.cut = true;
        break;
      case 1:
        application.close();
        end.cut = true;
        break;
      case 2:
        application.shutdownRead();
        end.cut = true;
        break;
      case 3:
      case 4:
        if (!end.shut) this.#shut(end);
        end.left = 0;
        break;
      case 5:
      case 6:
        connection.setNoDelay(this.#chance(0.5));
        break;
      case 7:
        connection.setReceiveBuffer(this.#pick([1024, 4000, 100_000]));
        break;
      case 8:
        connection.setSendBuffer(this.#pick([1024, 4000, 100_000]));
        break;
      case 9:
        connection.setKeepAlive(
          this.#chance(0.5) ? false : { idle: 1000, interval: 500, probes: 9 },
          host.now,
        );
        break;
      case 10:
        connection.setUserTimeout(this.#pick([30_000, 200_000]), host.now);
        break;
      default:
    }
  }

  #shut(end: End): void {
    end.shut = true;
    const { forth, back } = this.pair.conversation;
    (end.host === this.pair.client ? forth : back).finish();
    end.application.shutdownWrite();
  }

  #read(application: Application, octets?: number): void {
    const { connection } = application;
    while (connection.readableOctets > 0) {
      application.read(Math.min(connection.readableOctets, octets ?? 65_536));
      if (octets !== undefined) return;
    }
  }

  /** A segment on its way: what is too large is lost, sometimes with a word; windows shrink. @returns whether it goes on. */
  #interfere(octets: Uint8Array, from: LinkedHost): boolean {
    if (this.#quoted === null || this.#chance(0.05)) this.#quoted = { octets: octets.slice(), from };
    if (octets.length + 20 > this.#mtu) {
      const mtu = this.#mtu;
      const quoted = octets.slice(0, 20);
      // A router says so mostly; where it does not, the path is a black hole.
      if (this.#chance(0.8))
        this.pair.timeline.after(1, () => this.#report(from, IcmpErrorKind.PacketTooBig, quoted, mtu));
      return false;
    }
    const syn = (octets[13]! & 2) !== 0;
    if (!syn && this.#window < 0xffff) shrinkWindow(octets, this.#window);
    return true;
  }

  /** An ICMP error about something that was sent some time ago, or about nothing. */
  #quote(): void {
    if (this.#quoted === null) return;
    const { octets, from } = this.#quoted;
    const quoted = octets.slice(0, this.#pick([8, 8, 20, octets.length]));
    if (this.#chance(0.3)) quoted[4 + this.#below(4)]! ^= 1 << this.#below(8);
    // The MTU may be a lie: the path takes more, or less.
    this.#report(from, this.#pick(kinds), quoted, this.#pick([0, 68, 576, 1280, 1400, 9000]));
  }

  /** ICMP reaches a host: an error about something that it sent. Where TCP believes it, IP keeps what it says of the path (RFC 1191 6.3). */
  #report(host: LinkedHost, kind: IcmpErrorKind, quoted: Uint8Array, mtu: number): void {
    const to = host === this.pair.client ? this.pair.server : this.pair.client;
    const error = {
      protocol: IpProtocol.Tcp,
      kind,
      quoted,
      mtu,
      source: host.address,
      destination: to.address,
    };
    const isOurs = host.network.deliverError(error, host.now);
    if (isOurs && kind === IcmpErrorKind.PacketTooBig && mtu >= SMALLEST_MTU)
      host.network.setMtu(Math.min(mtu, 1500));
    host.flush();
  }

  #weather(): Weather {
    return {
      latency: this.#pick([0.1, 5, 40, 150]),
      jitter: this.#pick([0, 0, 3, 50]),
      loss: this.#pick([0, 0.001, 0.01, 0.05, 0.2]),
      duplication: this.#pick([0, 0, 0.02, 0.1]),
      reordering: this.#pick([0, 0, 0.02, 0.2]),
      corruption: this.#pick([0, 0, 0.01, 0.05]),
      marking: this.#pick([0, 0, 0.02, 0.3]),
    };
  }

  #octets(): number {
    return this.#chance(0.2) ? this.#below(5000) : this.#below(MOST_OCTETS);
  }

  #size(): number {
    return 1 + this.#below(this.#pick([10, 1500, 20_000, 100_000]));
  }

  #below(limit: number): number {
    return this.#random.u32() % limit;
  }

  #chance(probability: number): boolean {
    return this.#random.u32() < probability * 0x1_0000_0000;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)]!;
  }
}

/** Lowers the window field to `most`, and brings the checksum along (RFC 1624 3). */
function shrinkWindow(octets: Uint8Array, most: number): void {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const before = view.getUint16(14);
  if (before <= most) return;
  view.setUint16(14, most);
  let sum = (~view.getUint16(16) & 0xffff) + (~before & 0xffff) + most;
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(16, ~sum & 0xffff);
}
