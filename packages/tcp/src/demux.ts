import { type IpAddress, type Random, sameWords, type Words } from "@mnet/core";
import { FlowHash } from "./flow-hash.ts";

/** What a 4-tuple leads to. */
export const FlowKind = { Connection: 0, TimeWait: 1 } as const;
export type FlowKind = (typeof FlowKind)[keyof typeof FlowKind];

/** A record of one 4-tuple. The last two members belong to the {@link FlowTable}. */
export interface Flow {
  readonly kind: FlowKind;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly localPort: number;
  readonly remotePort: number;
  /** Maintained by the table. */
  flowHash: number;
  /** Maintained by the table: the next record of the same bucket. */
  flowNext: Flow | null;
}

/**
 * Demultiplexing by 4-tuple: a chained hash table over integers, with the record found last in front of it. The {@link FlowHash} is keyed
 * per table, so that a peer cannot aim at one bucket. Intrusive: adding and removing allocate nothing but a larger table.
 */
export class FlowTable<T extends Flow> {
  size = 0;
  readonly #hash: FlowHash;
  #buckets: (T | null)[] = new Array<T | null>(64).fill(null);
  #last: T | null = null;

  constructor(random: Random) {
    this.#hash = new FlowHash(random);
  }

  /** The record of a 4-tuple, or `null`. */
  find(local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number): T | null {
    const last = this.#last;
    if (last !== null && matches(last, local, localPort, remote, remotePort)) return last;
    const hash = this.#hash.of(local, localPort, remote, remotePort);
    let flow: T | null = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (flow !== null) {
      if (flow.flowHash === hash && matches(flow, local, localPort, remote, remotePort)) {
        this.#last = flow;
        return flow;
      }
      flow = flow.flowNext as T | null;
    }
    return null;
  }

  /** Adds a record whose 4-tuple is not in the table. */
  add(flow: T): void {
    if (this.size >= this.#buckets.length) this.#grow();
    flow.flowHash = this.#hash.of(flow.local, flow.localPort, flow.remote, flow.remotePort);
    this.#link(flow);
    this.size++;
  }

  /** Removes a record; one that is not in the table is left alone. */
  remove(flow: T): void {
    if (this.#last === flow) this.#last = null;
    const bucket = flow.flowHash & (this.#buckets.length - 1);
    let before: T | null = null;
    for (let at: T | null = this.#buckets[bucket]!; at !== null; at = at.flowNext as T | null) {
      if (at === flow) {
        if (before === null) this.#buckets[bucket] = flow.flowNext as T | null;
        else before.flowNext = flow.flowNext;
        flow.flowNext = null;
        this.size--;
        return;
      }
      before = at;
    }
  }

  /** All records, in no order. A record removed meanwhile may still appear. */
  toArray(): T[] {
    const all: T[] = [];
    for (const first of this.#buckets) {
      for (let flow: T | null = first; flow !== null; flow = flow.flowNext as T | null) all.push(flow);
    }
    return all;
  }

  /** Records in the fullest bucket: the most that looking one up compares. Counted when asked. */
  longestChain(): number {
    let longest = 0;
    for (const first of this.#buckets) {
      let length = 0;
      for (let flow: T | null = first; flow !== null; flow = flow.flowNext as T | null) length++;
      longest = Math.max(longest, length);
    }
    return longest;
  }

  #link(flow: T): void {
    const bucket = flow.flowHash & (this.#buckets.length - 1);
    flow.flowNext = this.#buckets[bucket]!;
    this.#buckets[bucket] = flow;
  }

  #grow(): void {
    const all = this.toArray();
    this.#buckets = new Array<T | null>(this.#buckets.length * 2).fill(null);
    for (const flow of all) this.#link(flow);
  }
}

function matches(
  flow: Flow,
  local: Readonly<Words>,
  localPort: number,
  remote: Readonly<Words>,
  remotePort: number,
): boolean {
  return (
    flow.remotePort === remotePort &&
    flow.localPort === localPort &&
    sameWords(flow.remote, remote) &&
    sameWords(flow.local, local)
  );
}
