import type { Millis } from "@mnet/core";

/** What limits a {@link Bottleneck}; see the members of the same names of `LinkConditions`. */
export interface BottleneckConditions {
  /** Octets per second; Infinity for no limit. */
  readonly rate: number;
  /** Most frames in the queue, the one being sent included. */
  readonly queue: number;
  /** Most octets in the queue, the frame being sent included. */
  readonly queueOctets: number;
  /** Octets in the queue from which on frames are to be marked. */
  readonly markFrom: number;
}

/** Frames in the queue that there is room for at first; a power of two. */
const ROOM = 64;

/** A sender of limited rate with a tail-drop queue in front. It keeps no frames, only when each one will have left. */
export class Bottleneck {
  /** Octets in the queue after the last {@link Bottleneck.depart}. */
  octets = 0;
  /** Whether the frame taken last met a queue that is long enough to mark it. */
  marked = false;
  #departures = new Float64Array(ROOM);
  #lengths = new Uint32Array(ROOM);
  #head = 0;
  #frames = 0;
  #last: Millis = Number.NEGATIVE_INFINITY;

  /** When the last octet of a frame that comes now has left; -1 when there is no room for it. */
  depart(length: number, conditions: BottleneckConditions, now: Millis): Millis {
    this.marked = false;
    if (conditions.rate === Number.POSITIVE_INFINITY) return now;
    this.#leave(now);
    if (this.#frames >= conditions.queue || this.octets + length > conditions.queueOctets) return -1;
    this.marked = this.octets >= conditions.markFrom;
    this.#last = Math.max(this.#last, now) + (length * 1000) / conditions.rate;
    if (this.#frames === this.#departures.length) this.#grow();
    const at = (this.#head + this.#frames) & (this.#departures.length - 1);
    this.#departures[at] = this.#last;
    this.#lengths[at] = length;
    this.#frames++;
    this.octets += length;
    return this.#last;
  }

  /** Takes out what has left. */
  #leave(now: Millis): void {
    const mask = this.#departures.length - 1;
    while (this.#frames > 0 && this.#departures[this.#head]! <= now) {
      this.octets -= this.#lengths[this.#head]!;
      this.#head = (this.#head + 1) & mask;
      this.#frames--;
    }
  }

  #grow(): void {
    const size = this.#departures.length;
    const departures = new Float64Array(2 * size);
    const lengths = new Uint32Array(2 * size);
    for (let i = 0; i < size; i++) {
      const from = (this.#head + i) & (size - 1);
      departures[i] = this.#departures[from]!;
      lengths[i] = this.#lengths[from]!;
    }
    this.#departures = departures;
    this.#lengths = lengths;
    this.#head = 0;
  }
}
