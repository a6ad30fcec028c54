import { type Millis, Packet, type Random, randomFraction } from "@mnet/core";
import { Bottleneck, type BottleneckConditions } from "@mnet/simulation";

/** One way of a network: a bottleneck, then a delay, with chance losses between. */
export interface LinkOptions extends BottleneckConditions {
  readonly delay: Millis;
  /** Probability that a datagram is lost. */
  readonly loss: number;
}

/** Where a link ends. */
export interface Receiver {
  arrive(datagram: Packet, now: Millis): void;
}

/** Octets in front of each datagram, where an IP header would be. */
const HEADROOM = 20;
const LARGEST = 1600;

/**
 * Carries transport segments in order. What is on its way waits in a ring of reused packets, so that a long fat pipe costs memory and
 * nothing else.
 */
export class Link {
  sent = 0;
  /** Lost because the queue was full. */
  dropped = 0;
  /** Lost by chance. */
  lost = 0;
  marked = 0;
  readonly #options: LinkOptions;
  readonly #random: Random;
  readonly #bottleneck = new Bottleneck();
  #ring: Packet[] = [];
  #arrivals: Float64Array = new Float64Array(0);
  #head = 0;
  #size = 0;

  constructor(options: LinkOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Octets waiting at the bottleneck when the last datagram came. */
  get queued(): number {
    return this.#bottleneck.octets;
  }

  /** When the next datagram arrives; Infinity for never. */
  get next(): Millis {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#arrivals[this.#head]!;
  }

  /** Takes a copy of a segment. @param ecn the ECN field of its IP header. */
  carry(segment: Packet, ecn: number, now: Millis): void {
    const options = this.#options;
    this.sent++;
    const departure = this.#bottleneck.depart(segment.length + HEADROOM, options, now);
    if (departure < 0) {
      this.dropped++;
      return;
    }
    if (options.loss > 0 && randomFraction(this.#random) < options.loss) {
      this.lost++;
      return;
    }
    if (this.#size === this.#ring.length) this.#grow();
    const at = (this.#head + this.#size) & (this.#ring.length - 1);
    const packet = this.#ring[at]!;
    packet.reset(HEADROOM, HEADROOM + segment.copyTo(packet.bytes, HEADROOM));
    const mark = this.#bottleneck.marked && ecn !== 0;
    if (mark) this.marked++;
    packet.bytes[0] = mark ? 3 : ecn;
    this.#arrivals[at] = departure + options.delay;
    this.#size++;
  }

  /** Hands over everything that arrives now; returns whether there was anything. */
  deliver(to: Receiver, now: Millis): boolean {
    if (this.next > now) return false;
    while (this.#size > 0 && this.#arrivals[this.#head]! <= now) {
      const packet = this.#ring[this.#head]!;
      this.#head = (this.#head + 1) & (this.#ring.length - 1);
      this.#size--;
      to.arrive(packet, now);
    }
    return true;
  }

  #grow(): void {
    const size = Math.max(64, this.#ring.length * 2);
    const ring: Packet[] = [];
    const arrivals = new Float64Array(size);
    for (let i = 0; i < this.#size; i++) {
      const from = (this.#head + i) & (this.#ring.length - 1);
      ring.push(this.#ring[from]!);
      arrivals[i] = this.#arrivals[from]!;
    }
    while (ring.length < size) ring.push(Packet.allocate(LARGEST));
    this.#ring = ring;
    this.#arrivals = arrivals;
    this.#head = 0;
  }
}
