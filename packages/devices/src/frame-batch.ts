import { type Packet, viewOf } from "@mnet/core";

/**
 * Frames that travel together as one message. Each is its length in octets, 32 bits, big endian, and then the octets: QEMU's framing of
 * a stream.
 */
const LENGTH = 4;

/** Collects frames in a buffer that is used again, and cuts off batches of exactly the size needed. */
export class BatchWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #used = 0;

  /** @param size octets of a batch, at least the largest frame and 4. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = viewOf(this.#bytes);
  }

  /** Octets collected so far. */
  get used(): number {
    return this.#used;
  }

  /** Octets that a frame of `length` octets takes in a batch. */
  static cost(length: number): number {
    return LENGTH + length;
  }

  hasRoom(length: number): boolean {
    return this.#used + BatchWriter.cost(length) <= this.#bytes.length;
  }

  /** Copies a frame, tails included. There must be room. */
  add(frame: Packet): void {
    const length = frame.copyTo(this.#bytes, this.#used + LENGTH);
    this.#view.setUint32(this.#used, length);
    this.#used += LENGTH + length;
  }

  /** The batch, to give away. A new one begins. */
  take(): ArrayBuffer {
    const { buffer } = this.#bytes.slice(0, this.#used);
    this.#used = 0;
    return buffer;
  }
}

/** Reads a batch frame by frame. */
export class BatchReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(batch: ArrayBuffer) {
    this.#bytes = new Uint8Array(batch);
    this.#view = new DataView(batch);
  }

  /** Octets of the whole batch. */
  get octets(): number {
    return this.#bytes.length;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Aims `packet` at the next frame. `false` at the end, and where the rest is not a frame; then it is at the end. */
  next(packet: Packet): boolean {
    const left = this.#bytes.length - this.#at;
    const length = left < LENGTH ? Number.POSITIVE_INFINITY : this.#view.getUint32(this.#at);
    if (length > left - LENGTH) {
      this.#at = this.#bytes.length;
      return false;
    }
    const start = this.#at + LENGTH;
    packet.aim(this.#bytes, this.#view, start, start + length);
    this.#at = start + length;
    return true;
  }
}
