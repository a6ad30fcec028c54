import { borrowDebug, type Endpoint, type NetError, type NetErrorCode, POISON, Slice } from "@mnet/core";
import type { Abortable } from "../api/common.ts";
import type { KeepAliveOptions, TcpFlow } from "../api/tcp.ts";
import { checkOctets, toOctets } from "./address.ts";
import { failure, type Killable, type SocketContext } from "./context.ts";
import { Deferred } from "./deferred.ts";
import type { FlowConnection, FlowConnectionEvents } from "./flow-connection.ts";
import { FlowEvents, type FlowTarget } from "./flow-events.ts";
import { toReadable, toWritable } from "./streams.ts";
import { toKeepAlive } from "./tcp-options.ts";
import { NOT_YET, WaitQueue } from "./wait-queue.ts";

/** Octets per chunk of an iteration. */
const CHUNK = 65536;

/** The asynchronous face of a {@link FlowConnection}: turns its events into settled promises. */
export class Flow implements TcpFlow, Killable, FlowTarget {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** What the connection is told to call. */
  readonly events: FlowConnectionEvents = new FlowEvents(this);
  readonly #context: SocketContext;
  readonly #connection: FlowConnection;
  readonly #readers = new WaitQueue();
  readonly #writers = new WaitQueue();
  /** Octets lent by `get` and not yet credited, and (in the borrow rule's debug mode) the copies to poison. */
  #lent = 0;
  #lentCopies: readonly Uint8Array[] | null = null;
  /** What the application asked for while writes were waiting: they go first. */
  #closing: "no" | "write" | "both" = "no";
  #failure: NetErrorCode | null = null;
  #ended = false;
  #readEnded = false;
  #closed: Deferred | null = null;
  #readable: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;
  #writable: WritableStream<Uint8Array> | null = null;

  /** @param connection established, or about to be; its events must reach {@link Flow.events}. */
  constructor(context: SocketContext, connection: FlowConnection) {
    this.#context = context;
    this.#connection = connection;
    this.local = connection.local;
    this.remote = connection.remote;
    context.opened(this);
    if (connection.state === 0) this.ended(connection.error);
  }

  read(into: Uint8Array, options: Abortable = {}): Promise<number> {
    if (checkOctets(into, "into").length === 0) throw new RangeError("into must not be empty");
    return this.#readers.wait(() => this.#readNow(into), options.signal);
  }

