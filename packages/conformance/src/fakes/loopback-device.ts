import {
  type DeviceSink,
  type LinkCapabilities,
  type MacAddress,
  type NetworkDevice,
  type Packet,
  toMacAddress,
} from "@mnet/core";
import { fakeCapabilities } from "./capabilities.ts";
import { checkSent, completedCopy, spoilHeadroom } from "./checked-send.ts";
import { lendUp } from "./lent-packet.ts";

export interface LoopbackDeviceOptions {
  /** Runs the given function in a later turn: a queue of the test's, or `queueMicrotask`. */
  readonly schedule: (deliver: () => void) => void;
  /** Default 02:00:00:00:00:01. */
  readonly mac?: MacAddress | string;
  /** Default 1500. */
  readonly mtu?: number;
  /** Frames that fit between two deliveries; further ones are refused. Default 64. */
  readonly queue?: number;
  readonly capabilities?: Partial<LinkCapabilities>;
}

/** Octets of an Ethernet header. */
const FRAME_HEADER = 14;

/**
 * A {@link NetworkDevice} that gives back what was sent, in the next turn. A frame over the MTU counts as taken and is lost, as
 * on a real medium. Sending through it checks the contract's downward half and throws when the sender breaks it.
 */
export class LoopbackDevice implements NetworkDevice {
  readonly mac: MacAddress;
  readonly capabilities: LinkCapabilities;
  /** Whether the device would keep the process alive. */
  held = false;
  readonly #schedule: (deliver: () => void) => void;
  readonly #limit: number;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  #sink: DeviceSink | null = null;
  #scheduled = false;
  #refused = false;
  #paused = false;
  #closed = false;

  constructor(options: LoopbackDeviceOptions) {
    this.#schedule = options.schedule;
    this.#limit = options.queue ?? 64;
    this.mac = toMacAddress(options.mac ?? "02:00:00:00:00:01");
    this.capabilities = fakeCapabilities({ mtu: options.mtu ?? 1500, ...options.capabilities });
  }

  /** @throws Error when it was started before. */
  start(sink: DeviceSink): void {
    if (this.#sink !== null) throw new Error("the device was started before");
    this.#sink = sink;
  }

  send(packet: Packet): boolean {
    checkSent(packet, this.capabilities, this.capabilities.headroom);
    // Lost rather than refused: no `writable` would ever follow.
    if (this.#closed) return true;
    if (this.#queue.length === this.#limit) {
      this.#refused = true;
      return false;
    }
    const fits = packet.length <= this.capabilities.mtu + FRAME_HEADER;
    if (fits) this.#queue.push(completedCopy(packet));
    spoilHeadroom(packet, packet.start);
    this.#wake();
    return true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  ref(): void {
    this.held = true;
  }

  unref(): void {
    this.held = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.held = false;
    this.#queue.length = 0;
  }

  #wake(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    this.#schedule(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const sink = this.#sink;
    if (sink === null) this.#queue.length = 0;
    // What is sent from inside `receive` belongs to the next turn.
    for (let left = this.#queue.length; left > 0 && this.#delivers; left--) {
      const frame = this.#queue.shift()!;
      lendUp(frame, 0, {}, (packet) => sink?.receive(packet));
    }
    if (this.#delivers) sink?.batchEnd();
    if (!this.#delivers || !this.#refused) return;
    this.#refused = false;
    sink?.writable();
  }

  get #delivers(): boolean {
    return !this.#closed && !this.#paused;
  }
}
