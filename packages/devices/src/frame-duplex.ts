import {
  type DeviceSink,
  type LinkCapabilities,
  type MacAddress,
  NetError,
  type NetworkDevice,
  Packet,
  toMacAddress,
} from "@mnet/core";
import { DuplexWriter } from "./duplex-writer.ts";
import { FrameQueue } from "./frame-queue.ts";
import { nextTurn, type Schedule } from "./next-turn.ts";
import { DEFAULT_MTU, DEFAULT_QUEUE, ETHERNET_HEADER } from "./params.ts";
import { plainEthernet } from "./plain-ethernet.ts";
import { requireComplete } from "./require-complete.ts";
import { toError } from "./to-error.ts";

/**
 * What carries Ethernet frames as a stream of chunks, one frame each: tuntap2's `Tap`, the network of an emulator, a Node `Duplex` whose
 * chunks are frames. Judged by these members alone, never by its class.
 */
export interface FrameDuplex {
  on(event: "data" | "drain" | "error" | "close", listener: (value?: unknown) => void): unknown;
  removeListener(event: "data" | "drain" | "error" | "close", listener: (value?: unknown) => void): unknown;
  /**
   * Takes one frame, for good. `callback` when it is written, or could not be; one that never calls it is fine if it emits `drain`.
   * @returns `false` when the next frame should wait.
   */
  write(frame: Uint8Array, encoding: undefined, callback: (error?: unknown) => void): unknown;
  /** `false` when nothing can be written any more. */
  readonly writable?: boolean;
}

export interface FrameDuplexOptions {
  /** The stack's own address. Not the `mac` that a TAP object has: that one is the kernel's. */
  readonly mac: MacAddress | string;
  /** Largest IP datagram in octets, 68..65535. Default 1500. */
  readonly mtu?: number;
  /** Runs when the device is closed, for instance `() => tap.release()`. By default the duplex is left as it is, its owner's. */
  readonly release?: () => unknown;
  /** When something is delivered that came from inside a `write`. Default: the next turn of the event loop. */
  readonly schedule?: Schedule;
}

/**
 * A network device over a duplex of frames.
 *
 * Frames sent are copied, because the duplex keeps them until they are written. Received chunks are lent as they are. When the duplex says
 * `false`, `send` refuses until `drain`, or until every frame written before has been confirmed. When it ends, by `error`, by `close`, by a
 * `write` that throws, or by a write side that has died without a word, the sink is told `linkChanged(false)` and `failed`, once;
 * what is sent after that is lost.
 * @throws TypeError naming the member that `duplex` lacks, or an unreadable `mac`. @throws RangeError for an `mtu` that cannot be.
 */
export function fromFrameDuplex(duplex: FrameDuplex, options: FrameDuplexOptions): FrameDuplexDevice {
  for (const member of ["on", "removeListener", "write"] as const) {
    if (typeof duplex?.[member] !== "function") throw new TypeError(`duplex has no method ${member}`);
  }
  if (typeof options?.mac !== "string" && typeof options?.mac?.high !== "number") {
    throw new TypeError("mac must be the stack's own address, as text or MacAddress");
  }
  return new FrameDuplexDevice(duplex, options);
}

/** What {@link fromFrameDuplex} returns. */
export class FrameDuplexDevice implements NetworkDevice {
  readonly mac: MacAddress;
  readonly capabilities: LinkCapabilities;
  readonly #duplex: FrameDuplex;
  readonly #writer: DuplexWriter;
  readonly #release: () => unknown;
  readonly #schedule: Schedule;
  /** Frames that came from inside a `write`, and those behind them; made when that happens. */
  #early: FrameQueue | null = null;
  readonly #packet: Packet = Packet.allocate(0);
  #sink: DeviceSink | null = null;
  #paused = false;
  #closed = false;
  #batchOpen = false;
  #failure: Error | null = null;
  #lost = 0;

