import {
  type DatagramArrives,
  FakeIpLayer,
  type FakeIpLayerOptions,
  type SentDatagram,
} from "@mnet/conformance";
import {
  accepted,
  type Endpoint,
  IpAddress,
  IpProtocol,
  type LinkCapabilities,
  type Millis,
  type NetErrorCode,
  type Packet,
  type Random,
  type Route,
  SeededRandom,
  type SendOptions,
  type Verdict,
} from "@mnet/core";
import {
  type ConnectOptions,
  type ListenOptions,
  type TcpConnection,
  TcpLayer,
  type TcpListener,
  type TcpParameters,
} from "@mnet/tcp";
import { Application, stateText, type Turn } from "./application.ts";
import { Peer, type PeerOptions } from "./peer.ts";
import { decodeSegment, encodeSegment, type SegmentFields, type SentSegment } from "./segment.ts";

export const HOST: IpAddress = IpAddress.parse("10.0.0.2");
export const PEER: IpAddress = IpAddress.parse("10.0.0.1");

export interface HarnessOptions {
  readonly mtu?: number;
  /** What the link can do besides finishing checksums and gathering two slices. */
  readonly capabilities?: Partial<LinkCapabilities>;
  readonly parameters?: Partial<TcpParameters>;
  readonly random?: Random;
  /** Where virtual time starts. */
  readonly start?: Millis;
}

/** A listener with what it was told, and its accept queue as applications. */
export class ListeningApplication {
  readonly listener: TcpListener;
  readonly #harness: TcpHarness;
  acceptable = 0;
  outcome: NetErrorCode | null | undefined = undefined;

  constructor(harness: TcpHarness, o: ListenOptions) {
    this.#harness = harness;
    this.listener = harness.tcp.listen(o, {
      acceptable: () => {
        this.acceptable++;
      },
      closed: (error) => {
        this.outcome = error;
      },
    });
  }

  /** The next connection. @throws Error when none is waiting. */
  accept(): Application {
    const application = this.tryAccept();
    if (application === null) throw new Error("no connection to accept");
    return application;
  }

  tryAccept(): Application | null {
    const application = new Application(this.#harness);
    const connection = this.listener.accept(application);
    this.#harness.flush();
    return connection === null ? null : application.attach(connection);
  }

  close(): void {
    this.listener.close(this.#harness.now);
    this.#harness.flush();
  }
}

/**
 * One TCP layer alone on a virtual clock. Everything that it sends is decoded, checked for what holds of every segment, and waits
 * in order until a {@link Peer} expects it; everything that arrives is written by the test.
 */
export class TcpHarness implements Turn {
  now: Millis;
  readonly network: RecordingNetwork;
  readonly tcp: TcpLayer;
  /** What was sent and not expected yet. */
  readonly outbox: SentSegment[] = [];
  /** Everything, for the message of a failure. */
  readonly trace: string[] = [];
  /** By the port they send from. */
  readonly #peers = new Map<number, Peer[]>();

  constructor(o: HarnessOptions = {}) {
    this.now = o.start ?? 1000;
    const { mtu = 1500, capabilities = {} } = o;
    this.network = new RecordingNetwork({ mtu, capabilities }, (sent) => this.#record(sent));
    this.tcp = new TcpLayer({
      networks: [this.network],
      random: o.random ?? new SeededRandom(1),
      ...(o.parameters === undefined ? {} : { parameters: o.parameters }),
    });
  }

  /** A remote end whose segments the test writes. */
  peer(o: PeerOptions = {}): Peer {
    const peer = new Peer(this, o);
    const others = this.#peers.get(peer.port);
    if (others === undefined) this.#peers.set(peer.port, [peer]);
    else others.push(peer);
    return peer;
  }

  listen(o: Partial<ListenOptions> = {}): ListeningApplication {
    return new ListeningApplication(this, { port: 80, ...o });
  }

  /** Opens actively, from port 40000 to port 5000 of the peer unless told otherwise. */
  connect(o: ConnectOptions & { remote?: Endpoint } = {}): Application {
    const { remote = { address: PEER, port: 5000 }, ...options } = o;
    const application = new Application(this);
    const connection = this.tcp.connect(
      remote,
      { local: { port: 40000 }, ...options },
      application,
      this.now,
    );
    this.flush();
    return application.attach(connection);
  }

  /** One segment arrives in a batch of its own: input, then flush. */
  inject(fields: SegmentFields, changes: DatagramArrives = {}): Verdict {
    const verdict = this.injectInBatch(fields, changes);
    this.flush();
    return verdict;
  }

  /** One segment arrives; the batch goes on. */
  injectInBatch(fields: SegmentFields, changes: DatagramArrives = {}): Verdict {
    return this.injectOctets(encodeSegment(fields), fields.source, fields.destination, changes);
  }

  injectOctets(bytes: Uint8Array, from: IpAddress, to: IpAddress, changes: DatagramArrives = {}): Verdict {
    return this.network.deliver(
      IpProtocol.Tcp,
      bytes,
      { source: from, destination: to, ...changes },
      this.now,
    );
  }

  flush(): void {
    this.tcp.flush(this.now);
  }

  /** Lets time pass: every deadline on the way is met in order, each followed by a flush. */
  advance(duration: Millis): void {
    const until = this.now + duration;
    for (let idle = 0; this.tcp.nextDeadline() <= until; ) {
      const due = this.tcp.nextDeadline();
      idle = due > this.now ? 0 : idle + 1;
      if (idle > 1000) throw new Error(`the deadline ${due} stays in the past at ${this.now}`);
      this.now = Math.max(this.now, due);
      this.tcp.onDeadline(this.now);
      this.flush();
    }
    this.now = until;
  }

  /** Live connections, TIME-WAIT left out, in no particular order. */
  connections(): TcpConnection[] {
    return [...this.tcp.connections()];
  }

  /** States of the live connections, sorted. */
  states(): string[] {
    return this.connections().map(stateText).sort();
  }

  /** @throws Error when segments are left that no one expected. */
  expectNothing(): void {
    if (this.outbox.length === 0) return;
    throw new Error(`${this.outbox.length} unexpected segment(s)\n${this.describe()}`);
  }

  /** The last segments both ways, for the message of a failure. */
  describe(): string {
    return this.trace.slice(-16).join("\n");
  }

  note(
    direction: ">" | "<",
    segment: Pick<SentSegment, "flags" | "sequence" | "payload" | "window"> & { acknowledgment?: number },
  ): void {
    const { flags, sequence, acknowledgment = 0, payload, window } = segment;
    const numbers = `seq ${sequence}+${payload.length} ack ${acknowledgment} win ${window}`;
    this.trace.push(`${this.now.toFixed(1).padStart(10)} ${direction} [${flags}] ${numbers}`);
  }

  #record(datagram: SentDatagram): void {
    const segment = decodeSegment(datagram);
    this.note(">", segment);
    for (const peer of this.#peers.get(segment.destinationPort) ?? []) peer.observe(segment);
    this.outbox.push(segment);
  }
}

/** The IP layer under the harness, which says at once what was sent. */
class RecordingNetwork extends FakeIpLayer {
  readonly #record: (datagram: SentDatagram) => void;

  constructor(o: FakeIpLayerOptions, record: (datagram: SentDatagram) => void) {
    super({ addresses: [`${HOST}/24`], peer: PEER, ...o });
    this.#record = record;
  }

  override send(packet: Packet, route: Route, how: SendOptions, now: Millis): Verdict {
    const verdict = super.send(packet, route, how, now);
    if (accepted(verdict)) this.#record(this.sent.at(-1)!);
    return verdict;
  }
}
