import {
  type AddressResolver,
  type IpAddress,
  lend,
  type MacAddress,
  type Millis,
  Packet,
  reclaim,
  type Verdict,
} from "@mnet/core";
import { ipv4Packet } from "../build/ipv4.ts";
import { ipv6Packet } from "../build/ipv6.ts";
import type { FakeLink } from "../fakes/fake-link.ts";

/** A resolver on a link whose other stations the test plays. */
export interface ResolverUnderTest {
  readonly resolver: AddressResolver;
  /** What the resolver sends through; its record of what was sent stays as it is. */
  readonly link: FakeLink;
  /** Two neighbours that the resolver has never heard of, on the link. */
  readonly neighbors: readonly [IpAddress, IpAddress];
  /** Lets a neighbour answer a request with its MAC address. */
  answer(neighbor: IpAddress, mac: MacAddress, now: Millis): void;
  /** How many requests for the neighbour the link took so far, to everybody or to itself: counted in `link.sent`. */
  requestsFor(neighbor: IpAddress): number;
}

/** RFC 3692 "use for experimentation": tells what the suite sends from what the resolver does. */
const EXPERIMENTAL_PROTOCOL = 253;

/** A resolver with a clock, and numbered packets to send through it. */
export class ResolverBench {
  readonly under: ResolverUnderTest;
  now: Millis = 1000;
  /** What was reported unreachable, as `neighbour packet`. */
  readonly unreachable: string[] = [];
  /** When each request for a neighbour was first seen. */
  readonly requestTimes: ReadonlyMap<IpAddress, Millis[]>;
  #seen = 0;

  constructor(under: ResolverUnderTest) {
    this.under = under;
    this.requestTimes = new Map(under.neighbors.map((neighbor) => [neighbor, []]));
    under.resolver.onUnreachable((nextHop, queued) => {
      this.unreachable.push(`${nextHop} ${numberOf(queued.toBytes())}`);
    });
    this.advance(30_000);
    this.#seen = under.link.sent.length;
  }

  /** Sends packet `number` to a neighbour, then writes rubbish over it. */
  send(neighbor: IpAddress, number: number): Verdict {
    const { headroom } = this.under.link.capabilities;
    const octets = datagram(neighbor, number);
    const packet = Packet.allocate(headroom + octets.length);
    packet.bytes.set(octets, headroom);
    packet.reset(headroom, headroom + octets.length);
    const lent = lend(packet);
    const verdict = this.under.resolver.sendVia(neighbor, lent, this.now);
    reclaim(lent, packet, "down");
    packet.bytes.fill(0x5a);
    this.#watch();
    return verdict;
  }

  answer(neighbor: IpAddress, mac: MacAddress): void {
    this.under.answer(neighbor, mac, this.now);
    this.#watch();
  }

  /** Moves the clock, running each deadline at its time. @throws Error when the resolver asks for the same time again and again. */
  advance(by: Millis): void {
    const { resolver } = this.under;
    const end = this.now + by;
    for (let at = resolver.nextDeadline(); at <= end; at = resolver.nextDeadline()) {
      this.now = Math.max(this.now, at);
      resolver.onDeadline(this.now);
      this.#watch();
      if (resolver.nextDeadline() <= this.now) {
        throw new Error(`nextDeadline() is ${resolver.nextDeadline()} after onDeadline(${this.now})`);
      }
    }
    this.now = end;
    resolver.onDeadline(this.now);
    this.#watch();
  }

  /** What was sent to neighbours since the last call, as `mac packet`. */
  delivered(): string[] {
    const lines: string[] = [];
    const { sent } = this.under.link;
    for (; this.#seen < sent.length; this.#seen++) {
      const { to, octets } = sent[this.#seen]!;
      const number = numberOf(octets);
      if (number !== null) lines.push(`${to} ${number}`);
    }
    return lines;
  }

  #watch(): void {
    for (const [neighbor, times] of this.requestTimes) {
      while (times.length < this.under.requestsFor(neighbor)) times.push(this.now);
    }
  }
}

function datagram(destination: IpAddress, number: number): Uint8Array<ArrayBuffer> {
  const payload = Uint8Array.of(number >>> 8, number & 0xff, 0xc5);
  return destination.family === 4
    ? ipv4Packet({ source: "10.0.0.1", destination, protocol: EXPERIMENTAL_PROTOCOL }, payload)
    : ipv6Packet({ source: "fd00::1", destination, nextHeader: EXPERIMENTAL_PROTOCOL }, payload);
}

/** The number of a packet of ours; `null` for what the resolver itself sent. */
function numberOf(octets: Uint8Array): number | null {
  const version = (octets[0] ?? 0) >>> 4;
  const protocol = version === 4 ? octets[9] : version === 6 ? octets[6] : undefined;
  const payload = octets.subarray(version === 4 ? 20 : 40);
  if (protocol !== EXPERIMENTAL_PROTOCOL || payload.length !== 3 || payload[2] !== 0xc5) return null;
  return (payload[0]! << 8) | payload[1]!;
}
