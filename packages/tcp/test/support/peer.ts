import { type DatagramArrives, tcpOptions } from "@mnet/conformance";
import type { IpAddress, Verdict } from "@mnet/core";
import { HOST, PEER, type TcpHarness } from "./harness.ts";
import { pattern, patternFault } from "./pattern.ts";
import { type SegmentFields, type SentSegment, sequenceLength } from "./segment.ts";

export interface PeerOptions {
  /** The peer's port; 5000 unless told otherwise. */
  readonly port?: number;
  /** The port of ours that it speaks to: 80 (a listener) unless told otherwise. */
  readonly to?: number;
  readonly address?: IpAddress;
  /** The peer's initial sequence number. */
  readonly isn?: number;
  /** The window it offers unless a segment says otherwise. */
  readonly window?: number;
}

/** A segment as the test writes it: numbers relative to the two initial sequence numbers, as SYN = 0 and first octet = 1. */
export interface PeerSegment {
  /** Letters of `SFRPAUEC`. */
  readonly flags: string;
  /** Default: behind the last number the peer has used. */
  readonly sequence?: number;
  /** Default: everything seen in order, when the flags have A. */
  readonly acknowledgment?: number;
  /** That many octets of the test stream, at the offset the sequence number says, or octets as they are. */
  readonly payload?: number | Uint8Array;
  readonly window?: number;
  readonly mss?: number;
  readonly windowScale?: number;
  readonly sackPermitted?: boolean;
  /** TSval and TSecr as they are. */
  readonly timestamps?: { readonly value: number; readonly echo: number };
  /** SACK blocks in our numbers, as `acknowledgment`. */
  readonly sack?: readonly (readonly [number, number])[];
  /** Option octets as they are, in place of all these. */
  readonly options?: Uint8Array;
  readonly urgentPointer?: number;
  readonly checksum?: number;
  readonly dataOffset?: number;
}

/** What a segment of ours must be; what is left out may be anything. PSH and options count only when they are asked for. */
export interface Expected {
  /** Without P. */
  readonly flags?: string;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  /** Payload octets. */
  readonly length?: number;
  readonly window?: number;
  readonly push?: boolean;
  readonly mss?: number | null;
  readonly windowScale?: number | null;
  readonly sackPermitted?: boolean;
  /** When it left, relative to `since` of {@link Peer.mark}. */
  readonly after?: number;
}

/** A segment of ours with numbers relative to the initial sequence numbers. */
export interface Received extends Required<Omit<Expected, "after">> {
  readonly at: number;
  readonly payload: Uint8Array;
  /** TSval and TSecr as they are, or `null`. */
  readonly timestamps: { readonly value: number; readonly echo: number } | null;
  /** SACK blocks in the peer's numbers, as `acknowledgment`. */
  readonly sack: [number, number][];
  readonly segment: SentSegment;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly dontFragment: string;
  /** Text octets per segment of a large segment, else 0. */
  readonly segmentSize: number;
}

/** The remote end of one flow: writes segments in relative numbers and expects ours in them. */
export class Peer {
  readonly port: number;
  readonly to: number;
  readonly address: IpAddress;
  readonly isn: number;
  window: number;
  /** Our initial sequence number, learned from the first SYN. */
  theirs: number | null = null;
  /** The next relative number of the peer's own stream. */
  next = 0;
  /** The relative number up to which everything of ours arrived in order. */
  received = 0;
  readonly #harness: TcpHarness;
  #marked = 0;
  #rightEdge = 0;
  #scale = 0;
  #hostScale = 0;

  constructor(harness: TcpHarness, o: PeerOptions) {
    this.#harness = harness;
    this.port = o.port ?? 5000;
    this.to = o.to ?? 80;
    this.address = o.address ?? PEER;
    this.isn = o.isn ?? 0x10000;
    this.window = o.window ?? 65535;
  }

  /** Sends a segment in a batch of its own. */
  send(segment: PeerSegment, changes: DatagramArrives = {}): Verdict {
    return this.#harness.inject(this.#fields(segment), changes);
  }

