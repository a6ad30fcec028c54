import { AddressWords, type HeapItem, IpAddress, type IpLayer, type Millis, type Words } from "@mnet/core";
import type { TcpContext } from "./context.ts";
import { type HalfOpenFields, HalfOpenTable } from "./half-open-table.ts";
import type { TcpListener } from "./listener.ts";
import type { FlowSettings } from "./settings.ts";

/** One record of a {@link SynQueue}, taken out to be worked with; changes go through the queue. */
export interface HalfOpen {
  readonly queue: SynQueue;
  /** The record's name in the queue; -1 when there is none, and a cookie stands for it. */
  readonly at: number;
  readonly network: IpLayer;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly localPort: number;
  readonly remotePort: number;
  /** ISS and IRS. */
  readonly initialSend: number;
  readonly initialReceive: number;
  /** MSS option of the SYN, 0 when absent. */
  readonly peerSegment: number;
  /** Window scale of the SYN, -1 when absent. */
  readonly peerScale: number;
  /** Selective acknowledgments and timestamps are agreed on. */
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
  /** Explicit congestion notification is agreed on. */
  readonly ecn: boolean;
  /** TS.Recent. */
  readonly timestampRecent: number;
  /** How often the SYN-ACK was sent again. */
  readonly retries: number;
  /** When it is sent again. */
  readonly deadline: Millis;
}

/** The half-open connections of one listener, with one timer for all of them. */
export class SynQueue implements HeapItem {
  heapIndex = -1;
  heapDeadline: Millis = Number.POSITIVE_INFINITY;
  readonly listener: TcpListener;
  readonly settings: FlowSettings;
  /** When a SYN was last answered with a cookie. */
  cookieAt: Millis = Number.NEGATIVE_INFINITY;
  readonly #context: TcpContext;
  readonly #table: HalfOpenTable;
  readonly #words: AddressWords = new AddressWords();

  constructor(context: TcpContext, listener: TcpListener, settings: FlowSettings) {
    const { synQueue, synAckRetries } = context.params;
    this.#context = context;
    this.listener = listener;
    this.settings = settings;
    this.#table = new HalfOpenTable(synQueue, synAckRetries, context.halfOpenHash);
  }

  get size(): number {
    return this.#table.size;
  }

  get isFull(): boolean {
    return this.#table.isFull;
  }

  /** The record of a flow to this listener. */
  find(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number): HalfOpen | null {
    const at = this.#table.find(local, remote, remotePort);
    return at < 0 ? null : this.#read(at);
  }

  /** The record that is due first. */
  first(): HalfOpen | null {
    const at = this.#table.first();
    return at < 0 ? null : this.#read(at);
  }

  /** Keeps a half-open connection; the oldest makes room. */
  keep(fields: HalfOpenFields, deadline: Millis): HalfOpen {
    if (this.#table.isFull) {
      this.#context.statistics.halfOpenEvictions++;
      this.#table.remove(this.#table.oldest());
    }
    const at = this.#table.add(fields, deadline);
    this.#context.timers.arm(this);
    return this.#read(at);
  }

  forget(half: HalfOpen): void {
    this.#table.remove(half.at);
    if (this.#table.size === 0) this.#context.timers.remove(this);
  }

  /** Counts a retry of the SYN-ACK. @param deadline of the next one. */
  retried(half: HalfOpen, deadline: Millis): void {
    this.#table.retried(half.at, deadline);
  }

  /** The SYN came again, with this TSval to be echoed. */
  echo(half: HalfOpen, timestampRecent: number): HalfOpen {
    this.#table.echo(half.at, timestampRecent);
    return this.#read(half.at);
  }

  /** The SYN came again without asking for ECN. */
  dropEcn(half: HalfOpen): HalfOpen {
    this.#table.dropEcn(half.at);
    return this.#read(half.at);
  }

  /** Whether the record has not been challenged in this second. */
  mayChallenge(half: HalfOpen, now: Millis): boolean {
    return this.#table.mayChallenge(half.at, now);
  }

  earliestDeadline(): Millis {
    const first = this.#table.first();
    return first < 0 ? Number.POSITIVE_INFINITY : this.#table.deadline(first);
  }

  #read(at: number): HalfOpen {
    const table = this.#table;
    const local = IpAddress.fromWords(table.address(at, "Local", this.#words));
    return {
      queue: this,
      at,
      network: this.#context.network(local.family)!,
      local,
      remote: IpAddress.fromWords(table.address(at, "Remote", this.#words)),
      localPort: this.listener.local.port,
      remotePort: table.field(at, "RemotePort"),
      initialSend: table.field(at, "InitialSend"),
      initialReceive: table.field(at, "InitialReceive"),
      peerSegment: table.peerSegment(at),
      peerScale: table.peerScale(at),
      sackPermitted: table.sackPermitted(at),
      timestamps: table.timestamps(at),
      ecn: table.ecn(at),
      timestampRecent: table.field(at, "TimestampRecent"),
      retries: table.field(at, "Retries"),
      deadline: table.deadline(at),
    };
  }
}
