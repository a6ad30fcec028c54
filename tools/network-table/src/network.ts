import { type Millis, SeededRandom } from "@mnet/core";
import type { ConnectionOptions, TcpParameters } from "@mnet/tcp";
import { BulkFlow } from "./flow.ts";
import { Host } from "./host.ts";
import { Link } from "./link.ts";

/** A path between two hosts. */
export interface NetworkOptions {
  readonly seed: number;
  /** Octets per second of the bottleneck, IP header included. */
  readonly rate: number;
  /** Round trip without queueing and sending times, milliseconds; half of it each way. */
  readonly roundTrip: Millis;
  /** Octets of the queue at the bottleneck. */
  readonly queue: number;
  /** Probability that a datagram of data is lost by chance; acknowledgments are not. */
  readonly loss: number;
  /** Octets in the queue from which on ECN-capable datagrams are marked. Default: never. */
  readonly markFrom?: number;
  readonly parameters?: Partial<TcpParameters>;
}

/** Two hosts with any number of bulk transfers from one to the other, through one bottleneck. */
export class Network {
  now: Millis = 0;
  readonly sender: Host;
  readonly receiver: Host;
  readonly forth: Link;
  readonly back: Link;
  readonly flows: BulkFlow[] = [];
  readonly #starts: { readonly at: Millis; readonly options: ConnectionOptions }[] = [];

  constructor(o: NetworkOptions) {
    const random = new SeededRandom(o.seed);
    const parameters = o.parameters ?? {};
    this.sender = new Host("10.0.0.1", "10.0.0.2", random.fork(), parameters);
    this.receiver = new Host("10.0.0.2", "10.0.0.1", random.fork(), parameters);
    const unlimited = Number.POSITIVE_INFINITY;
    const delay = o.roundTrip / 2;
    this.forth = new Link(
      {
        rate: o.rate,
        queue: unlimited,
        queueOctets: o.queue,
        markFrom: o.markFrom ?? unlimited,
        delay,
        loss: o.loss,
      },
      random.fork(),
    );
    const free = { rate: unlimited, queue: unlimited, queueOctets: unlimited, markFrom: unlimited };
    this.back = new Link({ ...free, delay, loss: 0 }, random.fork());
    this.sender.link = this.forth;
    this.receiver.link = this.back;
  }

  /** Lets a transfer begin at a time to come; flows are numbered in the order of beginning. */
  begin(at: Millis, options: ConnectionOptions): void {
    this.#starts.push({ at, options });
    this.#starts.sort((one, other) => one.at - other.at);
  }

  /** Lets time pass until `end`. */
  run(end: Millis): void {
    const { sender, receiver, forth, back } = this;
    for (;;) {
      const start = this.#starts[0]?.at ?? Number.POSITIVE_INFINITY;
      const deadlines = Math.min(sender.tcp.nextDeadline(), receiver.tcp.nextDeadline());
      const next = Math.max(this.now, Math.min(forth.next, back.next, deadlines, start));
      if (next > end) break;
      this.now = next;
      if (start <= next) this.#open();
      if (forth.deliver(receiver, next) || receiver.tcp.nextDeadline() <= next) this.#turn(receiver);
      if (back.deliver(sender, next) || sender.tcp.nextDeadline() <= next) this.#turn(sender);
    }
    this.now = end;
  }

  /** One turn of a host: deadlines, applications, then what they made ready leaves. */
  #turn(host: Host): void {
    const { now } = this;
    if (host.tcp.nextDeadline() <= now) host.tcp.onDeadline(now);
    for (const flow of this.flows) {
      if (host === this.sender) flow.write(now);
      else flow.read(now);
    }
    host.tcp.flush(now);
  }

  #open(): void {
    const { options } = this.#starts.shift()!;
    const port = 1 + this.flows.length;
    this.flows.push(new BulkFlow(this.sender, this.receiver, port, options, this.now));
    this.sender.tcp.flush(this.now);
  }
}
