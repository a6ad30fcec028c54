import type { DeviceSink, LinkCapabilities, MacAddress, NetworkDevice, Packet } from "@mnet/core";
import { FrameQueue } from "./frame-queue.ts";
import type { Schedule } from "./next-turn.ts";
import { ETHERNET_HEADER, FRAMES_PER_TURN } from "./params.ts";
import { plainEthernet } from "./plain-ethernet.ts";
import { requireComplete } from "./require-complete.ts";

/** What connects in-memory ports. */
export interface Medium {
  /** Offers a frame to whom it may concern. `false`: it was taken by nobody, {@link MemoryPort.wakeSender} follows. */
  carry(frame: Packet, from: MemoryPort): boolean;
  /** `port` delivered frames: its queue has room. */
  drained(port: MemoryPort): void;
  closed(port: MemoryPort): void;
}

export interface MemoryPortOptions {
  readonly mac: MacAddress;
  readonly mtu: number;
  /** Frames held for this port's sink. */
  readonly queue: number;
  readonly schedule: Schedule;
}

/**
 * One end of an in-memory Ethernet. A frame is copied once, into the receiving port's queue, and delivered in the next turn.
 *
 * The link is up from the start. `ref` and `unref` have nothing to decide: nothing arrives that this process did not send, and a frame
 * under way holds the process until it is delivered. A paused port keeps its queue.
 */
export class MemoryPort implements NetworkDevice {
  readonly mac: MacAddress;
  readonly capabilities: LinkCapabilities;
  readonly #medium: Medium;
  readonly #queue: FrameQueue;
  readonly #schedule: Schedule;
  #sink: DeviceSink | null = null;
  #paused = false;
  #closed = false;
  #scheduled = false;
  #senderWaits = false;
  #linkLost = false;
  #lost = 0;

  constructor(medium: Medium, options: MemoryPortOptions) {
    if (!Number.isInteger(options.queue) || options.queue < 1) {
      throw new RangeError(`queue must be a positive integer, not ${options.queue}`);
    }
    this.mac = options.mac;
    this.capabilities = plainEthernet(options.mtu);
    this.#medium = medium;
    this.#queue = new FrameQueue(options.queue, options.mtu + ETHERNET_HEADER);
    this.#schedule = options.schedule;
  }

  /** Frames sent here that reached nobody: too large for the link, or sent while the other side was closed or not started. */
  get lost(): number {
    return this.#lost;
  }

  start(sink: DeviceSink): void {
    if (this.#sink !== null) throw new Error("the device was already started");
    this.#sink = sink;
    this.#wake();
  }

  /** @throws TypeError for a packet with a checksum or segmentation request, which this device does not carry out. */
  send(packet: Packet): boolean {
    requireComplete(packet);
    if (this.#closed || packet.length > this.capabilities.mtu + ETHERNET_HEADER) {
      this.#lost++;
      return true;
    }
    const taken = this.#medium.carry(packet, this);
    if (!taken) this.#senderWaits = true;
    return taken;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  ref(): void {}

  unref(): void {}

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#medium.closed(this);
    }
    return Promise.resolve();
  }

  /** For the medium: whether a frame that is sent to this port would be received one day. */
  get listening(): boolean {
    return this.#sink !== null && !this.#closed;
  }

  /** For the medium: queues a copy of `frame` for delivery; `false` when there is no room. */
  offer(frame: Packet): boolean {
    const room = this.#queue.push(frame);
    if (room) this.#wake();
    return room;
  }

  /** For the medium: counts a frame of this port that went nowhere. */
  countLost(): void {
    this.#lost++;
  }

  /** For the medium: there is room for what this port sends. Not to be called from inside a `send`. */
  wakeSender(): void {
    if (!this.#senderWaits || this.#closed) return;
    this.#senderWaits = false;
    this.#sink?.writable();
  }

  /** For the medium: the other side is gone for good. Told after what it sent before. */
  loseLink(): void {
    this.#linkLost = true;
    this.#wake();
  }

  get #hasFrames(): boolean {
    return this.#queue.size > 0 && !this.#paused;
  }

  #wake(): void {
    if (this.#scheduled || !this.listening) return;
    if (!this.#hasFrames && !this.#linkLost) return;
    this.#scheduled = true;
    this.#schedule(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    const sink = this.#sink;
    if (sink === null || this.#closed) return;
    try {
      if (this.#hasFrames) this.#deliver(sink);
      if (this.#linkLost && !this.#hasFrames && !this.#closed) this.#announceLoss(sink);
    } finally {
      // Also when a sink throws: the next frame gets its turn.
      this.#wake();
    }
  };

  #deliver(sink: DeviceSink): void {
    for (let left = Math.min(this.#queue.size, FRAMES_PER_TURN); left > 0 && this.#hasFrames; left--) {
      try {
        sink.receive(this.#queue.front());
      } finally {
        this.#queue.shift();
      }
      if (this.#closed) return;
    }
    sink.batchEnd();
    this.#medium.drained(this);
  }

  #announceLoss(sink: DeviceSink): void {
    this.#linkLost = false;
    sink.linkChanged(false);
    this.wakeSender();
  }
}