  constructor(duplex: FrameDuplex, options: FrameDuplexOptions) {
    this.mac = toMacAddress(options.mac);
    this.capabilities = plainEthernet(options.mtu ?? DEFAULT_MTU);
    this.#duplex = duplex;
    this.#release = options.release ?? (() => {});
    this.#schedule = options.schedule ?? nextTurn;
    this.#writer = new DuplexWriter(duplex, {
      drained: () => {
        if (!this.#closed && this.#failure === null) this.#sink?.writable();
      },
      failed: (error) => this.#fail(error),
    });
    // From the beginning, and for good: an `error` without a listener ends a Node process.
    duplex.on("error", this.#onError);
    duplex.on("close", this.#onClose);
  }

  /** Frames that went nowhere: of a size the link does not carry, sent to a dead duplex, received while paused, or not octets. */
  get lost(): number {
    return this.#lost;
  }

  start(sink: DeviceSink): void {
    if (this.#sink !== null) throw new Error("the device was already started");
    this.#sink = sink;
    if (this.#failure !== null) this.#announce(this.#failure);
    if (this.#failure !== null || this.#closed) return;
    this.#duplex.on("drain", this.#writer.onDrain);
    this.#duplex.on("data", this.#onData);
  }

  /** @throws TypeError for a packet with a checksum or segmentation request, which this device does not carry out. */
  send(packet: Packet): boolean {
    requireComplete(packet);
    const { length } = packet;
    // A TAP answers a frame without a whole header with EINVAL and never writes again.
    const carried = length >= ETHERNET_HEADER && length <= this.capabilities.mtu + ETHERNET_HEADER;
    if (!carried || this.#failure !== null || this.#closed || !this.#writer.alive()) {
      this.#lost++;
      return true;
    }
    if (!this.#writer.hasRoom()) return false;
    if (!this.#writer.write(packet.toBytes())) this.#lost++;
    return true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  ref(): void {}

  unref(): void {}

  /** Takes its listeners away, but for one that keeps errors quiet, and runs `release`. Rejects with what that throws. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#detach();
    try {
      // Not awaited: tuntap2's ends only with the next frame that arrives.
      this.#release();
    } catch (thrown) {
      throw toError(thrown);
    }
  }

  readonly #onData = (chunk?: unknown): void => {
    const frame = octetsOf(chunk);
    if (frame === null || this.#paused || this.#closed) {
      this.#lost++;
      return;
    }
    this.#packet.aim(frame, new DataView(frame.buffer, frame.byteOffset, frame.length), 0, frame.length);
    if (this.#writer.writing || (this.#early !== null && this.#early.size > 0)) this.#keep(this.#packet);
    else this.#deliver(this.#packet);
  };

  #deliver(packet: Packet): void {
    if (!this.#batchOpen) {
      this.#batchOpen = true;
      // Whatever the duplex emits in one go is one batch.
      queueMicrotask(this.#endBatch);
    }
    this.#sink?.receive(packet);
  }

  readonly #endBatch = (): void => {
    this.#batchOpen = false;
    if (!this.#closed) this.#sink?.batchEnd();
  };

  /** A duplex that answers from inside `write` must not make the sink run inside its own `send`. */
  #keep(packet: Packet): void {
    this.#early ??= new FrameQueue(DEFAULT_QUEUE, this.capabilities.mtu + ETHERNET_HEADER);
    const fits = packet.length <= this.capabilities.mtu + ETHERNET_HEADER;
    if (!fits || !this.#early.push(packet)) this.#lost++;
    else if (this.#early.size === 1) this.#schedule(this.#deliverEarly);
  }

  readonly #deliverEarly = (): void => {
    const early = this.#early!;
    for (let left = early.size; left > 0; left--) {
      if (this.#closed || this.#paused) this.#lost++;
      else this.#deliver(early.front());
      early.shift();
    }
    if (early.size > 0) this.#schedule(this.#deliverEarly);
  };

  readonly #onError = (error?: unknown): void => this.#fail(toError(error));

  readonly #onClose = (): void => this.#fail(new NetError("ENODEV", { reason: "the duplex was closed" }));

  #fail(error: Error): void {
    if (this.#failure !== null || this.#closed) return;
    this.#failure = error;
    this.#detach();
    if (this.#sink !== null) this.#announce(error);
  }

  /** In a later turn: a duplex may fail inside `write`, and that inside the sink's `send`. */
  #announce(error: Error): void {
    this.#schedule(() => {
      if (this.#closed) return;
      this.#sink!.linkChanged(false);
      this.#sink!.failed(error);
    });
  }

  #detach(): void {
    this.#duplex.removeListener("data", this.#onData);
    this.#duplex.removeListener("drain", this.#writer.onDrain);
    this.#duplex.removeListener("close", this.#onClose);
  }
}

/** A view of a chunk's octets; `null` when it has none. */
function octetsOf(chunk: unknown): Uint8Array | null {
  if (!ArrayBuffer.isView(chunk)) return null;
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
