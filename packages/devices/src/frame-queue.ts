import { Packet } from "@mnet/core";

/**
 * A bounded queue of frame copies in reused slots. A slot is made when it is first needed, and an empty queue starts over at the
 * first one: light traffic stays in a few slots, which stay in the cache.
 */
export class FrameQueue {
  readonly #slots: Packet[] = [];
  readonly #limit: number;
  readonly #slotSize: number;
  #head = 0;
  #size = 0;

  /** @param limit frames at most. @param slotSize octets of the largest frame. */
  constructor(limit: number, slotSize: number) {
    this.#limit = limit;
    this.#slotSize = slotSize;
  }

  get size(): number {
    return this.#size;
  }

  /** Copies a frame of at most `slotSize` octets, tails included. `false` when the queue is full. */
  push(frame: Packet): boolean {
    if (this.#size === this.#limit) return false;
    let at = this.#head + this.#size;
    if (at >= this.#limit) at -= this.#limit;
    let slot = this.#slots[at];
    if (slot === undefined) {
      slot = Packet.allocate(this.#slotSize);
      this.#slots.push(slot);
    }
    slot.reset(0, frame.copyTo(slot.bytes));
    this.#size++;
    return true;
  }

  /** The oldest frame, valid until {@link FrameQueue.shift}. The queue must not be empty. */
  front(): Packet {
    return this.#slots[this.#head]!;
  }

  /** Drops the oldest frame. The queue must not be empty. */
  shift(): void {
    this.#size--;
    this.#head = this.#size === 0 || this.#head + 1 === this.#limit ? 0 : this.#head + 1;
  }
}
