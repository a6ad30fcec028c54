import type { LinkLayer } from "../contracts/link.ts";
import { Packet } from "../packet/packet.ts";
import { Verdict, VerdictCounters } from "../verdict.ts";

/** How much may wait. */
export interface PacketHoldLimits {
  /** Packets for one neighbour. */
  readonly queuePackets: number;
  /** Octets of buffer for all neighbours together. */
  readonly queueOctets: number;
}

/** The packets that wait for one neighbour, oldest first. Written by {@link PacketHold} alone. */
export interface HoldQueue {
  firstHeld: HeldPacket | null;
  lastHeld: HeldPacket | null;
  heldCount: number;
}

/** The copy of a packet that waits for a neighbour. */
export class HeldPacket {
  readonly packet: Packet;
  next: HeldPacket | null = null;

  constructor(size: number) {
    this.packet = Packet.allocate(size);
  }

  /** Octets that count towards the bound: the whole buffer, used or not. */
  get octets(): number {
    return this.packet.bytes.length;
  }
}

/**
 * Packets that wait for a neighbour's address: a few per neighbour, the oldest dropped first (RFC 1122 2.3.2.2, RFC 4861 7.2.2), and a bound on the
 * octets of all. Buffers for a packet of the link's MTU are used again; those of large segments are not kept.
 */
export class PacketHold {
  /** `Queued`: began to wait. `QueueFull`: dropped for a newer one, `NoBuffers`: for lack of octets, `Closed`: with its entry. Else: what the link said. */
  readonly counters: VerdictCounters = new VerdictCounters();
  readonly #link: LinkLayer;
  readonly #packetsEach: number;
  readonly #octetLimit: number;
  #free: HeldPacket | null = null;
  #octets = 0;

  constructor(link: LinkLayer, limits: PacketHoldLimits) {
    this.#link = link;
    this.#packetsEach = limits.queuePackets;
    this.#octetLimit = limits.queueOctets;
  }

  /** Octets of buffer in use by waiting packets. */
  get octets(): number {
    return this.#octets;
  }

  /** Copies a packet behind those of the neighbour that wait already. `Queued`, or `NoBuffers` and nothing was kept. */
  add(neighbor: HoldQueue, packet: Packet): Verdict {
    const { headroom, mtu } = this.#link.capabilities;
    const size = headroom + Math.max(mtu, packet.length);
    while (neighbor.heldCount >= this.#packetsEach) this.#drop(neighbor);
    while (this.#octets + size > this.#octetLimit) {
      if (neighbor.heldCount === 0) return this.counters.count(Verdict.NoBuffers);
      this.#drop(neighbor);
    }
    const held = this.#buffer(size);
    this.#octets += held.octets;
    copyPacket(packet, held.packet, headroom);
    if (neighbor.lastHeld === null) neighbor.firstHeld = held;
    else neighbor.lastHeld.next = held;
    neighbor.lastHeld = held;
    neighbor.heldCount += 1;
    return this.counters.count(Verdict.Queued);
  }

  /** The oldest waiting packet, or `null`; give it back with {@link PacketHold.release}. */
  take(neighbor: HoldQueue): HeldPacket | null {
    const held = neighbor.firstHeld;
    if (held === null) return null;
    neighbor.firstHeld = held.next;
    if (held.next === null) neighbor.lastHeld = null;
    held.next = null;
    neighbor.heldCount -= 1;
    return held;
  }

  /** Ends the wait of a packet that was taken, with what became of it. */
  release(held: HeldPacket, outcome: Verdict): void {
    this.counters.count(outcome);
    this.#octets -= held.octets;
    if (held.octets !== this.#standard()) return;
    held.next = this.#free;
    this.#free = held;
  }

  /** Moves everything that waits into a queue of its own, so that the neighbour can go first. */
  detach(neighbor: HoldQueue): HoldQueue {
    const { firstHeld, lastHeld, heldCount } = neighbor;
    neighbor.firstHeld = null;
    neighbor.lastHeld = null;
    neighbor.heldCount = 0;
    return { firstHeld, lastHeld, heldCount };
  }

  /** Drops everything that waits for a neighbour. */
  discard(neighbor: HoldQueue, outcome: Verdict): void {
    for (let held = this.take(neighbor); held !== null; held = this.take(neighbor))
      this.release(held, outcome);
  }

  #drop(neighbor: HoldQueue): void {
    this.release(this.take(neighbor)!, Verdict.QueueFull);
  }

  #buffer(size: number): HeldPacket {
    const standard = this.#standard();
    // After a change of the MTU the old buffers are of no use.
    if (this.#free !== null && this.#free.octets !== standard) this.#free = null;
    const free = this.#free;
    if (free === null || size !== standard) return new HeldPacket(size);
    this.#free = free.next;
    free.next = null;
    return free;
  }

  /** Size of the buffers that are used again. */
  #standard(): number {
    const { headroom, mtu } = this.#link.capabilities;
    return headroom + mtu;
  }
}

/** Copies all live octets, tails included, to `headroom` of `to`, with the offsets and requests that go with them. */
function copyPacket(from: Packet, to: Packet, headroom: number): void {
  const by = headroom - from.start;
  to.reset(headroom, headroom + from.copyTo(to.bytes, headroom));
  to.network = from.network + by;
  to.transport = from.transport + by;
  to.payload = from.payload + by;
  to.rxChecksum = from.rxChecksum;
  to.segmentSize = from.segmentSize;
  if (from.checksumStart < 0) return;
  to.checksumStart = from.checksumStart + by;
  to.checksumField = from.checksumField + by;
}
