import {
  type AddressResolver,
  EtherType,
  type IpAddress,
  type LinkLayer,
  lend,
  type MacAddress,
  type Millis,
  Packet,
  reclaim,
  toIpAddress,
  toMacAddress,
  Verdict,
} from "@mnet/core";
import { completedCopy } from "./checked-send.ts";

export interface FakeResolverOptions {
  /** Where resolved packets go. */
  readonly link: LinkLayer;
  /** The neighbours that are known from the start: address to MAC address. */
  readonly neighbors?: Readonly<Record<string, MacAddress | string>>;
  /** What every other neighbour answers at once; default `null`: they stay unresolved until {@link FakeResolver.answer}. */
  readonly everybody?: MacAddress | string | null;
}

interface Pending {
  readonly nextHop: IpAddress;
  readonly queue: Uint8Array<ArrayBuffer>[];
  readonly requests: Millis[];
}

type Unreachable = (nextHop: IpAddress, queued: Packet, now: Millis) => void;

const QUEUE_LIMIT = 3;
const REQUEST_INTERVAL = 1000;
const REQUEST_LIMIT = 3;

/**
 * An {@link AddressResolver} that asks the test instead of the link: a neighbour is resolved when the test calls
 * {@link FakeResolver.answer}. Three requests one second apart, then unreachable; at most three packets wait per neighbour.
 */
export class FakeResolver implements AddressResolver {
  /** What transports confirmed and doubted, in order, as text. */
  readonly confirmed: string[] = [];
  readonly doubted: string[] = [];
  readonly #link: LinkLayer;
  readonly #known = new Map<string, MacAddress>();
  readonly #learnt = new Map<string, MacAddress>();
  readonly #pending = new Map<string, Pending>();
  readonly #asked = new Map<string, Millis[]>();
  readonly #everybody: MacAddress | null;
  #unreachable: Unreachable = () => {};

  constructor(options: FakeResolverOptions) {
    this.#link = options.link;
    const { everybody = null } = options;
    this.#everybody = everybody === null ? null : toMacAddress(everybody);
    for (const [address, mac] of Object.entries(options.neighbors ?? {})) {
      this.#known.set(toIpAddress(address).toString(), toMacAddress(mac));
    }
  }

  sendVia(nextHop: IpAddress, packet: Packet, now: Millis): Verdict {
    const key = nextHop.toString();
    const mac = this.#learnt.get(key) ?? this.#known.get(key) ?? this.#everybody;
    if (mac !== null) return this.#link.send(packet, mac, etherTypeOf(nextHop));
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      const requests = this.#asked.get(key) ?? [];
      const lately = requests.at(-1);
      if (lately !== undefined && now - lately < REQUEST_INTERVAL) return Verdict.NeighborFailed;
      requests.push(now);
      this.#asked.set(key, requests);
      pending = { nextHop, queue: [], requests: [now] };
      this.#pending.set(key, pending);
    }
    if (pending.queue.length === QUEUE_LIMIT) pending.queue.shift();
    pending.queue.push(completedCopy(packet));
    return Verdict.Queued;
  }

  confirm(nextHop: IpAddress): void {
    this.confirmed.push(nextHop.toString());
  }

  /** Forgets what the neighbour answered, so that it is asked again; neighbours known from the start stay. */
  doubt(nextHop: IpAddress): void {
    const key = nextHop.toString();
    this.doubted.push(key);
    this.#learnt.delete(key);
  }

  onUnreachable(sink: Unreachable): void {
    this.#unreachable = sink;
  }

  nextDeadline(): Millis {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { requests } of this.#pending.values()) {
      earliest = Math.min(earliest, requests.at(-1)! + REQUEST_INTERVAL);
    }
    return earliest;
  }

  onDeadline(now: Millis): void {
    for (const [key, pending] of [...this.#pending]) {
      if (now < pending.requests.at(-1)! + REQUEST_INTERVAL) continue;
      if (pending.requests.length === REQUEST_LIMIT) {
        this.fail(key, now);
      } else {
        pending.requests.push(now);
        this.#asked.get(key)!.push(now);
      }
    }
  }

  /** When each request for `nextHop` would have been sent. */
  requestsFor(nextHop: IpAddress | string): readonly Millis[] {
    return this.#asked.get(toIpAddress(nextHop).toString()) ?? [];
  }

  /** The neighbour answers: what waits for it is sent in order, and it is known from now on. */
  answer(nextHop: IpAddress | string, mac: MacAddress | string): void {
    const key = toIpAddress(nextHop).toString();
    const answered = toMacAddress(mac);
    this.#learnt.set(key, answered);
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    for (const octets of pending?.queue ?? []) {
      const packet = this.#queued(octets);
      const lent = lend(packet);
      this.#link.send(lent, answered, etherTypeOf(pending!.nextHop));
      reclaim(lent, packet, "down");
    }
  }

  /** Gives up: each packet that waits is reported unreachable. */
  fail(nextHop: IpAddress | string, now: Millis): void {
    const key = toIpAddress(nextHop).toString();
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    for (const octets of pending?.queue ?? []) {
      const packet = this.#queued(octets);
      const lent = lend(packet);
      this.#unreachable(pending!.nextHop, lent, now);
      reclaim(lent, packet, "up");
    }
  }

  #queued(octets: Uint8Array<ArrayBuffer>): Packet {
    const { headroom } = this.#link.capabilities;
    const packet = Packet.allocate(headroom + octets.length);
    packet.bytes.set(octets, headroom);
    packet.reset(headroom, headroom + octets.length);
    return packet;
  }
}

function etherTypeOf(nextHop: IpAddress): number {
  return nextHop.family === 4 ? EtherType.Ipv4 : EtherType.Ipv6;
}
