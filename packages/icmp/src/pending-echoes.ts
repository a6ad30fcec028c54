import {
  DeadlineHeap,
  type HeapItem,
  IpAddress,
  type IpInfo,
  type Millis,
  NetError,
  type NetErrorCode,
  type Packet,
  type Random,
  Verdict,
} from "@mnet/core";

/** The answer to an echo request. */
export interface EchoReply {
  /** Who answered. */
  readonly from: IpAddress;
  /** From the request to its answer. */
  readonly roundTrip: Millis;
  /** TTL or hop limit as it arrived. */
  readonly hopLimit: number;
  /** Octets of data, the ICMP header not counted. */
  readonly octets: number;
}

/**
 * Who waits for an echo. Exactly one of the two is called, once, unless the request is cancelled first. They are called from inside
 * the stack: record what happened and return.
 */
export interface EchoEvents {
  replied(reply: EchoReply): void;
  /** ETIMEDOUT, what an ICMP error said (EHOSTUNREACH, ENETUNREACH, ECONNREFUSED, EMSGSIZE), or ENETDOWN. */
  failed(code: NetErrorCode): void;
}

/** An echo request on its way. */
export interface Echo {
  readonly identifier: number;
  readonly sequence: number;
  /** Stops waiting; no event follows. Idempotent. */
  cancel(): void;
}

/** What identifies a request and its answer. */
export interface PendingRequest {
  readonly to: IpAddress;
  /** Any host may answer: the request went to a broadcast or multicast address. */
  readonly anySource: boolean;
  readonly sequence: number;
  /** Owned by the table. */
  readonly data: Uint8Array;
  readonly dontFragment: boolean;
  readonly sentAt: Millis;
  readonly deadline: Millis;
}

/** Echo requests that wait for an answer, by identifier. */
export class PendingEchoes {
  readonly #random: Random;
  readonly #limit: number;
  readonly #byIdentifier = new Map<number, PendingEcho>();
  readonly #deadlines = new DeadlineHeap<PendingEcho>((echo) => echo.request.deadline);

  /** @param limit how many may wait at a time, below 65536. */
  constructor(random: Random, limit: number) {
    this.#random = random;
    this.#limit = limit;
  }

  get size(): number {
    return this.#byIdentifier.size;
  }

  nextDeadline(): Millis {
    return this.#deadlines.next();
  }

  /**
   * Adds a request under a random identifier that no other pending one has: with the data, what an off-path forger would have to guess.
   * @throws NetError ENOBUFS when too many are pending.
   */
  add(request: PendingRequest, events: EchoEvents): PendingEcho {
    if (this.#byIdentifier.size >= this.#limit) {
      throw new NetError("ENOBUFS", { syscall: "ping", reason: `${this.#limit} echo requests are pending` });
    }
    let identifier = this.#random.u32() & 0xffff;
    while (this.#byIdentifier.has(identifier)) identifier = this.#random.u32() & 0xffff;
    const echo = new PendingEcho(this, identifier, request, events);
    this.#byIdentifier.set(identifier, echo);
    this.#deadlines.arm(echo);
    return echo;
  }

  /** Forgets a request, with no event. */
  remove(echo: PendingEcho): void {
    if (this.#byIdentifier.get(echo.identifier) !== echo) return;
    this.#byIdentifier.delete(echo.identifier);
    this.#deadlines.remove(echo);
  }

  /** An echo reply whose data is `[dataStart, packet.end)`. `UnknownFlow` when it answers nothing that is pending. */
  replied(
    identifier: number,
    sequence: number,
    packet: Packet,
    dataStart: number,
    info: IpInfo,
    now: Millis,
  ): Verdict {
    const echo = this.#byIdentifier.get(identifier);
    if (echo === undefined || echo.sequence !== sequence) return Verdict.UnknownFlow;
    const { to, anySource, data, sentAt } = echo.request;
    if (!anySource && !to.equals(info.source)) return Verdict.UnknownFlow;
    if (!sameOctets(data, packet.bytes, dataStart, packet.end)) return Verdict.UnknownFlow;
    this.remove(echo);
    const from = anySource ? IpAddress.fromWords(info.source) : to;
    echo.events.replied({ from, roundTrip: now - sentAt, hopLimit: info.hopLimit, octets: data.length });
    return Verdict.Handled;
  }

  /** The pending request with these numbers that went to the destination of `quoted`, or `null`. */
  find(identifier: number, sequence: number, quoted: IpInfo): PendingEcho | null {
    const echo = this.#byIdentifier.get(identifier);
    if (echo === undefined || echo.sequence !== sequence) return null;
    return echo.request.to.equals(quoted.destination) ? echo : null;
  }

  /** Ends a request with an error. */
  fail(echo: PendingEcho, code: NetErrorCode): void {
    this.remove(echo);
    echo.events.failed(code);
  }

  onDeadline(now: Millis): void {
    for (let echo = this.#deadlines.popDue(now); echo !== null; echo = this.#deadlines.popDue(now)) {
      this.fail(echo, "ETIMEDOUT");
    }
  }

  /** Ends all requests with one error. */
  failAll(code: NetErrorCode): void {
    for (const echo of [...this.#byIdentifier.values()]) this.fail(echo, code);
  }
}

/** One record of {@link PendingEchoes}. */
export class PendingEcho implements Echo, HeapItem {
  readonly identifier: number;
  readonly request: PendingRequest;
  readonly events: EchoEvents;
  heapIndex = -1;
  heapDeadline: Millis = 0;
  readonly #table: PendingEchoes;

  constructor(table: PendingEchoes, identifier: number, request: PendingRequest, events: EchoEvents) {
    this.#table = table;
    this.identifier = identifier;
    this.request = request;
    this.events = events;
  }

  get sequence(): number {
    return this.request.sequence;
  }

  cancel(): void {
    this.#table.remove(this);
  }
}

function sameOctets(expected: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== expected.length) return false;
  for (let at = 0; at < expected.length; at++) {
    if (bytes[start + at] !== expected[at]) return false;
  }
  return true;
}