  readExactly(octets: number, options: Abortable = {}): Promise<Uint8Array<ArrayBuffer>> {
    if (!Number.isInteger(octets) || octets < 0) {
      throw new RangeError(`octets must be a whole number, not ${octets}`);
    }
    const bytes = new Uint8Array(octets);
    let have = 0;
    return this.#readers.wait(() => {
      while (have < octets) {
        const got = this.#readNow(bytes.subarray(have));
        if (got === NOT_YET) return NOT_YET;
        if (got === 0) throw this.#failed("ERR_STREAM_PREMATURE_CLOSE", "read");
        have += got;
      }
      return bytes;
    }, options.signal);
  }

  get(options: Abortable = {}): Promise<readonly Uint8Array[] | null> {
    return this.#readers.wait(() => this.#getNow(), options.signal);
  }

  write(bytes: Uint8Array | string, options: Abortable = {}): Promise<void> {
    const octets = toOctets(bytes, "bytes");
    if (this.#closing !== "no") return Promise.reject(this.#failed("EPIPE", "write"));
    // A write that a signal may end early lends nothing: its octets are the caller's again at once.
    const lent = options.signal === undefined;
    let from = 0;
    return this.#writers.wait(() => {
      from += this.#writeNow(octets, from, lent);
      return from === octets.length ? undefined : NOT_YET;
    }, options.signal);
  }

  tryWrite(bytes: Uint8Array): number {
    checkOctets(bytes, "bytes");
    if (this.#closing !== "no") throw this.#failed("EPIPE", "write");
    return !this.#writers.isEmpty ? 0 : this.#writeNow(bytes, 0, false);
  }

  shutdown(how: "read" | "write" | "both"): void {
    if (how !== "read" && how !== "write" && how !== "both") {
      throw new RangeError(`how must be "read", "write" or "both", not ${JSON.stringify(how)}`);
    }
    if (how !== "write") {
      this.#credit();
      this.#readEnded = true;
      this.#connection.shutdownRead(this.#context.driver.now());
      this.#readers.poll();
    }
    if (how !== "read" && this.#closing === "no") this.#closing = "write";
    this.#endWriting();
    this.#context.driver.touch();
  }

  close(): Promise<void> {
    if (this.#closed !== null) return this.#closed.promise;
    this.#closed = new Deferred();
    this.#credit();
    this.#readers.rejectAll(this.#failed("ECONNABORTED", "read"));
    if (this.#ended) {
      this.#settleClose();
    } else {
      this.#closing = "both";
      this.#endWriting();
      this.#context.driver.touch();
    }
    return this.#closed.promise;
  }

  abort(): void {
    if (this.#ended) return;
    this.#connection.abort(this.#context.driver.now());
    this.ended("ECONNABORTED");
    this.#context.driver.touch();
  }

  kill(): void {
    const error = this.#failed("ENETDOWN", "read");
    this.#failure ??= "ENETDOWN";
    this.#readers.rejectAll(error);
    this.#writers.rejectAll(this.#failed("ENETDOWN", "write"));
    if (!this.#ended) this.#connection.close(this.#context.driver.now());
  }

  peers(): { readonly local: Endpoint; readonly remote: Endpoint } {
    return { local: this.local, remote: this.remote };
  }

  setNoDelay(on: boolean): void {
    this.#connection.setNoDelay(on);
    this.#context.driver.touch();
  }

  setKeepAlive(keepAlive: boolean | KeepAliveOptions): void {
    this.#connection.setKeepAlive(toKeepAlive(keepAlive), this.#context.driver.now());
    this.#context.driver.touch();
  }

  info(): Readonly<Record<string, number | string | boolean>> {
    return { ...this.#connection.info(this.#context.driver.now()) };
  }

  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#readable ??= toReadable(this, () => this.#nextChunk());
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> {
    this.#writable ??= toWritable(this);
    return this.#writable;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array<ArrayBuffer>> {
    for (let chunk = await this.#nextChunk(); chunk !== null; chunk = await this.#nextChunk()) yield chunk;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For {@link FlowEvents}. */
  arrived(): void {
    this.#readers.poll();
  }

  /** For {@link FlowEvents}. */
  roomCame(): void {
    this.#writers.poll();
    this.#endWriting();
  }

  /** For {@link FlowEvents}. */
  finished(): void {
    if (this.#closing === "both") this.#settleClose();
  }

  /** For {@link FlowEvents}. */
  ended(error: NetErrorCode | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure ??= error;
    this.#readers.poll();
    this.#writers.rejectAll(this.#failed(this.#failure ?? "EPIPE", "write"));
    this.#settleClose();
    this.#context.closed(this);
  }

  #nextChunk(): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#readers.wait(() => {
      const { readableOctets } = this.#connection;
      // Probes the state without allocating; a chunk is made only when there is something to put in.
      if (readableOctets - this.#lent <= 0) return this.#endOrWait(null);
      if (this.#connection.takeChunk !== undefined) {
        this.#credit();
        this.#checkNotEndedHere("read");
        return this.#connection.takeChunk(CHUNK);
      }
      const chunk = new Uint8Array(Math.min(readableOctets - this.#lent, CHUNK));
      this.#readNow(chunk);
      return chunk;
    }, undefined);
  }

  #readNow(into: Uint8Array): number | typeof NOT_YET {
    this.#credit();
    this.#checkNotEndedHere("read");
    if (this.#connection.readableOctets === 0 || this.#readEnded) return this.#endOrWait(0);
    const octets = this.#connection.read(into, this.#context.driver.now());
    this.#context.driver.touch();
    return octets;
  }

  #getNow(): readonly Uint8Array[] | null | typeof NOT_YET {
    this.#credit();
    this.#checkNotEndedHere("get");
    if (this.#connection.readableOctets === 0 || this.#readEnded) return this.#endOrWait(null);
    const slices: [Slice, Slice] = [new Slice(), new Slice()];
    const count = this.#connection.peek(slices);
    const views = slices.slice(0, count).map((slice) => slice.bytes.subarray(slice.start, slice.end));
    this.#lent = views.reduce((sum, view) => sum + view.length, 0);
    if (!borrowDebug()) return views;
    this.#lentCopies = views.map((view) => view.slice());
    return this.#lentCopies;
  }

  /** The stream has nothing: its end, its failure, or not yet. */
  #endOrWait<T>(end: T): T | typeof NOT_YET {
    this.#checkNotEndedHere("read");
    if (this.#readEnded || this.#connection.endOfStream) return end;
    if (this.#failure !== null) throw this.#failed(this.#failure, "read");
    if (this.#closed !== null) throw this.#failed("ECONNABORTED", "read");
    return NOT_YET;
  }

  /** What the peer or the network ended may still be read; what this side ended may not. */
  #checkNotEndedHere(syscall: string): void {
    if (this.#failure === "ENETDOWN" || this.#failure === "ECONNABORTED")
      throw this.#failed(this.#failure, syscall);
  }

  #failed(code: NetErrorCode, syscall: string): NetError {
    return failure(code, syscall, this.remote);
  }

  #credit(): void {
    if (this.#lent === 0) return;
    // An abort has discarded them already.
    const octets = Math.min(this.#lent, this.#connection.readableOctets);
    if (octets > 0) this.#connection.consume(octets, this.#context.driver.now());
    this.#lent = 0;
    for (const copy of this.#lentCopies ?? []) copy.fill(POISON);
    this.#lentCopies = null;
    this.#context.driver.touch();
  }

  #writeNow(octets: Uint8Array, from: number, lent: boolean): number {
    if (this.#failure !== null) throw this.#failed(this.#failure, "write");
    const taken = this.#connection.write(octets, from, octets.length, this.#context.driver.now(), lent);
    if (taken > 0) this.#context.driver.touch();
    return taken;
  }

  /** Passes a wish to end on to the connection once the queued writes are through. */
  #endWriting(): void {
    if (this.#closing === "no" || !this.#writers.isEmpty || this.#ended) return;
    const now = this.#context.driver.now();
    if (this.#closing === "both") this.#connection.close(now);
    else this.#connection.shutdownWrite(now);
  }

  #settleClose(): void {
    if (this.#closed === null) return;
    if (this.#failure === null) this.#closed.resolve();
    else this.#closed.reject(this.#failed(this.#failure, "close"));
  }
}
