import { type Endpoint, IpAddress, type IpInfo, type NetErrorCode, Verdict } from "@mnet/core";
import { ReceiveQueue } from "./receive-queue.ts";

/** What happens to a port. Called from inside the stack: record it and return. */
export interface UdpEvents {
  /** A datagram was queued. */
  readable(): void;
  /**
   * An ICMP error met a datagram of this connected port (RFC 1122 4.1.3.3): ECONNREFUSED, EHOSTUNREACH, ENETUNREACH or EMSGSIZE. Kept
   * until {@link UdpPort.takeError}. Or ENETDOWN: the layer was closed.
   */
  failed(code: NetErrorCode): void;
}

export interface BindingOptions {
  /** As bound; `null` for every address. */
  readonly address: IpAddress | null;
  /** `null` for both families. */
  readonly family: 4 | 6 | null;
  readonly port: number;
  /** Source of what is sent, when binding determined it: `address`, unless that is a group or a broadcast address. */
  readonly source: IpAddress | null;
  readonly reuse: boolean;
  readonly receiveBuffer: number;
}

/** What the layer knows of a bound port: which datagrams are its, and where they wait. */
export class Binding {
  readonly address: IpAddress | null;
  readonly family: 4 | 6 | null;
  readonly port: number;
  readonly reuse: boolean;
  readonly events: UdpEvents;
  readonly queue: ReceiveQueue;
  /** Groups joined by this port: it gets no others (as Linux with IP_MULTICAST_ALL off). */
  readonly groups: IpAddress[] = [];
  readonly #boundSource: IpAddress | null;
  /** The peer, when connected. */
  remote: Endpoint | null = null;
  /** The one source address of what is sent, when binding or connecting fixed it. */
  source: IpAddress | null;
  dontFragment = false;
  /** Datagrams dropped because the queue was full. */
  dropped = 0;
  /** The last error that was not taken. */
  error: NetErrorCode | null = null;
  // Endpoints of the last datagram: the next one most likely has the same.
  #lastRemote: Endpoint | null = null;
  #lastLocal: Endpoint | null = null;

  constructor(options: BindingOptions, events: UdpEvents) {
    this.address = options.address;
    this.family = options.family;
    this.port = options.port;
    this.reuse = options.reuse;
    this.source = options.source;
    this.#boundSource = options.source;
    this.queue = new ReceiveQueue(options.receiveBuffer);
    this.events = events;
  }

  connect(remote: Endpoint, source: IpAddress): void {
    this.remote = { address: remote.address, port: remote.port };
    this.source = source;
  }

  disconnect(): void {
    this.remote = null;
    this.source = this.#boundSource;
  }

  /** How well a unicast datagram fits, 0 = not at all: a connection before a bound address before every address. */
  score(info: IpInfo, sourcePort: number): number {
    if (!this.#isFrom(info, sourcePort)) return 0;
    const local = this.source ?? this.address;
    if (local !== null && !local.equals(info.destination)) return 0;
    return 1 + (local === null ? 0 : 2) + (this.remote === null ? 0 : 4);
  }

  /** Whether a broadcast or multicast datagram is for this port: bound to every address or to that one, and a member of the group. */
  takesGroup(info: IpInfo, sourcePort: number): boolean {
    if (!this.#isFrom(info, sourcePort)) return false;
    if (this.address !== null && !this.address.equals(info.destination)) return false;
    return info.cast === "broadcast" || this.memberIndex(info.destination) >= 0;
  }

  /** Whether a datagram from `quoted.source` to `quoted.destination` and `peerPort` may have been sent by this port. */
  maySend(quoted: IpInfo, peerPort: number): boolean {
    if (this.family !== null && this.family !== quoted.family) return false;
    if (this.source !== null && !this.source.equals(quoted.source)) return false;
    const { remote } = this;
    return remote === null || (remote.port === peerPort && remote.address.equals(quoted.destination));
  }

  /** Place of a group in {@link Binding.groups}, or -1. */
  memberIndex(group: IpInfo["destination"]): number {
    for (let at = 0; at < this.groups.length; at++) {
      if (this.groups[at]!.equals(group)) return at;
    }
    return -1;
  }

  /** Queues a copy of the data `[start, end)`, or drops it when the queue is full. */
  deliver(bytes: Uint8Array, start: number, end: number, info: IpInfo, sourcePort: number): Verdict {
    if (!this.queue.hasRoom(end - start)) {
      this.dropped++;
      return Verdict.QueueFull;
    }
    const remote = endpoint(this.#lastRemote, info.source, sourcePort);
    const local = endpoint(this.#lastLocal, info.destination, this.port);
    this.#lastRemote = remote;
    this.#lastLocal = local;
    const data = bytes.slice(start, end) as Uint8Array<ArrayBuffer>;
    this.queue.push({ data, remote, local, truncated: false });
    this.events.readable();
    return Verdict.Handled;
  }

  fail(code: NetErrorCode): void {
    this.error = code;
    this.events.failed(code);
  }

  #isFrom(info: IpInfo, sourcePort: number): boolean {
    if (this.family !== null && this.family !== info.family) return false;
    const { remote } = this;
    return remote === null || (remote.port === sourcePort && remote.address.equals(info.source));
  }
}

function endpoint(last: Endpoint | null, address: IpInfo["source"], port: number): Endpoint {
  if (last !== null && last.port === port && last.address.equals(address)) return last;
  return { address: IpAddress.fromWords(address), port };
}
