import { ConversationModel, FakeIpLayer, type SentDatagram } from "@mnet/conformance";
import {
  accepted,
  type IpAddress,
  IpProtocol,
  type Millis,
  type Packet,
  type Route,
  SeededRandom,
  type SendOptions,
  type Verdict,
} from "@mnet/core";
import { type Scheduled, Timeline } from "@mnet/simulation";
import { type ConnectionOptions, TcpLayer, type TcpParameters } from "@mnet/tcp";
import { Application, type Turn } from "./application.ts";

/** The codepoint of the ECN field (RFC 3168 5). */
const CONGESTION_EXPERIENCED = 3;

/** What happens to segments between the two hosts, each way; probabilities 0..1, times in milliseconds. */
export interface Weather {
  readonly latency?: Millis;
  readonly jitter?: Millis;
  readonly loss?: number;
  readonly duplication?: number;
  /** Held back for up to three latencies, so that others overtake it. */
  readonly reordering?: number;
  /** A burst of 1 to 15 bits somewhere is spoilt: the checksum finds every one of them. */
  readonly corruption?: number;
  /** A router marks what is ECN-capable as having met congestion (RFC 3168 5). */
  readonly marking?: number;
  /** `false` loses this segment. */
  readonly filter?: (octets: Uint8Array, from: LinkedHost) => boolean;
}

export interface PairOptions extends Weather {
  readonly seed?: number;
  readonly start?: Millis;
  readonly mtu?: number;
  readonly parameters?: Partial<TcpParameters>;
}

/** A TCP layer on one end of a link, driven by a timeline as a stack drives it. */
export class LinkedHost implements Turn {
  readonly tcp: TcpLayer;
  readonly address: IpAddress;
  readonly network: LinkedNetwork;
  readonly #timeline: Timeline;
  #armed: Scheduled | null = null;

  constructor(
    timeline: Timeline,
    address: string,
    seed: number,
    o: PairOptions,
    wire: (sent: SentDatagram) => void,
  ) {
    this.#timeline = timeline;
    this.network = new LinkedNetwork(address, o.mtu ?? 1500, wire);
    this.address = this.network.address;
    this.tcp = new TcpLayer({
      networks: [this.network],
      random: new SeededRandom(seed),
      ...(o.parameters === undefined ? {} : { parameters: o.parameters }),
    });
  }

  get now(): Millis {
    return this.#timeline.now();
  }

  /** The end of a turn: what was made ready goes, the next deadline is armed. */
  flush(): void {
    this.tcp.flush(this.now);
    this.#arm();
  }

  /** The host stands still until then: what arrives waits, and so do its timers. */
  freeze(until: Millis): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, until);
  }

  #frozenUntil: Millis = Number.NEGATIVE_INFINITY;

  arrive(octets: Uint8Array, from: IpAddress, trafficClass: number): void {
    if (this.now < this.#frozenUntil) {
      this.#timeline.at(this.#frozenUntil, () => this.arrive(octets, from, trafficClass));
      return;
    }
    const how = { source: from, destination: this.address, trafficClass };
    this.network.deliver(IpProtocol.Tcp, octets, how, this.now);
    this.flush();
  }

  #arm(): void {
    const due = this.tcp.nextDeadline();
    if (this.#armed !== null) {
      if (this.#armed.time === due) return;
      this.#armed.cancel();
      this.#armed = null;
    }
    if (due === Number.POSITIVE_INFINITY) return;
    this.#armed = this.#timeline.at(Math.max(due, this.#frozenUntil), () => {
      this.#armed = null;
      this.tcp.onDeadline(this.now);
      this.flush();
    });
  }
}

class LinkedNetwork extends FakeIpLayer {
  readonly #wire: (sent: SentDatagram) => void;

  constructor(address: string, mtu: number, wire: (sent: SentDatagram) => void) {
    super({ addresses: [`${address}/24`], mtu });
    this.#wire = wire;
  }

  override send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict {
    const verdict = super.send(packet, route, how, now);
    if (accepted(verdict)) for (const sent of this.take()) this.#wire(sent);
    return verdict;
  }
}

