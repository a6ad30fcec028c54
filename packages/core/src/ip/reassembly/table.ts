import { isV4Words, isV6LinkLocal, type Words } from "../../address/words.ts";
import { Packet } from "../../packet/packet.ts";
import { KeyedHash } from "../../random/keyed-hash.ts";
import type { Random } from "../../random/random.ts";
import type { Millis } from "../../time/host.ts";
import { Verdict } from "../../verdict.ts";
import { type FragmentFacts, MAXIMUM_LENGTH, type ReassemblyBounds } from "./facts.ts";
import { ReassemblyQueue } from "./queue.ts";

const BUCKETS = 256;
/** Sources (in IPv6 their /64) are counted by a keyed hash: those that fall together share a share. */
const SHARES = 1024;
/** Finished queues kept for reuse with the memory they have grown to. */
const SPARE_QUEUES = 8;
/** Octets free in front of a whole datagram, as in front of a received one. */
const GAP = 64;
/** First buffer of the whole: a datagram of the largest length with a header that is not counted in it. */
const LARGEST_WHOLE = GAP + 128 + MAXIMUM_LENGTH;

/**
 * Puts fragments together (RFC 791 3.2, RFC 815; RFC 8200 4.5), keyed by source, destination, identification and, in IPv4, protocol. An overlap
 * ends the whole datagram (RFC 5722); only an exact copy of a piece is ignored. The header of the first fragment goes in front of the
 * whole as it came: making it that of the whole is the IP layer's.
 *
 * Memory is bounded (FragmentSmack): in octets, in datagrams, in pieces of one datagram, and for one source in a share of the first
 * two. Above a bound the oldest datagram (of that source) is given up. Stores double as they grow, so real memory is at most about
 * twice what is charged.
 */
export class ReassemblyTable {
  readonly #bounds: ReassemblyBounds;
  readonly #timedOut: (firstFragment: Packet, now: Millis) => void;
  readonly #hash: KeyedHash;
  readonly #buckets: (ReassemblyQueue | null)[] = new Array<ReassemblyQueue | null>(BUCKETS).fill(null);
  readonly #shareOctets = new Uint32Array(SHARES);
  readonly #shareQueues = new Uint16Array(SHARES);
  readonly #spare: ReassemblyQueue[] = [];
  #oldest: ReassemblyQueue | null = null;
  #newest: ReassemblyQueue | null = null;
  #queues = 0;
  #octets = 0;
  #packet: Packet | null = null;
  /** Octets of the first fragment's header, in front of the payload of {@link ReassemblyTable.whole}. */
  wholeHeaderOctets = 0;
  /** Whether some fragment of {@link ReassemblyTable.whole} had the ECN mark, so that the whole has it (RFC 3168 5.3). */
  wholeIsMarked = false;
  /** Datagrams given up because of a bound. */
  evicted = 0;
  /** Datagrams given up because their time was over. */
  expired = 0;

  /** @param timedOut is told of a datagram that was not whole in time and whose first fragment came: at its IP header, borrowed. */
  constructor(
    bounds: ReassemblyBounds,
    random: Random,
    timedOut: (firstFragment: Packet, now: Millis) => void,
  ) {
    this.#bounds = bounds;
    this.#timedOut = timedOut;
    this.#hash = new KeyedHash(random);
  }

  /** Unfinished datagrams. */
  get size(): number {
    return this.#queues;
  }

  /** What they are charged with. */
  get octets(): number {
    return this.#octets;
  }

  /** The datagram that {@link ReassemblyTable.add} completed, at its IP header; valid until the next call. */
  get whole(): Packet {
    this.#packet ??= Packet.allocate(LARGEST_WHOLE);
    return this.#packet;
  }

  /**
   * Takes a fragment.
   * @param packet starts at the payload of the fragment; borrowed.
   * @returns `Handled` when it completed {@link ReassemblyTable.whole}; `Queued` or `Duplicate`; else why it, or all of its datagram,
   * was dropped.
   */
  add(packet: Packet, fragment: FragmentFacts, now: Millis): Verdict {
    const { fragmentOffset, moreFragments, headerStart, uncountedOctets } = fragment;
    const octets = packet.end - packet.start;
    if (octets === 0 || (moreFragments && (octets & 7) !== 0)) return Verdict.FragmentMalformed;
    this.expire(now);
    const hash = this.#hashOf(fragment);
    const known = this.#find(fragment, hash);
    if (packet.start - headerStart - uncountedOctets + fragmentOffset + octets > MAXIMUM_LENGTH) {
      if (known !== null) this.#drop(known);
      return Verdict.FragmentTooBig;
    }
    const queue = known ?? this.#open(fragment, hash, now);
    const before = queue.charge;
    const verdict = queue.add(packet, fragment);
    if (verdict === Verdict.Duplicate) return verdict;
    this.#charge(queue, queue.charge - before);
    if (verdict !== Verdict.Queued) {
      this.#drop(queue);
      return verdict;
    }
    return queue.isWhole ? this.#finish(queue) : this.#bound(queue);
  }

  nextDeadline(): Millis {
    return this.#oldest === null ? Number.POSITIVE_INFINITY : this.#oldest.expires;
  }

