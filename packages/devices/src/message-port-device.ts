import {
  type DeviceSink,
  type LinkCapabilities,
  type MacAddress,
  type NetworkDevice,
  Packet,
  toMacAddress,
} from "@mnet/core";
import { BatchReader, BatchWriter } from "./frame-batch.ts";
import { nextTurn, type Schedule } from "./next-turn.ts";
import { BATCH_OCTETS, DEFAULT_MTU, DEFAULT_WINDOW, ETHERNET_HEADER, FRAMES_PER_TURN } from "./params.ts";
import { plainEthernet } from "./plain-ethernet.ts";
import { type FramePort, PortMessages } from "./port-messages.ts";
import { requireComplete } from "./require-complete.ts";

export interface MessagePortDeviceOptions {
  readonly mac: MacAddress | string;
  /** Largest IP datagram in octets, 68..65535. Default 1500. */
  readonly mtu?: number;
  /** Octets under way that the other side has not taken yet; beyond that `send` returns `false`. Default 1 MiB. */
  readonly window?: number;
  /** Runs when the device is closed, for instance `() => port.close()`. By default the port is left open, its owner's. */
  readonly release?: () => unknown;
  /** When frames that had to wait are delivered. Default: the next turn of the event loop. */
  readonly schedule?: Schedule;
}

/**
 * One end of an Ethernet cable between two threads, with another such device at the other end of the port: a stack can live in a worker.
 *
 * The frames of a turn travel as one transferred buffer. A receiver confirms what it has delivered, so a slow one makes `send` return
 * `false` at the other side instead of filling memory. A device that is closed, and a port that closes, tell the other side
 * `linkChanged(false)`; what is sent after that is lost.
 * @throws TypeError when `port` has no `postMessage` or no way to listen. @throws RangeError for an `mtu` or `window` that cannot be.
 */
export function messagePortDevice(port: FramePort, options: MessagePortDeviceOptions): MessagePortDevice {
  return new MessagePortDevice(port, options);
}

/** What {@link messagePortDevice} returns. */
export class MessagePortDevice implements NetworkDevice {
  readonly mac: MacAddress;
  readonly capabilities: LinkCapabilities;
  readonly #port: PortMessages;
  readonly #window: number;
  readonly #release: () => unknown;
  readonly #schedule: Schedule;
  readonly #batch: BatchWriter;
  readonly #packet: Packet = Packet.allocate(0);
  /** Batches not delivered in full, oldest first. */
  readonly #waiting: BatchReader[] = [];
  #waitingOctets = 0;
  #sink: DeviceSink | null = null;
  #underWay = 0;
  #senderWaits = false;
  #paused = false;
  #closed = false;
  #scheduled = false;
  #peerGone = false;
  #lossTold = false;
  #lost = 0;

  constructor(port: FramePort, options: MessagePortDeviceOptions) {
    const { mtu = DEFAULT_MTU, window = DEFAULT_WINDOW } = options;
    this.mac = toMacAddress(options.mac);
    this.capabilities = plainEthernet(mtu);
    if (!(window >= 1)) throw new RangeError(`window must be a positive number of octets, not ${window}`);
    this.#window = window;
    this.#release = options.release ?? (() => {});
    this.#schedule = options.schedule ?? nextTurn;
    this.#batch = new BatchWriter(Math.max(BATCH_OCTETS, BatchWriter.cost(mtu + ETHERNET_HEADER)));
    this.#port = new PortMessages(port, {
      frames: (batch) => this.#receive(batch),
      confirmed: (octets) => this.#confirmed(octets),
      gone: () => this.#loseLink(),
      unknown: () => this.#lost++,
    });
  }

  /** Frames too large for the link or sent when nobody was there any more, and messages that are none of ours. */
  get lost(): number {
    return this.#lost;
  }

  start(sink: DeviceSink): void {
    if (this.#sink !== null) throw new Error("the device was already started");
    this.#sink = sink;
    if (!this.#closed) this.#port.listen();
  }

  /** @throws TypeError for a packet with a checksum or segmentation request, which this device does not carry out. */
  send(packet: Packet): boolean {
    requireComplete(packet);
    const { length } = packet;
    if (this.#closed || this.#peerGone || length > this.capabilities.mtu + ETHERNET_HEADER) {
      this.#lost++;
      return true;
    }
    const pending = this.#underWay + this.#batch.used;
    if (pending > 0 && pending + BatchWriter.cost(length) > this.#window) {
      this.#senderWaits = true;
      return false;
    }
    if (!this.#batch.hasRoom(length)) this.#flush();
    // After everything else that is sent in this turn.
    if (this.#batch.used === 0) queueMicrotask(() => this.#flush());
    this.#batch.add(packet);
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
    this.#port.ref(true);
  }

  unref(): void {
    this.#port.ref(false);
  }

  /** Sends what was taken, tells the other side, stops listening, and runs `release`. Rejects with what that throws. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#port.goodbye();
    this.#waiting.length = 0;
    await this.#release();
  }

  #flush(): void {
    if (this.#closed || this.#batch.used === 0) return;
    this.#underWay += this.#batch.used;
    this.#port.send(this.#batch.take());
  }

  #confirmed(octets: number): void {
    this.#underWay = Math.max(0, this.#underWay - octets);
    this.#wakeSender();
  }

  #wakeSender(): void {
    if (!this.#senderWaits || this.#closed) return;
    this.#senderWaits = false;
    this.#sink!.writable();
  }

  #receive(batch: ArrayBuffer): void {
    // The other side has a window of its own; ours bounds what a device that is not resumed keeps.
    if (this.#waitingOctets > 0 && this.#waitingOctets + batch.byteLength > this.#window) {
      this.#lost++;
      this.#port.confirm(batch.byteLength);
      return;
    }
    this.#waitingOctets += batch.byteLength;
    this.#waiting.push(new BatchReader(batch));
    if (!this.#scheduled) this.#deliver();
  }

  #wake(): void {
    if (this.#scheduled || this.#closed || this.#paused || this.#waiting.length === 0) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    let delivered = 0;
    try {
      while (this.#waiting.length > 0 && delivered < FRAMES_PER_TURN && !this.#paused && !this.#closed) {
        const batch = this.#waiting[0]!;
        if (batch.atEnd) this.#finish(batch);
        else if (batch.next(this.#packet)) {
          delivered++;
          this.#sink!.receive(this.#packet);
        } else this.#lost++;
      }
      if (delivered > 0 && !this.#closed) this.#sink!.batchEnd();
    } finally {
      this.#wake();
    }
    if (this.#peerGone) this.#announceLoss();
  }

  #finish(batch: BatchReader): void {
    this.#waiting.shift();
    this.#waitingOctets -= batch.octets;
    this.#port.confirm(batch.octets);
  }

  #loseLink(): void {
    if (this.#peerGone || this.#closed) return;
    this.#peerGone = true;
    this.#announceLoss();
  }

  /** After the last frame that the other side sent. */
  #announceLoss(): void {
    if (this.#waiting.length > 0 || this.#closed || this.#lossTold) return;
    this.#lossTold = true;
    this.#sink!.linkChanged(false);
    this.#wakeSender();
  }
}
