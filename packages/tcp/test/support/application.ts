import type { StreamModel } from "@mnet/conformance";
import type { NetErrorCode } from "@mnet/core";
import { type ConnectionEvents, type TcpConnection, tcpStateName } from "@mnet/tcp";
import { pattern, patternFault } from "./pattern.ts";

/** Who is told to run what an application call made ready. */
export interface Turn {
  readonly now: number;
  flush(): void;
}

/** What an application writes to and reads from, when the other end is one as well. */
export interface Streams {
  readonly out: StreamModel;
  readonly in: StreamModel;
}

/**
 * An application on one connection: it writes and reads the test stream, checks every octet it reads, and remembers the events.
 * Each call is a turn of its own: the stack's flush follows it.
 */
export class Application implements ConnectionEvents {
  readonly #turn: Turn;
  readonly #streams: Streams | null;
  #connection: TcpConnection | null = null;
  /** Names of the events in their order, consecutive repetitions once. */
  readonly events: string[] = [];
  /** Octets written and read so far: offsets in the two test streams. */
  written = 0;
  wasRead = 0;
  /** `undefined` until the last event; then its error, `null` for none. */
  outcome: NetErrorCode | null | undefined = undefined;
  /** How often the last event came; more than once is a fault. */
  closings = 0;

  /** @param streams the models of the two streams; without them it is the test stream both ways. */
  constructor(turn: Turn, streams: Streams | null = null) {
    this.#turn = turn;
    this.#streams = streams;
  }

  attach(connection: TcpConnection): this {
    this.#connection = connection;
    return this;
  }

  get connection(): TcpConnection {
    if (this.#connection === null) throw new Error("not connected yet");
    return this.#connection;
  }

  /** The state's name as RFC 9293 spells it. */
  get state(): string {
    return stateText(this.connection);
  }

  /** Writes `octets` of the test stream; returns how many were taken. */
  write(octets: number): number {
    const taken = this.writeInTurn(octets);
    this.#turn.flush();
    return taken;
  }

  /** Writes without the flush that ends a turn, to see what several calls of one turn become. */
  writeInTurn(octets: number): number {
    const bytes = this.#streams?.out.next(octets) ?? pattern(this.written, this.written + octets);
    const taken = this.connection.write(bytes, 0, bytes.length, this.#turn.now);
    this.#streams?.out.wrote(taken);
    this.written += taken;
    return taken;
  }

  /** Reads up to `octets`, or all there is; returns how many. @throws Error on an octet that is not the test stream's. */
  read(octets: number = this.connection.readableOctets): number {
    const into = new Uint8Array(octets);
    const count = octets === 0 ? 0 : this.connection.read(into, this.#turn.now);
    this.#check(into.subarray(0, count));
    this.wasRead += count;
    this.#turn.flush();
    return count;
  }

  shutdownWrite(): void {
    this.connection.shutdownWrite(this.#turn.now);
    this.#turn.flush();
  }

  shutdownRead(): void {
    this.connection.shutdownRead(this.#turn.now);
    this.#turn.flush();
  }

  close(): void {
    this.connection.close(this.#turn.now);
    this.#turn.flush();
  }

  abort(): void {
    this.connection.abort(this.#turn.now);
    this.#turn.flush();
  }

  #check(octets: Uint8Array): void {
    if (this.#streams !== null) {
      this.#streams.in.received(octets);
      return;
    }
    const fault = patternFault(octets, this.wasRead);
    if (fault >= 0) throw new Error(`octet ${fault} of the stream is wrong`);
  }

  /** How often an event of this name came. */
  count(event: string): number {
    return this.#counts.get(event) ?? 0;
  }

  readonly #counts = new Map<string, number>();

  established(connection: TcpConnection): void {
    this.#connection ??= connection;
    this.#note("established");
  }

  readable(): void {
    this.#note("readable");
  }

  writable(): void {
    this.#note("writable");
  }

  finished(): void {
    this.#note("finished");
  }

  closed(_connection: TcpConnection, error: NetErrorCode | null): void {
    this.closings++;
    this.outcome = error;
    this.#note("closed");
  }

  #note(event: string): void {
    this.#counts.set(event, this.count(event) + 1);
    if (this.events.at(-1) !== event) this.events.push(event);
  }
}

/** A state as RFC 9293 3.3.2 spells it, however the code's name for it is written. */
export function stateText(connection: TcpConnection): string {
  const letters = tcpStateName(connection.state)
    .replace(/[^A-Za-z0-9]/g, "")
    .toUpperCase();
  return spelling.get(letters) ?? letters;
}

const spelling = new Map(
  [
    "CLOSED",
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
  ].map((name) => [name.replaceAll("-", ""), name]),
);
