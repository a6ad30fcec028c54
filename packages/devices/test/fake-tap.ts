import { EventEmitter } from "node:events";

/**
 * tuntap2's `Tap` as it behaves, sharp edges included: no Duplex in its prototype chain, `on` that hears only the read side,
 * a callback that counts in third place only, errors thrown as text, a write side that dies without a word, `close` twice.
 */
export class FakeTap {
  readonly #reads = new EventEmitter();
  readonly #waiting: (() => void)[] = [];
  /** Frames written, as the kernel has them. */
  readonly written: Uint8Array[] = [];
  /** Frames that `write` takes before it says `false`. */
  room: number = Number.POSITIVE_INFINITY;
  released = 0;
  writable = true;
  destroyed = false;
  isUp = true;
  /** Whether `drain` is heard: it belongs to the write side, and `on` listens to the read side. */
  emitsDrain = false;
  /** What `write` does before it returns. */
  duringWrite: () => void = () => {};

  /** The kernel's address, as an array. */
  get mac(): number[] {
    return [0x02, 0xca, 0xfe, 0, 0, 1];
  }

  on(event: string, listener: (value?: unknown) => void): this {
    this.#reads.on(event, listener);
    return this;
  }

  removeListener(event: string, listener: (value?: unknown) => void): this {
    this.#reads.removeListener(event, listener);
    return this;
  }

  listenerCount(event: string): number {
    return this.#reads.listenerCount(event);
  }

  write(frame: Uint8Array, _discarded?: unknown, callback?: (error?: unknown) => void): boolean {
    this.duringWrite();
    if (!this.isUp || frame.length < 14) {
      // EIO and EINVAL: the stream is dead for good, `destroyed` stays false, nobody is told.
      this.writable = false;
      return false;
    }
    this.written.push(frame);
    if (callback !== undefined) this.#waiting.push(callback);
    return this.#waiting.length < this.room;
  }

  read(): never {
    throw "frames would be merged";
  }

  release(): void {
    this.released++;
  }

  /** The kernel takes everything that was written. */
  flush(): void {
    for (const callback of this.#waiting.splice(0)) callback();
    if (this.emitsDrain) this.#reads.emit("drain");
  }

  /** A frame from the kernel: a chunk of its own, as each read of the file is. */
  receive(...octets: number[]): Uint8Array {
    const chunk = Uint8Array.from(octets);
    this.#reads.emit("data", chunk);
    return chunk;
  }

  emit(event: string, value?: unknown): void {
    this.#reads.emit(event, value);
  }

  /** Somebody deletes the interface. */
  disappear(): void {
    this.emit(
      "error",
      Object.assign(new Error("bad address in system call argument, read"), { code: "EFAULT" }),
    );
    this.emit("close");
    this.emit("close");
  }
}
