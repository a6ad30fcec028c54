import type { IpAddress, IpLayer, Millis } from "@mnet/core";
import { type Flow, FlowKind } from "../demux.ts";
import type { Timestamps } from "../timestamps/timestamps.ts";

/**
 * What is left of a connection in TIME-WAIT (RFC 9293 3.3.2): enough to acknowledge a FIN that comes again, and to tell a new SYN from an
 * old one.
 */
export class TimeWaitRecord implements Flow {
  readonly kind: typeof FlowKind.TimeWait = FlowKind.TimeWait;
  flowHash = 0;
  flowNext: Flow | null = null;
  readonly network: IpLayer;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly localPort: number;
  readonly remotePort: number;
  /** SND.NXT and RCV.NXT. */
  readonly sendNext: number;
  readonly receiveNext: number;
  /** The window field of its acknowledgments, and its shift. */
  readonly window: number;
  readonly scale: number;
  /** As the connection left them. */
  readonly timestamps: Timestamps;
  /** When it goes; -1 once it is gone. */
  expiresAt: Millis = 0.5;
  /** Answers to something other than the FIN left in the second that began at `answeringSince`. */
  answersLeft = 0;
  answeringSince: Millis = Number.NEGATIVE_INFINITY;
  older: TimeWaitRecord | null = null;
  newer: TimeWaitRecord | null = null;

  constructor(
    network: IpLayer,
    flow: Pick<Flow, "local" | "remote" | "localPort" | "remotePort">,
    sendNext: number,
    receiveNext: number,
    window: number,
    scale: number,
    timestamps: Timestamps,
  ) {
    this.network = network;
    this.local = flow.local;
    this.remote = flow.remote;
    this.localPort = flow.localPort;
    this.remotePort = flow.remotePort;
    this.sendNext = sendNext;
    this.receiveNext = receiveNext;
    this.window = window;
    this.scale = scale;
    this.timestamps = timestamps;
  }
}

/**
 * The TIME-WAIT records of a layer, a bounded queue: all last equally long, so the oldest is always the first to go, by its time or because
 * the table is full.
 */
export class TimeWaitTable {
  size = 0;
  readonly #duration: Millis;
  readonly #limit: number;
  readonly #removed: (record: TimeWaitRecord, evicted: boolean) => void;
  #oldest: TimeWaitRecord | null = null;
  #newest: TimeWaitRecord | null = null;

  /** @param removed called for each record that goes. */
  constructor(duration: Millis, limit: number, removed: (record: TimeWaitRecord, evicted: boolean) => void) {
    this.#duration = duration;
    this.#limit = limit;
    this.#removed = removed;
  }

  nextDeadline(): Millis {
    return this.#oldest === null ? Number.POSITIVE_INFINITY : this.#oldest.expiresAt;
  }

  add(record: TimeWaitRecord, now: Millis): void {
    if (this.size >= this.#limit) this.remove(this.#oldest!, true);
    this.#append(record, now);
  }

  /** Starts 2 MSL anew. */
  restart(record: TimeWaitRecord, now: Millis): void {
    this.#unlink(record);
    this.#append(record, now);
  }

  remove(record: TimeWaitRecord, evicted = false): void {
    this.#unlink(record);
    record.expiresAt = -1;
    this.#removed(record, evicted);
  }

  expire(now: Millis): void {
    while (this.#oldest !== null && this.#oldest.expiresAt <= now) this.remove(this.#oldest);
  }

  clear(): void {
    while (this.#oldest !== null) this.remove(this.#oldest);
  }

  #append(record: TimeWaitRecord, now: Millis): void {
    record.expiresAt = now + this.#duration;
    record.older = this.#newest;
    record.newer = null;
    if (this.#newest === null) this.#oldest = record;
    else this.#newest.newer = record;
    this.#newest = record;
    this.size++;
  }

  #unlink(record: TimeWaitRecord): void {
    if (record.older === null) this.#oldest = record.newer;
    else record.older.newer = record.newer;
    if (record.newer === null) this.#newest = record.older;
    else record.newer.older = record.older;
    record.older = null;
    record.newer = null;
    this.size--;
  }
}