  /** Sends a segment within a batch; {@link TcpHarness.flush} ends it. */
  sendInBatch(segment: PeerSegment, changes: DatagramArrives = {}): Verdict {
    return this.#harness.injectInBatch(this.#fields(segment), changes);
  }

  /** The octets and addresses of a segment, to be changed before they are sent. */
  fields(segment: PeerSegment): SegmentFields {
    return this.#fields(segment);
  }

  /** Takes the next segment of ours. @throws Error when it is not as expected or there is none. */
  expect(expected: Expected): Received {
    const received = this.take();
    if (received === null) {
      throw new Error(`nothing was sent, but ${show(expected)} was expected\n${this.#harness.describe()}`);
    }
    const fault = this.mismatch(received, expected);
    if (fault !== null) {
      throw new Error(
        `${fault}: expected ${show(expected)}, got ${show(received)}\n${this.#harness.describe()}`,
      );
    }
    return received;
  }

  /** The name and values of the first field that is not as expected, or `null`. */
  mismatch(received: Received, expected: Expected): string | null {
    for (const [field, value] of Object.entries(expected)) {
      const actual = field === "after" ? received.at - this.#marked : received[field as keyof Received];
      const same =
        field === "after" ? Math.abs((actual as number) - (value as number)) <= 1 : actual === value;
      if (!same) return `${field} is ${actual}, not ${value}`;
    }
    return null;
  }

  expectNothing(): void {
    this.#harness.expectNothing();
  }

  /** From now on `after` of {@link Expected} counts from here. */
  mark(): this {
    this.#marked = this.#harness.now;
    return this;
  }

  /** The next segment to this peer, or `null`. */
  take(): Received | null {
    const at = this.#harness.outbox.findIndex((segment) => this.#isMine(segment));
    if (at < 0) return null;
    const segment = this.#harness.outbox.splice(at, 1)[0]!;
    const { options, datagram } = segment;
    return {
      flags: segment.flags.replace("P", ""),
      push: segment.flags.includes("P"),
      sequence: this.#relative(segment.sequence, this.theirs ?? 0),
      acknowledgment: segment.flags.includes("A") ? this.#relative(segment.acknowledgment, this.isn) : 0,
      length: segment.payload.length,
      window: segment.window,
      mss: options.maximumSegmentSize ?? null,
      windowScale: options.windowScale ?? null,
      sackPermitted: options.sackPermitted ?? false,
      timestamps: options.timestamps ?? null,
      sack: (options.sack ?? []).map(([left, right]) => [
        this.#relative(left, this.isn),
        this.#relative(right, this.isn),
      ]),
      at: datagram.at,
      payload: segment.payload,
      segment,
      hopLimit: datagram.hopLimit,
      trafficClass: datagram.trafficClass,
      dontFragment: datagram.dontFragment,
      segmentSize: datagram.segmentSize,
    };
  }

  /** All segments to this peer that wait. */
  takeAll(): Received[] {
    const all: Received[] = [];
    for (let next = this.take(); next !== null; next = this.take()) all.push(next);
    return all;
  }

  /** Opens to a listener: SYN, SYN-ACK, ACK. */
  open(o: { mss?: number; windowScale?: number; window?: number } = {}): this {
    if (o.window !== undefined) this.window = o.window;
    this.send({ flags: "S", mss: o.mss ?? 1460, ...pick(o, "windowScale") });
    this.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    this.send({ flags: "A" });
    return this;
  }

  /** Answers our SYN and takes the ACK. */
  answer(o: { mss?: number; windowScale?: number; window?: number } = {}): this {
    if (o.window !== undefined) this.window = o.window;
    this.expect({ flags: "S", sequence: 0 });
    this.send({ flags: "SA", mss: o.mss ?? 1460, ...pick(o, "windowScale") });
    this.expect({ flags: "A", sequence: 1, acknowledgment: 1, length: 0 });
    return this;
  }

  /** The shift our side announced on its SYN, once both sides did. */
  get hostScale(): number {
    return this.#hostScale;
  }

