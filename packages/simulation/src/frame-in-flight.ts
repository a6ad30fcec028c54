import { type Millis, Packet } from "@mnet/core";
import type { TimelineEvent } from "./event-heap.ts";
import type { Path, Receiver } from "./path.ts";

/** One copy of a frame on its way to one port; a record that is used again. */
export class FrameInFlight implements TimelineEvent {
  time: Millis = 0;
  sequence = 0;
  index = -1;
  readonly afterApplications = false;
  readonly packet: Packet;
  readonly path: Path;
  to: Receiver | null = null;

  constructor(path: Path, size: number) {
    this.path = path;
    this.packet = Packet.allocate(size);
  }

  run(): void {
    this.to!.arrive(this.packet, this.path.statistics);
    this.path.recycle(this);
  }
}

/** A frame on its way to many ports at once, such as a broadcast on a segment of a thousand hosts. */
export class SharedFrame implements TimelineEvent {
  time: Millis = 0;
  sequence = 0;
  index = -1;
  readonly afterApplications = false;
  readonly #frame: Packet;
  /** What each receiver is lent: it may write to its headers. */
  readonly #lent: Packet;
  readonly #path: Path;
  #receivers: readonly Receiver[] = [];
  #sender: Receiver | null = null;

  constructor(path: Path, size: number) {
    this.#path = path;
    this.#frame = Packet.allocate(size);
    this.#lent = Packet.allocate(size);
  }

  load(frame: Packet, receivers: readonly Receiver[], sender: Receiver): void {
    this.#frame.reset(0, frame.copyTo(this.#frame.bytes));
    this.#receivers = receivers;
    this.#sender = sender;
  }

  run(): void {
    const { statistics } = this.#path;
    for (const receiver of this.#receivers) {
      if (receiver === this.#sender) continue;
      this.#lent.reset(0, this.#frame.copyTo(this.#lent.bytes));
      receiver.arrive(this.#lent, statistics);
    }
    this.#path.recycleShared(this);
  }
}
