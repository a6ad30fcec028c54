import type { TcpInfo, TcpParameters } from "@mnet/tcp";
import type { Application } from "./application.ts";
import type { TcpHarness } from "./harness.ts";
import { opened } from "./opened.ts";
import type { Peer, PeerSegment, Received } from "./peer.ts";

export interface SenderOptions {
  /** The peer takes selective acknowledgments; default true. */
  readonly sack?: boolean;
  /** The peer takes timestamps; its own stand still. Default false. */
  readonly timestamps?: boolean;
  /** Round trip of the handshake; default 100 ms. */
  readonly roundTrip?: number;
  /** Most octets that one large segment takes; default: no large segments. */
  readonly offload?: number;
  readonly noDelay?: boolean;
  readonly parameters?: Partial<TcpParameters>;
}

/** Octets per segment. */
export const SIZE = 1000;

/**
 * A connection on which we send and the test acknowledges, in numbers of segments of 1000 octets: segment 0 is the first of the stream, `[a, b]`
 * the segments from a up to, not including, b. NewReno, so that windows are round numbers: cwnd 10 to begin with, halved by a loss.
 */
export class Sender {
  readonly host: TcpHarness;
  readonly peer: Peer;
  readonly application: Application;
  readonly #timestamps: boolean;
  readonly #sack: boolean;

  constructor(o: SenderOptions = {}) {
    const { sack = true, timestamps = false, roundTrip = 100, offload, noDelay = false, parameters } = o;
    const segmentation = { tcp4: offload !== undefined, tcp6: false, udp: false, maxOctets: offload ?? 0 };
    const { host, peer, application } = opened({
      mss: timestamps ? SIZE + 12 : SIZE,
      windowScale: 7,
      roundTrip,
      sackPermitted: sack,
      ...(timestamps ? { timestamp: 1 } : {}),
      ...(offload === undefined ? {} : { capabilities: { segmentation } }),
      connection: { sendBuffer: 1 << 24, noDelay, congestion: "newreno" },
      ...(parameters === undefined ? {} : { parameters }),
    });
    this.host = host;
    this.peer = peer;
    this.application = application;
    this.#timestamps = timestamps;
    this.#sack = sack;
    peer.window = 60_000;
    // The window of the handshake was not scaled.
    this.#reply({ flags: "A" });
    this.sent();
  }

  get info(): TcpInfo {
    return this.application.connection.info(this.host.now);
  }

  /** Counters of the layer by name. */
  statistics(...names: string[]): number[] {
    const statistics = this.host.tcp.statistics();
    return names.map((name) => statistics[name]!);
  }

  /** The application writes so many segments. @returns the numbers of those that leave at once. */
  write(segments: number): number[] {
    this.application.write(segments * SIZE);
    return this.sent();
  }

  /** First octets of what was sent since it was last asked for, in numbers of segments. */
  sent(): number[] {
    return this.segments().map(({ sequence }) => (sequence - 1) / SIZE);
  }

  segments(): Received[] {
    const segments = this.peer.takeAll().filter(({ length, flags }) => length > 0 || flags.includes("F"));
    for (const { timestamps, at } of segments) {
      if (timestamps !== null) this.#offset = timestamps.value - Math.trunc(at);
    }
    return segments;
  }

  /** Lets time pass. @returns what is sent meanwhile. */
  wait(duration: number): number[] {
    this.host.advance(duration);
    return this.sent();
  }

  /**
   * The peer has everything before segment `next`, and the blocks, as in the option: a D-SACK first.
   * @param echo a time that it echoes, as the harness counts; default: when the acknowledgment is sent.
   * @returns what is sent in answer.
   */
  acknowledge(next: number, blocks: readonly (readonly [number, number])[] = [], echo?: number): number[] {
    const sack = blocks.map(([left, right]) => [1 + left * SIZE, 1 + right * SIZE] as const);
    this.#reply({ flags: "A", acknowledgment: 1 + next * SIZE, ...(sack.length > 0 ? { sack } : {}) }, echo);
    return this.sent();
  }

  /** One duplicate acknowledgment after the other, each with the segments from `first` up to the one it is for. */
  lacking(next: number, first: number, last: number): number[][] {
    const answers: number[][] = [];
    for (let to = first + 1; to <= last; to++) answers.push(this.acknowledge(next, [[first, to]]));
    return answers;
  }

  /**
   * The peer behaves as a receiver should, with each segment of its own acknowledged a round trip after it was sent, until nothing is in
   * flight and nothing comes for ten seconds.
   * @param lost segments that do not arrive the first time; one that is in it twice, the second time neither.
   * @returns all that was sent.
   */
  converse(first: readonly number[], lost: readonly number[] = [], roundTrip = 100): number[] {
    const all: number[] = [];
    const flight: { readonly at: number; readonly segment: number }[] = [];
    const left = (segments: readonly Received[]): void => {
      for (const { sequence, at, length } of segments) {
        for (let segment = (sequence - 1) / SIZE; segment < (sequence - 1 + length) / SIZE; segment++) {
          all.push(segment);
          flight.push({ at: at + roundTrip, segment });
        }
      }
    };
    for (const segment of first) flight.push({ at: this.host.now + roundTrip, segment });
    const missing = [...lost];
    for (let idle = this.host.now + 10_000; flight.length > 0 || idle - this.host.now > 1e-6; ) {
      if (all.length > 10_000) throw new Error(`this does not end:\n${this.host.describe()}`);
      const due = flight[0]?.at ?? idle;
      this.host.advance(Math.min(1, Math.max(0, due - this.host.now)));
      left(this.segments());
      // Where the difference is lost in rounding, time would stand still.
      if (due - this.host.now > 1e-6 || flight.length === 0) continue;
      const { segment } = flight.shift()!;
      idle = this.host.now + 10_000;
      const at = missing.indexOf(segment);
      if (at >= 0) missing.splice(at, 1);
      else left(this.#receive(segment));
    }
    return all;
  }

  /** What the peer of {@link Sender.converse} has, out of order, and how far it has all. */
  readonly #held = new Set<number>();
  #next = 0;

  #receive(segment: number): Received[] {
    const again = segment < this.#next || this.#held.has(segment);
    this.#held.add(segment);
    for (; this.#held.has(this.#next); this.#next++) this.#held.delete(this.#next);
    const blocks = this.#runs().sort(([a, b]) => (segment >= a && segment < b ? -1 : 1));
    if (again) blocks.unshift([segment, segment + 1]);
    const sack = blocks.slice(0, 3).map(([left, right]) => [1 + left * SIZE, 1 + right * SIZE] as const);
    const acknowledgment = 1 + this.#next * SIZE;
    this.#reply({ flags: "A", acknowledgment, ...(this.#sack && sack.length > 0 && { sack }) });
    return this.segments();
  }

  #runs(): [number, number][] {
    const runs: [number, number][] = [];
    for (const segment of [...this.#held].filter((one) => one >= this.#next).sort((a, b) => a - b)) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === segment) last[1]++;
      else runs.push([segment, segment + 1]);
    }
    return runs;
  }

  #reply(segment: PeerSegment, echo: number = this.host.now): void {
    const value = this.#offset === null ? 0 : (this.#offset + Math.trunc(echo)) >>> 0;
    this.peer.send({ ...segment, ...(this.#timestamps && { timestamps: { value: 1, echo: value } }) });
  }

  /** What our timestamps are ahead of the harness' clock by, once one of them was seen. */
  #offset: number | null = null;
}
