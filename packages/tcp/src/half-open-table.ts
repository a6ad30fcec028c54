import { AddressWords, type Millis, type Words } from "@mnet/core";
import type { FlowHash } from "./flow-hash.ts";

const NONE = -1;
const none = new Int32Array(0);

/** The int32 fields of a record: 72 octets, and 8 for its deadline. */
const Field = {
  Local: 0,
  Remote: 4,
  RemotePort: 8,
  InitialSend: 9,
  InitialReceive: 10,
  /** MSS option in the lower half; above it window scale plus one in 4 bits, and {@link OptionBit}. */
  Options: 11,
  Retries: 12,
  /** The next record of the same bucket, or the next free one. */
  Next: 13,
  Older: 14,
  Newer: 15,
  /** The second in which it was last challenged. */
  Challenged: 16,
  /** TS.Recent. */
  TimestampRecent: 17,
  Count: 18,
} as const;

/** Bits of the options field: what the SYN had and our SYN-ACK has. */
const OptionBit = { Sack: 1 << 20, Timestamps: 1 << 21, Ecn: 1 << 22 } as const;

/** What a SYN to a listener says, and our answer to it. */
export interface HalfOpenFields {
  readonly local: Readonly<Words>;
  readonly remote: Readonly<Words>;
  readonly remotePort: number;
  /** ISS. */
  readonly initialSend: number;
  /** IRS. */
  readonly initialReceive: number;
  /** MSS option of the SYN, 0 when absent. */
  readonly peerSegment: number;
  /** Window scale of the SYN, -1 when absent. */
  readonly peerScale: number;
  /** Selective acknowledgments and timestamps are agreed on. */
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
  /** Explicit congestion notification is agreed on. */
  readonly ecn: boolean;
  /** TSval of the SYN. */
  readonly timestampRecent: number;
}

/**
 * SYN-RECEIVED after a passive open: what SYNs to one listener leave behind until their handshakes complete (RFC 4987 3.3, a SYN cache). A
 * record is 80 octets in two arrays, without objects; there are no buffers, no timers and no connection before the handshake is done.
 *
 * Records are in one queue per number of retries. All of a queue wait equally long, so the first is always due first; and those
 * tried more often are older. Records are named by small numbers that stay theirs until they are removed.
 */
export class HalfOpenTable {
  size = 0;
  readonly #limit: number;
  readonly #hash: FlowHash;
  readonly #oldest: Int32Array;
  readonly #newest: Int32Array;
  readonly #words: AddressWords = new AddressWords();
  readonly #others: AddressWords = new AddressWords();
  #records = none;
  #deadlines = new Float64Array(0);
  #buckets = none;
  #free = NONE;

  /** @param limit records at most. @param retries how often a record may be retried. */
  constructor(limit: number, retries: number, hash: FlowHash) {
    this.#limit = limit;
    this.#hash = hash;
    this.#oldest = new Int32Array(retries + 1).fill(NONE);
    this.#newest = new Int32Array(retries + 1).fill(NONE);
  }

  get isFull(): boolean {
    return this.size >= this.#limit;
  }

