import { KeyedHash, type Millis, type Random, type Words } from "@mnet/core";

/** How long a cookie's clock stands still, milliseconds; a cookie is good for this one and the next. */
const SLOT: Millis = 64_000;
const SLOT_BITS = 5;
const SEGMENT_BITS = 3;
const HASH_BITS = 32 - SLOT_BITS - SEGMENT_BITS;
const HASH_MASK = 2 ** HASH_BITS - 1;

/** What a cookie may say about the peer's MSS, ascending: the smallest we use, the defaults, and what common paths carry. */
const segments: readonly number[] = [48, 256, 536, 1220, 1360, 1440, 1460, 8940];

/** How long after a cookie was sent an acknowledgment may bring it back. */
export const COOKIE_LIFETIME: Millis = 2 * SLOT;

/**
 * Initial sequence numbers that are a receipt (RFC 4987 3.6): five bits of a slow clock, three that stand for the peer's MSS, and 24 of a
 * keyed hash over them, the 4-tuple and the peer's sequence number. Who acknowledges one has seen our SYN-ACK; nothing was kept for it.
 */
export class SynCookies {
  readonly #hash: KeyedHash;

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
  }

  /** The ISS that answers a SYN. @param peerSegment its MSS option, or what stands for it. */
  make(
    local: Readonly<Words>,
    localPort: number,
    remote: Readonly<Words>,
    remotePort: number,
    initialReceive: number,
    peerSegment: number,
    now: Millis,
  ): number {
    let index = 0;
    while (index + 1 < segments.length && segments[index + 1]! <= peerSegment) index++;
    const head = headOf(slotAt(now), index);
    return this.#seal(head, local, localPort, remote, remotePort, initialReceive);
  }

  /** The peer's MSS as the cookie `initialSend` says it, or -1 when it is none of ours, or too old. */
  check(
    local: Readonly<Words>,
    localPort: number,
    remote: Readonly<Words>,
    remotePort: number,
    initialReceive: number,
    initialSend: number,
    now: Millis,
  ): number {
    const head = initialSend & ~HASH_MASK;
    const slot = initialSend >>> (32 - SLOT_BITS);
    const age = (slotAt(now) - slot) & (2 ** SLOT_BITS - 1);
    if (age > 1) return -1;
    if (this.#seal(head, local, localPort, remote, remotePort, initialReceive) !== initialSend) return -1;
    return segments[(initialSend >>> HASH_BITS) & (2 ** SEGMENT_BITS - 1)]!;
  }

  #seal(
    head: number,
    local: Readonly<Words>,
    localPort: number,
    remote: Readonly<Words>,
    remotePort: number,
    initialReceive: number,
  ): number {
    const hash = this.#hash;
    hash.begin();
    hash.address(local);
    hash.address(remote);
    hash.word((localPort << 16) | remotePort);
    hash.word(initialReceive);
    hash.word(head);
    return head | (hash.end() & HASH_MASK);
  }
}

function slotAt(now: Millis): number {
  return Math.floor(now / SLOT) & (2 ** SLOT_BITS - 1);
}

function headOf(slot: number, segment: number): number {
  return (slot << (32 - SLOT_BITS)) | (segment << HASH_BITS);
}