  /** Sees a segment of ours as it leaves and checks what holds of every segment. */
  observe(segment: SentSegment): void {
    if (!this.#isMine(segment)) return;
    const { options } = segment;
    const synchronise = segment.flags.includes("S");
    if (synchronise) {
      this.theirs = segment.sequence;
      this.received = Math.max(this.received, 1);
      this.#hostScale = options.windowScale ?? 0;
    } else {
      // MUST-65: MSS on SYN only. RFC 7323 2.2: window scale on SYN only.
      if (options.maximumSegmentSize !== undefined || options.windowScale !== undefined) {
        throw new Error("a SYN option without SYN");
      }
    }
    if (segment.flags.includes("R") || this.theirs === null) return;
    const first = this.#relative(segment.sequence, this.theirs);
    const end = first + segment.segmentLength;
    this.#checkStream(segment, first);
    if (first <= this.received && end > this.received) this.received = end;
  }

  #checkStream(segment: SentSegment, first: number): void {
    if (segment.payload.length === 0) return;
    const fault = patternFault(segment.payload, first - 1);
    if (fault >= 0) throw new Error(`octet ${fault} of our stream is wrong on the wire`);
    // One octet over the right edge is a zero-window probe (RFC 9293 3.8.6.1).
    if (first + segment.payload.length > this.#rightEdge + 1) {
      throw new Error(
        `octet ${first + segment.payload.length - 1} is right of the window's edge ${this.#rightEdge}`,
      );
    }
  }

  #fields(segment: PeerSegment): SegmentFields {
    const { flags, sequence = this.next } = segment;
    const acknowledges = flags.includes("A");
    const acknowledgment = segment.acknowledgment ?? (acknowledges ? this.received : 0);
    const offset = Math.max(0, sequence - 1);
    const payload =
      typeof segment.payload === "number" ? pattern(offset, offset + segment.payload) : segment.payload;
    const window = segment.window ?? this.window;
    const fields: SegmentFields = {
      source: this.address,
      destination: HOST,
      sourcePort: this.port,
      destinationPort: this.to,
      sequence: (this.isn + sequence) >>> 0,
      acknowledgment: acknowledges ? ((this.theirs ?? 0) + acknowledgment) >>> 0 : acknowledgment,
      flags,
      window,
      options: segment.options ?? optionsOf(segment, this.theirs ?? 0),
      ...(payload === undefined ? {} : { payload }),
      ...pick(segment, "urgentPointer"),
      ...pick(segment, "checksum"),
      ...pick(segment, "dataOffset"),
    };
    this.#harness.note("<", { ...fields, window, payload: payload ?? new Uint8Array(0) });
    const end = sequence + sequenceLength(flags, payload?.length ?? 0);
    if (sequence <= this.next && end > this.next) this.next = end;
    if (flags.includes("S") && segment.windowScale !== undefined)
      this.#scale = Math.min(14, segment.windowScale);
    if (acknowledges || flags.includes("S")) {
      const scaled = flags.includes("S") ? window : window << this.#scale;
      this.#rightEdge = Math.max(this.#rightEdge, Math.max(1, acknowledgment) + scaled);
    }
    return fields;
  }

  #isMine(segment: SentSegment): boolean {
    return (
      segment.destinationPort === this.port &&
      segment.sourcePort === this.to &&
      segment.datagram.destination === this.address.toString()
    );
  }

  #relative(number: number, base: number): number {
    return (number - base) | 0;
  }
}

function optionsOf(segment: PeerSegment, theirs: number): Uint8Array {
  const { mss, windowScale, sack } = segment;
  return tcpOptions({
    ...(mss === undefined ? {} : { maximumSegmentSize: mss }),
    ...(windowScale === undefined ? {} : { windowScale }),
    ...pick(segment, "sackPermitted"),
    ...pick(segment, "timestamps"),
    ...(sack === undefined
      ? {}
      : { sack: sack.map(([left, right]) => [(theirs + left) >>> 0, (theirs + right) >>> 0] as const) }),
  });
}

function pick<T, K extends keyof T>(from: T, key: K): Pick<T, K> | Record<never, never> {
  return from[key] === undefined ? {} : ({ [key]: from[key] } as Pick<T, K>);
}

function show(o: Expected | Received): string {
  const { segment: _segment, payload: _payload, ...fields } = o as Partial<Received>;
  return JSON.stringify(fields);
}
