import {
  DeadlineHeap,
  type DeviceSink,
  type HeapItem,
  type Host,
  type Millis,
  type Packet,
  type Timed,
  Verdict,
} from "@mnet/core";

/** The layers a driver runs. */
export interface DrivenLayers {
  /** Takes a packet from the device. */
  receive(packet: Packet, now: Millis): Verdict;
  /** Layers with deadlines, lowest first. */
  readonly timed: readonly Timed[];
  /** Sends what is ready. */
  flush(now: Millis): void;
  linkChanged(up: boolean, now: Millis): void;
  capabilitiesChanged(now: Millis): void;
  failed(error: Error): void;
}

/** A timer of the stack's own, kept beside the deadlines of the layers. */
export interface Alarm {
  /** `Infinity` turns it off. */
  set(at: Millis): void;
}

interface AlarmItem extends HeapItem {
  at: Millis;
  readonly run: (now: Millis) => void;
}

/**
 * The heart of a stack: turns what the platform does (packets from the device, one timer, the end of a turn) into plain calls of
 * the layers, with the time passed in. Work happens in three places only: a packet is a nested call up; a batch, a turn or a
 * deadline ends with one flush down.
 */
export class Driver implements DeviceSink {
  readonly #host: Host;
  readonly #layers: DrivenLayers;
  readonly #alarms = new DeadlineHeap<AlarmItem>((item) => item.at);
  /** The time of the batch being received, read once and boxed once; `null` between batches. */
  #batchAt: Millis | null = null;
  /** Whether all of the batch was for somebody else, as most of what a broadcast domain of many hosts hears. */
  #nothingForUs = true;
  #holds = 0;
  #stopped = false;

  constructor(host: Host, layers: DrivenLayers) {
    this.#host = host;
    this.#layers = layers;
    host.start((now, heardUntil = now) => this.#wake(now, heardUntil));
  }

  now(): Millis {
    return this.#host.now();
  }

  /** After a call of the application: the layers get their turn at the end of this one. */
  touch(): void {
    if (!this.#stopped) this.#host.defer();
  }

  /** One more thing that the application waits for. */
  hold(): void {
    if (this.#holds++ === 0 && !this.#stopped) this.#host.hold(true);
  }

  release(): void {
    if (--this.#holds === 0 && !this.#stopped) this.#host.hold(false);
  }

  alarm(run: (now: Millis) => void): Alarm {
    const item: AlarmItem = { at: Number.POSITIVE_INFINITY, run, heapIndex: -1, heapDeadline: 0 };
    return {
      set: (at) => {
        item.at = at;
        this.#alarms.arm(item);
        this.touch();
      },
    };
  }

  /** No wake-up, timer or hold remains; later packets are not looked at. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#host.stop();
  }

  receive(packet: Packet): Verdict {
    if (this.#stopped) return Verdict.Closed;
    this.#batchAt ??= this.#host.now();
    const verdict = this.#layers.receive(packet, this.#batchAt);
    if (verdict !== Verdict.NotForUs) this.#nothingForUs = false;
    return verdict;
  }

  batchEnd(): void {
    const now = this.#batchAt;
    if (now === null) return;
    const nothingForUs = this.#nothingForUs;
    this.#batchAt = null;
    this.#nothingForUs = true;
    if (!nothingForUs) this.#settle(now);
  }

  writable(): void {
    this.#settle(this.#host.now());
  }

  linkChanged(up: boolean): void {
    this.#layers.linkChanged(up, this.#host.now());
    this.touch();
  }

  capabilitiesChanged(): void {
    this.#layers.capabilitiesChanged(this.#host.now());
    this.touch();
  }

  failed(error: Error): void {
    this.#layers.failed(error);
  }

  /** Deadlines later than `heardUntil` have to wait for one more turn: what meets them may lie in a device while the process was busy. */
  #wake(now: Millis, heardUntil: Millis): void {
    if (this.#stopped) return;
    // By index: an iterator leaves something to collect in every turn.
    const { timed } = this.#layers;
    for (let i = 0; i < timed.length; i++)
      if (timed[i]!.nextDeadline() <= heardUntil) timed[i]!.onDeadline(now);
    for (let due = this.#alarms.popDue(heardUntil); due !== null; due = this.#alarms.popDue(heardUntil)) {
      due.at = Number.POSITIVE_INFINITY;
      due.run(now);
    }
    this.#settle(now);
  }

  #settle(now: Millis): void {
    if (this.#stopped) return;
    this.#layers.flush(now);
    const { timed } = this.#layers;
    let next = this.#alarms.next();
    for (let i = 0; i < timed.length; i++) next = Math.min(next, timed[i]!.nextDeadline());
    if (next <= now) this.#host.defer();
    else this.#host.arm(next);
  }
}