  /** The record of a flow to this listener, or -1. */
  find(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number): number {
    if (this.size === 0) return NONE;
    let at = this.#buckets[this.#bucket(local, remote, remotePort)]!;
    while (at !== NONE && !this.#matches(at, local, remote, remotePort)) at = this.field(at, "Next");
    return at;
  }

  /** Adds a record of a flow that has none. The caller made room. */
  add(fields: HalfOpenFields, deadline: Millis): number {
    if (this.#free === NONE) this.#grow();
    const at = this.#free;
    this.#free = this.field(at, "Next");
    const base = at * Field.Count;
    putWords(this.#records, base + Field.Local, fields.local);
    putWords(this.#records, base + Field.Remote, fields.remote);
    this.#records[base + Field.RemotePort] = fields.remotePort;
    this.#records[base + Field.InitialSend] = fields.initialSend;
    this.#records[base + Field.InitialReceive] = fields.initialReceive;
    this.#records[base + Field.Options] =
      ((fields.peerScale + 1) << 16) |
      fields.peerSegment |
      (fields.sackPermitted ? OptionBit.Sack : 0) |
      (fields.timestamps ? OptionBit.Timestamps : 0) |
      (fields.ecn ? OptionBit.Ecn : 0);
    this.#records[base + Field.TimestampRecent] = fields.timestampRecent;
    this.#records[base + Field.Retries] = 0;
    this.#records[base + Field.Challenged] = NONE;
    this.#link(at, this.#bucket(fields.local, fields.remote, fields.remotePort));
    this.#append(at, deadline);
    this.size++;
    return at;
  }

  remove(at: number): void {
    this.#unlink(at);
    this.#leave(at);
    this.#set(at, "Next", this.#free);
    this.#free = at;
    this.size--;
  }

  /** The SYN-ACK was sent once more. */
  retried(at: number, deadline: Millis): void {
    this.#leave(at);
    this.#set(at, "Retries", this.field(at, "Retries") + 1);
    this.#append(at, deadline);
  }

  /** Whether the record has not been challenged in this second; from now on it has. */
  mayChallenge(at: number, now: Millis): boolean {
    const second = Math.floor(now / 1000) | 0;
    if (this.field(at, "Challenged") === second) return false;
    this.#set(at, "Challenged", second);
    return true;
  }

  field(at: number, name: Exclude<keyof typeof Field, "Count">): number {
    return this.#records[at * Field.Count + Field[name]]!;
  }

  /** MSS option of the SYN, 0 when absent. */
  peerSegment(at: number): number {
    return this.field(at, "Options") & 0xffff;
  }

  /** Window scale of the SYN, -1 when absent. */
  peerScale(at: number): number {
    return ((this.field(at, "Options") >>> 16) & 0xf) - 1;
  }

  /** Whether selective acknowledgments are agreed on. */
  sackPermitted(at: number): boolean {
    return (this.field(at, "Options") & OptionBit.Sack) !== 0;
  }

  /** Whether timestamps are agreed on. */
  timestamps(at: number): boolean {
    return (this.field(at, "Options") & OptionBit.Timestamps) !== 0;
  }

  /** Whether explicit congestion notification is agreed on. */
  ecn(at: number): boolean {
    return (this.field(at, "Options") & OptionBit.Ecn) !== 0;
  }

  /** The SYN came again without asking for it. */
  dropEcn(at: number): void {
    this.#set(at, "Options", this.field(at, "Options") & ~OptionBit.Ecn);
  }

  /** Takes over TSval of the SYN that came again. */
  echo(at: number, timestampRecent: number): void {
    this.#set(at, "TimestampRecent", timestampRecent);
  }

  /** Copies one of the two addresses. */
  address(at: number, which: "Local" | "Remote", into: AddressWords): AddressWords {
    const base = at * Field.Count + Field[which];
    into.w0 = this.#records[base]!;
    into.w1 = this.#records[base + 1]!;
    into.w2 = this.#records[base + 2]!;
    into.w3 = this.#records[base + 3]!;
    return into;
  }

  deadline(at: number): Millis {
    return this.#deadlines[at]!;
  }

  /** The record that was there first, or -1. */
  oldest(): number {
    for (let retries = this.#oldest.length - 1; retries >= 0; retries--) {
      if (this.#oldest[retries] !== NONE) return this.#oldest[retries]!;
    }
    return NONE;
  }

  /** The record that is due first, or -1. */
  first(): number {
    let first = NONE;
    for (const at of this.#oldest) {
      if (at !== NONE && (first === NONE || this.#deadlines[at]! < this.#deadlines[first]!)) first = at;
    }
    return first;
  }

  #matches(at: number, local: Readonly<Words>, remote: Readonly<Words>, remotePort: number): boolean {
    const base = at * Field.Count;
    return (
      this.#records[base + Field.RemotePort] === remotePort &&
      hasWords(this.#records, base + Field.Remote, remote) &&
      hasWords(this.#records, base + Field.Local, local)
    );
  }

  #bucket(local: Readonly<Words>, remote: Readonly<Words>, remotePort: number): number {
    return this.#hash.of(local, 0, remote, remotePort) & (this.#buckets.length - 1);
  }

  #set(at: number, name: Exclude<keyof typeof Field, "Count">, value: number): void {
    this.#records[at * Field.Count + Field[name]] = value;
  }

  #link(at: number, bucket: number): void {
    this.#set(at, "Next", this.#buckets[bucket]!);
    this.#buckets[bucket] = at;
  }

  #bucketOf(at: number): number {
    const local = this.address(at, "Local", this.#words);
    const remote = this.address(at, "Remote", this.#others);
    return this.#bucket(local, remote, this.field(at, "RemotePort"));
  }

  #unlink(at: number): void {
    const bucket = this.#bucketOf(at);
    const next = this.field(at, "Next");
    let before = this.#buckets[bucket]!;
    if (before === at) {
      this.#buckets[bucket] = next;
      return;
    }
    while (this.field(before, "Next") !== at) before = this.field(before, "Next");
    this.#set(before, "Next", next);
  }

  #append(at: number, deadline: Millis): void {
    const queue = this.field(at, "Retries");
    const older = this.#newest[queue]!;
    this.#deadlines[at] = deadline;
    this.#set(at, "Older", older);
    this.#set(at, "Newer", NONE);
    if (older === NONE) this.#oldest[queue] = at;
    else this.#set(older, "Newer", at);
    this.#newest[queue] = at;
  }

  #leave(at: number): void {
    const queue = this.field(at, "Retries");
    const older = this.field(at, "Older");
    const newer = this.field(at, "Newer");
    if (older === NONE) this.#oldest[queue] = newer;
    else this.#set(older, "Newer", newer);
    if (newer === NONE) this.#newest[queue] = older;
    else this.#set(newer, "Older", older);
  }

  /** Doubles the arrays, from 16 records to the limit. */
  #grow(): void {
    const before = this.#deadlines.length;
    const capacity = Math.min(this.#limit, Math.max(16, before * 2));
    const [records, deadlines] = [this.#records, this.#deadlines];
    this.#records = new Int32Array(capacity * Field.Count);
    this.#records.set(records);
    this.#deadlines = new Float64Array(capacity);
    this.#deadlines.set(deadlines);
    let buckets = 16;
    while (buckets < capacity) buckets *= 2;
    this.#buckets = new Int32Array(buckets).fill(NONE);
    // All old records are in use, or there would be a free one.
    for (let at = 0; at < before; at++) this.#link(at, this.#bucketOf(at));
    for (let at = capacity - 1; at >= before; at--) {
      this.#set(at, "Next", this.#free);
      this.#free = at;
    }
  }
}

function putWords(records: Int32Array, at: number, words: Readonly<Words>): void {
  records[at] = words.w0;
  records[at + 1] = words.w1;
  records[at + 2] = words.w2;
  records[at + 3] = words.w3;
}

function hasWords(records: Int32Array, at: number, words: Readonly<Words>): boolean {
  return (
    records[at + 3] === words.w3 &&
    records[at + 2] === words.w2 &&
    records[at + 1] === words.w1 &&
    records[at] === words.w0
  );
}
