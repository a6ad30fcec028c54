import type { DeviceSink } from "@mnet/core";
import type { TapKernel } from "./kernel.ts";
import { RECEIVE_PADDING, RECEIVE_ROUNDS } from "./params.ts";
import { ReceiveArena } from "./receive-arena.ts";

/** Reads frames in batches and delivers them: up to an arena full at a time, up to four batches in a turn of the event loop. */
export class Receiver {
  readonly #kernel: TapKernel;
  #arena: ReceiveArena;
  #sink: DeviceSink | null = null;
  #paused = false;
  #stopped = false;
  /** The next frame to deliver of those read, and how many were read. */
  #next = 0;
  #filled = 0;
  /** Frames delivered. */
  received = 0;
  /** Frames dropped because the MTU does not allow their length. */
  oversized = 0;
  /** Frames read and given up for a larger arena. */
  abandoned = 0;

  constructor(kernel: TapKernel, mtu: number) {
    this.#kernel = kernel;
    this.#arena = new ReceiveArena(mtu, kernel.libc);
  }

  /** Where the event loop reads the first frame of a turn to. */
  get buffer(): Uint8Array {
    return this.#arena.first;
  }

  get paused(): boolean {
    return this.#paused;
  }

  start(sink: DeviceSink): void {
    this.#sink = sink;
  }

  /** Delivers nothing any more, not even the end of a batch. */
  stop(): void {
    this.#stopped = true;
  }

  /** Delivers nothing before {@link Receiver.resume}; what was read is kept. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Whether a pause left frames of a batch behind: they come before the event loop reads into the same slabs. */
  get hasRest(): boolean {
    return this.#next < this.#filled;
  }

  /** Delivers what {@link Receiver.hasRest} told; whether reading may go on. */
  deliverRest(): boolean {
    if (this.#paused || this.#stopped) return false;
    this.#deliver();
    return !this.#paused && !this.#stopped;
  }

  /** Makes room for frames of a larger MTU; whether {@link Receiver.buffer} is another one now. Not from inside a delivery. */
  grow(mtu: number): boolean {
    const arena = new ReceiveArena(mtu, this.#kernel.libc);
    if (arena.capacity <= this.#arena.capacity) return false;
    this.#arena = arena;
    this.abandoned += this.#filled - this.#next;
    this.#next = this.#filled;
    return true;
  }

  /** The event loop has read the first frame, of `octets` octets, into the buffer; drains the others. */
  ready(octets: number): void {
    this.#arena.lengths[0] = octets;
    let from = 1;
    for (let round = 0; round < RECEIVE_ROUNDS; round++) {
      const count = this.#fill(from);
      from = 0;
      if (count === 0) return;
      this.#next = 0;
      this.#filled = count;
      this.#deliver();
      if (count < this.#arena.packets.length || this.#paused || this.#stopped) return;
    }
    // What is left makes the descriptor ready again in the next turn: timers and the application come first.
  }

  /** Reads frames into the slabs from `from` on until there are no more of either; returns how many slabs are filled. */
  #fill(from: number): number {
    const { addresses, lengths, capacity } = this.#arena;
    let slab = from;
    for (; slab < lengths.length; slab++) {
      const octets = this.#kernel.read(addresses[slab]!, capacity);
      if (octets <= 0) break;
      lengths[slab] = octets;
    }
    return slab;
  }

  #deliver(): void {
    const { packets, lengths, capacity } = this.#arena;
    const sink = this.#sink!;
    while (this.#next < this.#filled && !this.#paused && !this.#stopped) {
      const slab = this.#next++;
      const octets = lengths[slab]!;
      if (octets >= capacity) {
        this.oversized++;
        continue;
      }
      const packet = packets[slab]!;
      packet.reset(RECEIVE_PADDING, RECEIVE_PADDING + octets);
      this.received++;
      sink.receive(packet);
    }
    if (!this.#stopped) sink.batchEnd();
  }
}
