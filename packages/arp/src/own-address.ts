import type { HeapItem, IpPrefix, Millis } from "@mnet/core";

/** How far an address of ours is in being claimed (RFC 5227). */
export const ClaimPhase = {
  /** Probes are being sent (2.1.1). */
  Probing: 0,
  /** The last probe is out, ANNOUNCE_WAIT runs. */
  Waiting: 1,
  /** Ours; announcements are being sent (2.3). */
  Announcing: 2,
  /** Ours. */
  Settled: 3,
} as const;
export type ClaimPhase = (typeof ClaimPhase)[keyof typeof ClaimPhase];

/** One address of ours. */
export class OwnAddress implements HeapItem {
  readonly prefix: IpPrefix;
  /** The address as int32. */
  readonly bits: number;
  phase: ClaimPhase;
  /** When the phase has work to do. */
  deadline: Millis = Number.POSITIVE_INFINITY;
  /** Probes or announcements sent in this phase. */
  sent = 0;
  /** When it was last defended against another user. */
  defendedAt: Millis = Number.NEGATIVE_INFINITY;
  /** Whether that user went on after the last defence, and was reported. */
  contested = false;
  /** The addresses of the prefix that no host has, as int32; those of /31 and /32 do not exist (RFC 3021). */
  readonly #network: number | null;
  readonly #broadcast: number | null;

  heapIndex = -1;
  heapDeadline: Millis = 0;

  constructor(prefix: IpPrefix, phase: ClaimPhase) {
    this.prefix = prefix;
    this.bits = prefix.address.w3;
    this.phase = phase;
    this.#broadcast = prefix.broadcast?.w3 ?? null;
    this.#network = this.#broadcast === null ? null : prefix.network.w3;
  }

  get usable(): boolean {
    return this.phase >= ClaimPhase.Announcing;
  }

  /** Whether `bits` can be a host of this prefix. */
  covers(bits: number): boolean {
    const { length } = this.prefix;
    if (length > 0 && (bits ^ this.bits) >>> (32 - length) !== 0) return false;
    return bits !== this.#network && bits !== this.#broadcast;
  }
}