/** Two TCP layers joined by a link with weather, on one timeline: 10.0.0.1, the client, and 10.0.0.2, the server. */
export class Pair {
  readonly timeline: Timeline;
  readonly client: LinkedHost;
  readonly server: LinkedHost;
  weather: Weather;
  /** Segments that were sent, lost ones included. */
  segments = 0;
  /** May change a segment on its way; `false` loses it. */
  interfere: (octets: Uint8Array, from: LinkedHost) => boolean = () => true;

  constructor(o: PairOptions = {}) {
    const { seed = 1, start = 0 } = o;
    this.weather = o;
    this.timeline = new Timeline({ seed, start });
    this.client = new LinkedHost(this.timeline, "10.0.0.1", seed * 2, o, (sent) =>
      this.#carry(sent, this.client),
    );
    this.server = new LinkedHost(this.timeline, "10.0.0.2", seed * 2 + 1, o, (sent) =>
      this.#carry(sent, this.server),
    );
  }

  /** What the client writes and the server reads (`forth`), and the other way (`back`). */
  readonly conversation: ConversationModel = new ConversationModel();

  /** Opens from the client to port 80 of the server; the server's end comes once its handshake is complete. */
  open(o: ConnectionOptions = {}, accept: (application: Application) => void = () => {}): Application {
    const { forth, back } = this.conversation;
    const { client, server } = this;
    server.tcp.listen(
      { port: 80, ...o },
      {
        acceptable: (listener) => {
          // Events only record: the application runs when the call into the layer is over.
          this.timeline.after(0, () => {
            const application = new Application(server, { out: back, in: forth });
            accept(application.attach(listener.accept(application)!));
          });
        },
        closed: () => {},
      },
    );
    const application = new Application(client, { out: forth, in: back });
    const remote = { address: server.address, port: 80 };
    const connection = client.tcp.connect(remote, { local: { port: 40_000 }, ...o }, application, client.now);
    client.flush();
    return application.attach(connection);
  }

  /** Lets time pass until `done`. @throws Error when that takes longer than `limit`. */
  runUntil(done: () => boolean, limit: Millis): void {
    const end = this.timeline.now() + limit;
    while (!done()) {
      const next = this.timeline.peek();
      if (next === null || next.time > end) throw new Error(`stalled at ${this.timeline.now()} ms`);
      this.timeline.advance(Math.max(0, next.time - this.timeline.now()));
    }
  }

  #carry(sent: SentDatagram, from: LinkedHost): void {
    const { weather, timeline } = this;
    const { latency = 1, jitter = 0, loss = 0, duplication = 0, reordering = 0, corruption = 0 } = weather;
    const to = from === this.client ? this.server : this.client;
    const octets = sent.octets;
    this.segments++;
    if (weather.filter?.(octets, from) === false || this.#happens(loss)) return;
    if (!this.interfere(octets, from)) return;
    if (this.#happens(corruption)) {
      // The first and the last bit of a burst are wrong, those between may be.
      const length = 1 + (timeline.random.u32() % 15);
      const burst = timeline.random.u32() | 1 | (1 << (length - 1));
      const at = timeline.random.u32() % (octets.length * 8 - length + 1);
      for (let i = 0; i < length; i++) {
        if ((burst >>> i) & 1) octets[(at + i) >>> 3]! ^= 0x80 >>> ((at + i) & 7);
      }
    }
    const isMarked = (sent.trafficClass & 3) !== 0 && this.#happens(weather.marking ?? 0);
    const trafficClass = sent.trafficClass | (isMarked ? CONGESTION_EXPERIENCED : 0);
    for (let copies = this.#happens(duplication) ? 2 : 1; copies > 0; copies--) {
      let delay = latency + jitter * this.#fraction();
      if (this.#happens(reordering)) delay += 3 * (latency + 1) * this.#fraction();
      timeline.after(delay, () => to.arrive(octets, from.address, trafficClass));
    }
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#fraction() < probability;
  }

  #fraction(): number {
    return this.timeline.random.u32() / 0x1_0000_0000;
  }
}