  /** Gives up what is over its time. All wait equally long, so the oldest is always the first. */
  expire(now: Millis): void {
    while (this.#oldest !== null && this.#oldest.expires <= now) {
      const queue = this.#oldest;
      this.expired++;
      if (queue.hasFirstFragment) {
        const { whole } = this;
        whole.reset(GAP, GAP + queue.firstFragment(whole.bytes, GAP));
        this.#drop(queue);
        this.#timedOut(whole, now);
      } else {
        this.#drop(queue);
      }
    }
  }

  #finish(queue: ReassemblyQueue): Verdict {
    const { whole } = this;
    this.wholeHeaderOctets = queue.headerOctets;
    this.wholeIsMarked = queue.congestionExperienced;
    const length = queue.assemble(whole.bytes, GAP);
    this.#drop(queue);
    if (length < 0) return Verdict.FragmentTooBig;
    whole.reset(GAP, GAP + length);
    return Verdict.Handled;
  }

  /** Holds the bounds after `queue` grew; a datagram that is over one alone goes itself. */
  #bound(queue: ReassemblyQueue): Verdict {
    const { reassemblyOctets, reassemblyPieces, reassemblySourceShare } = this.#bounds;
    if (queue.pieces > reassemblyPieces) {
      this.#evict(queue);
      return Verdict.FragmentLimit;
    }
    let kept = true;
    while (kept && this.#shareOctets[queue.share]! > reassemblyOctets * reassemblySourceShare) {
      kept = this.#evict(this.#oldestOf(queue.share)) !== queue;
    }
    while (kept && this.#octets > reassemblyOctets) kept = this.#evict(this.#oldest!) !== queue;
    return kept ? Verdict.Queued : Verdict.FragmentLimit;
  }

  /** Makes room for one more datagram and begins it. */
  #open(fragment: FragmentFacts, hash: number, now: Millis): ReassemblyQueue {
    const { reassemblyQueues, reassemblySourceShare, reassemblyTimeout } = this.#bounds;
    const share = this.#shareOf(fragment.source);
    if (this.#shareQueues[share]! >= Math.max(1, reassemblyQueues * reassemblySourceShare)) {
      this.#evict(this.#oldestOf(share));
    }
    if (this.#queues >= reassemblyQueues) this.#evict(this.#oldest!);
    const queue = this.#spare.pop() ?? new ReassemblyQueue();
    queue.begin(fragment, hash, share, now + reassemblyTimeout);
    this.#link(queue);
    return queue;
  }

  #evict(queue: ReassemblyQueue): ReassemblyQueue {
    this.evicted++;
    this.#drop(queue);
    return queue;
  }

  #oldestOf(share: number): ReassemblyQueue {
    let queue = this.#oldest!;
    while (queue.share !== share) queue = queue.newer!;
    return queue;
  }

  #charge(queue: ReassemblyQueue, octets: number): void {
    this.#octets += octets;
    this.#shareOctets[queue.share]! += octets;
  }

  #find(fragment: FragmentFacts, hash: number): ReassemblyQueue | null {
    let queue: ReassemblyQueue | null = this.#buckets[hash & (BUCKETS - 1)]!;
    while (queue !== null && !queue.is(fragment)) queue = queue.next;
    return queue;
  }

  #link(queue: ReassemblyQueue): void {
    const bucket = queue.hash & (BUCKETS - 1);
    queue.next = this.#buckets[bucket]!;
    this.#buckets[bucket] = queue;
    queue.older = this.#newest;
    queue.newer = null;
    if (this.#newest === null) this.#oldest = queue;
    else this.#newest.newer = queue;
    this.#newest = queue;
    this.#queues++;
    this.#shareQueues[queue.share]! += 1;
  }

  #drop(queue: ReassemblyQueue): void {
    this.#charge(queue, -queue.charge);
    this.#shareQueues[queue.share]! -= 1;
    this.#queues--;
    const bucket = queue.hash & (BUCKETS - 1);
    let link = this.#buckets[bucket]!;
    if (link === queue) {
      this.#buckets[bucket] = queue.next;
    } else {
      while (link.next !== queue) link = link.next!;
      link.next = queue.next;
    }
    if (queue.older === null) this.#oldest = queue.newer;
    else queue.older.newer = queue.newer;
    if (queue.newer === null) this.#newest = queue.older;
    else queue.newer.older = queue.older;
    queue.next = null;
    queue.older = null;
    queue.newer = null;
    if (this.#spare.length < SPARE_QUEUES) this.#spare.push(queue);
  }

  #hashOf(fragment: FragmentFacts): number {
    const hash = this.#hash;
    hash.begin();
    hash.address(fragment.source);
    hash.address(fragment.destination);
    hash.word(fragment.protocolOfKey);
    hash.word(fragment.identification);
    return hash.end();
  }

  /** Whoever has one address of a /64 has them all: they share a share. Link-local ones are of different hosts. */
  #shareOf(source: Readonly<Words>): number {
    const hash = this.#hash;
    hash.begin();
    hash.word(source.w0);
    hash.word(source.w1);
    if (isV4Words(source) || isV6LinkLocal(source)) {
      hash.word(source.w2);
      hash.word(source.w3);
    }
    return hash.end() & (SHARES - 1);
  }
}
