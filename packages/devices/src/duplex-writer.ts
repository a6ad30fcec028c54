import { NetError } from "@mnet/core";
import type { FrameDuplex } from "./frame-duplex.ts";
import { toError } from "./to-error.ts";

/** Who is told what happens to the write side. Never from inside {@link DuplexWriter.write}, but for `failed`. */
export interface WriterEvents {
  /** There is room after {@link DuplexWriter.hasRoom} said no. */
  drained(): void;
  failed(error: Error): void;
}

/**
 * The write side of a duplex of frames: whether there is room, and whether it is still alive.
 *
 * There is room again after `drain`, or when all frames written were confirmed, whichever comes first: some duplexes have their events on
 * another object than their `write`, others never call back.
 */
export class DuplexWriter {
  readonly #duplex: FrameDuplex;
  readonly #events: WriterEvents;
  #full = false;
  #refused = false;
  #unconfirmed = 0;
  #writing = false;
  #drains = 0;

  constructor(duplex: FrameDuplex, events: WriterEvents) {
    this.#duplex = duplex;
    this.#events = events;
  }

  /** Whether the duplex is being written to at this moment. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Whether anything can be written. `false`: `failed` has been told. */
  alive(): boolean {
    // EIO kills the write side of tuntap2 for good, and this member is all that shows it.
    if (this.#duplex.writable !== false) return true;
    this.#events.failed(new NetError("ENODEV", { reason: "the duplex cannot be written to any more" }));
    return false;
  }

  /** `false`: `drained` follows. */
  hasRoom(): boolean {
    if (this.#full) this.#refused = true;
    return !this.#full;
  }

  /** Hands a frame to the duplex, for good. `false` when it threw; `failed` has been told. */
  write(frame: Uint8Array): boolean {
    const drains = this.#drains;
    this.#unconfirmed++;
    this.#writing = true;
    try {
      const more = this.#duplex.write(frame, undefined, this.#onWritten);
      this.#full = more === false && this.#unconfirmed > 0 && this.#drains === drains;
      return true;
    } catch (thrown) {
      this.#events.failed(toError(thrown));
      return false;
    } finally {
      this.#writing = false;
    }
  }

  /** The duplex emitted `drain`. */
  readonly onDrain = (): void => {
    this.#drains++;
    this.#makeRoom();
  };

  // Not asked whether it failed: a write error is an `error` event, or shows in `writable`.
  readonly #onWritten = (): void => {
    if (this.#unconfirmed > 0) this.#unconfirmed--;
    if (this.alive() && this.#unconfirmed === 0) this.#makeRoom();
  };

  #makeRoom(): void {
    this.#full = false;
    if (!this.#refused) return;
    this.#refused = false;
    this.#events.drained();
  }
}
