import type { Millis } from "@mnet/core";
import type { ConnectionOptions } from "@mnet/tcp";
import type { Application, Streams } from "./application.ts";
import { type LinkedHost, Pair, type PairOptions } from "./pair.ts";

/** What one end does: writes `octets` in pieces, then closes its half; meanwhile reads in pieces until the end of the stream. */
export interface Behaviour {
  readonly octets: number;
  /** Sizes of the writes, over and over. */
  readonly writes: readonly number[];
  /** Sizes of the reads, over and over. */
  readonly reads: readonly number[];
  /** Milliseconds between two turns of the application. */
  readonly pause: Millis;
  /** Reads nothing before this time since the start. */
  readonly readsAfter: Millis;
  /** Closes its half only when the other half has ended. */
  readonly answers: boolean;
}

/** An application that behaves so, on a timeline. */
export class Actor {
  readonly application: Application;
  readonly #pair: Pair;
  readonly #behaviour: Behaviour;
  readonly #streams: Streams;
  #turn = 0;
  #idle = 0;
  #shut = false;
  #closed = false;

  /** @param streams the models of what the application writes and reads. */
  constructor(pair: Pair, application: Application, behaviour: Behaviour, streams: Streams) {
    this.#streams = streams;
    this.#pair = pair;
    this.application = application;
    this.#behaviour = behaviour;
    pair.timeline.after(0, () => this.#act());
  }

  get done(): boolean {
    return this.application.outcome !== undefined;
  }

  /** Whether the end of the other's stream was read. The model throws when it came early. */
  get sawEnd(): boolean {
    const { endOfStream } = this.application.connection;
    if (endOfStream && !this.#streams.in.complete) this.#streams.in.ended();
    return endOfStream;
  }

  #act(): void {
    const { application } = this;
    const { connection } = application;
    const before = application.wasRead + application.written;
    this.#turn++;
    this.#read();
    if (connection.error === null && application.outcome === undefined) this.#write();
    if (this.#shut && connection.endOfStream && !this.#closed) {
      this.#closed = true;
      application.close();
    }
    // Whoever finds nothing to do looks again less and less often, which stands in for waiting for an event.
    this.#idle = application.wasRead + application.written > before ? 0 : this.#idle + 1;
    const pause = Math.min(5000, this.#behaviour.pause * 2 ** Math.min(20, this.#idle));
    if (!this.done) this.#pair.timeline.after(pause, () => this.#act());
    // What came before an error or the last FIN can be read still.
    else while (connection.readableOctets > 0) application.read();
  }

  #read(): void {
    const { reads, readsAfter } = this.#behaviour;
    if (this.#pair.timeline.now() < readsAfter) return;
    for (let i = 0; i < 4 && this.application.connection.readableOctets > 0; i++) {
      this.application.read(reads[(this.#turn + i) % reads.length]);
    }
  }

  #write(): void {
    const { application } = this;
    const { octets, writes, answers } = this.#behaviour;
    if (application.state === "SYN-SENT" || application.state === "SYN-RECEIVED") return;
    const left = octets - application.written;
    if (left > 0) application.write(Math.min(left, writes[this.#turn % writes.length]!));
    if (application.written === octets && !this.#shut && (!answers || application.connection.endOfStream)) {
      this.#shut = true;
      this.#streams.out.finish();
      application.shutdownWrite();
    }
  }
}

export interface Exchange {
  readonly pair: Pair;
  readonly client: Actor;
  /** `null` when the handshake failed. */
  readonly server: Actor | null;
}

/** Two ends behave until both have had their last event. @throws Error when they have not after `limit` of virtual time. */
export function exchange(
  o: PairOptions & { readonly connection?: ConnectionOptions },
  clientBehaviour: Behaviour,
  serverBehaviour: Behaviour,
  limit: Millis,
): Exchange {
  const pair = new Pair(o);
  const { forth, back } = pair.conversation;
  let server: Actor | null = null;
  const application = pair.open(o.connection, (acceptedOne) => {
    server = new Actor(pair, acceptedOne, serverBehaviour, { out: back, in: forth });
  });
  const client = new Actor(pair, application, clientBehaviour, { out: forth, in: back });
  const serverDone = (): boolean => server?.done ?? (client.done && quiet(pair.server));
  pair.runUntil(() => client.done && serverDone(), limit);
  // Applications get their last turn.
  pair.timeline.advance(5001);
  return { pair, client, server };
}

function quiet(host: LinkedHost): boolean {
  return [...host.tcp.connections()].length === 0;
}
