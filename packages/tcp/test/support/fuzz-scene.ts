import {
  FakeIpLayer,
  type ParsedTcp,
  parseTcp,
  type TcpFields,
  tcpOptions,
  tcpSegment,
} from "@mnet/conformance";
import { type Millis, type NetErrorCode, randomInteger, SeededRandom } from "@mnet/core";
import { type ConnectionEvents, type TcpConnection, TcpLayer } from "@mnet/tcp";
import { HOST, PEER } from "./harness.ts";

/** The listener whose connections are accepted, and the one whose are not. */
const SERVED = 80;
const NEGLECTED = 81;
/** Connections at once: the application aborts the oldest beyond. */
export const MOST_CONNECTIONS = 40;
const SYN_OPTIONS = tcpOptions({
  maximumSegmentSize: 1000,
  windowScale: 4,
  sackPermitted: true,
  timestamps: { value: 1, echo: 0 },
});

/**
 * A TCP layer with listeners, connections both ways and an application that reads, writes, ends and aborts them at random; and a peer
 * that has a plausible next segment of every flow ready, for the fuzzer to spoil.
 */
export class FuzzScene implements ConnectionEvents {
  readonly ip: FakeIpLayer = new FakeIpLayer({
    addresses: [`${HOST}/24`],
    peer: PEER,
    routes: ["10.0.0.0/8"],
  });
  readonly tcp: TcpLayer;
  /** What the peer could send now. */
  readonly samples: Uint8Array[] = [];
  readonly outcomes: Set<NetErrorCode | "orderly"> = new Set();
  /** Connections whose last event came more than once. */
  closedTwice = 0;
  now: Millis = 1000;
  readonly #random = new SeededRandom(5);
  readonly #open: TcpConnection[] = [];
  readonly #closed = new WeakSet<TcpConnection>();
  readonly #into = new Uint8Array(65_536);
  readonly #accept: () => TcpConnection | null;
  #port = 1024;

  constructor() {
    this.tcp = new TcpLayer({
      networks: [this.ip],
      random: new SeededRandom(2),
      parameters: {
        synQueue: 16,
        timeWaitLimit: 32,
        timeWait: 5000,
        resetsPerSecond: 20,
        connectTimeout: 3000,
      },
    });
    const events = { acceptable: () => {}, closed: () => {} };
    const served = this.tcp.listen({ port: SERVED }, events);
    this.tcp.listen({ port: NEGLECTED, backlog: 2 }, events);
    this.#accept = () => served.accept(this);
    this.turn();
  }

  /** The end of a batch: the application acts, the layer sends, the peer looks at what came. */
  turn(): void {
    for (let next = this.#accept(); next !== null; next = this.#accept()) this.#open.push(next);
    if (this.#open.length > MOST_CONNECTIONS) this.#open.shift()!.abort(this.now);
    this.#act();
    this.tcp.flush(this.now);
    this.#watch(this.ip.take().map((sent) => parseTcp(sent.octets, sent)));
  }

  /** Lets time pass with every deadline at its moment. */
  advance(by: Millis): void {
    const until = this.now + by;
    for (let at = this.tcp.nextDeadline(); at <= until; at = this.tcp.nextDeadline()) {
      this.now = Math.max(this.now, at);
      this.tcp.onDeadline(this.now);
      this.tcp.flush(this.now);
    }
    this.now = until;
    this.ip.sent.length = 0;
  }

  /** The application gives everything up. */
  abortAll(): void {
    for (const connection of [...this.tcp.connections(), ...this.#open]) connection.abort(this.now);
    this.#open.length = 0;
    this.tcp.flush(this.now);
  }

  #act(): void {
    const random = this.#random;
    if (random.u32() % 8 === 0) {
      const remote = { address: PEER, port: randomInteger(random, 5000, 5010) };
      this.#open.push(this.tcp.connect(remote, {}, this, this.now));
    }
    const at = randomInteger(random, 0, this.#open.length);
    const connection = this.#open[at];
    if (connection === undefined) return;
    if (connection.error !== null || this.#closed.has(connection)) {
      // What arrived before the end is kept for the application until it says that it will not read it.
      connection.abort(this.now);
      this.#open.splice(at, 1);
      return;
    }
    connection.read(this.#into, this.now);
    const choice = random.u32() % 16;
    if (choice === 0) connection.close(this.now);
    else if (choice === 1) connection.abort(this.now);
    else if (choice < 12) this.#write(connection, 100 * choice);
    if (choice <= 1) this.#open.splice(at, 1);
  }

  #write(connection: TcpConnection, octets: number): void {
    connection.write(this.#into, 0, octets, this.now);
  }

  /** What a peer would answer to the segments that came, and new connections. */
  #watch(segments: readonly ParsedTcp[]): void {
    const { samples } = this;
    samples.splice(0, samples.length - 60);
    this.#port = 1024 + ((this.#port + 1) % 5000);
    for (const destinationPort of [SERVED, NEGLECTED]) {
      const syn = { sourcePort: this.#port, destinationPort, sequence: this.#random.u32(), flags: "S" };
      samples.push(segment({ ...syn, options: SYN_OPTIONS }), segment(syn));
    }
    const stray = { sourcePort: this.#port, destinationPort: 9, sequence: 1 };
    samples.push(
      segment({ ...stray, flags: "A" }),
      segment({ ...stray, destinationPort: SERVED, flags: "R" }),
    );
    for (const sent of segments.slice(-6)) if (!sent.flags.includes("R")) samples.push(...answers(sent));
  }

  established(): void {}
  readable(): void {}
  writable(): void {}
  finished(): void {}

  closed(connection: TcpConnection, error: NetErrorCode | null): void {
    if (this.#closed.has(connection)) this.closedTwice++;
    this.#closed.add(connection);
    this.outcomes.add(error ?? "orderly");
  }
}

function segment(
  fields: Omit<TcpFields, "source" | "destination">,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return tcpSegment({ source: PEER, destination: HOST, ...fields }, payload);
}

/** The segments that a peer could answer with, in and out of order, with and without options. */
function answers(sent: ParsedTcp): Uint8Array[] {
  const { sourcePort, destinationPort, acknowledgment, flags, payload } = sent;
  const took = payload.length + (flags.includes("S") ? 1 : 0) + (flags.includes("F") ? 1 : 0);
  const opening = flags === "S";
  const base = {
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    sequence: opening ? 7000 : acknowledgment,
    acknowledgment: sent.sequence + took,
    flags: opening ? "SA" : "A",
  };
  const later = base.sequence + 600;
  const timestamps = { value: 9, echo: 1 };
  const sack: [number, number][] = [[base.acknowledgment + 100, base.acknowledgment + 200]];
  return [
    segment(base),
    segment({ ...base, options: SYN_OPTIONS }),
    segment({ ...base, options: tcpOptions({ timestamps, sack }) }, new Uint8Array(300)),
    segment({ ...base, sequence: later }, new Uint8Array(300)),
    segment({ ...base, flags: `${base.flags}F` }, new Uint8Array(50)),
    segment({ ...base, window: 0 }),
    segment({ ...base, flags: "RA" }),
    segment({ ...base, flags: "S" }),
    segment({ ...base, flags: "" }),
  ];
}
