import type { DeviceSink, LinkCapabilities, MacAddress, Millis, NetworkDevice, Packet } from "@mnet/core";
import { plainEthernet, requireComplete } from "@mnet/devices";
import type { TimelineEvent } from "./event-heap.ts";
import { type DecidedConditions, decideConditions, type LinkConditions } from "./link-conditions.ts";
import { ETHERNET_HEADER } from "./params.ts";
import { type LinkStatistics, Path, type Receiver } from "./path.ts";
import type { Timeline } from "./timeline.ts";

/** What connects simulated ports. */
export interface Segment {
  /** Who receives `frame`, which `from` sends; `from` itself may be among them and does not. */
  receivers(from: SimulatedPort, frame: Packet): readonly SimulatedPort[];
  /** Whether `port`, itself in place, has a link. */
  linked(port: SimulatedPort): boolean;
  /** `port` was plugged, unplugged or closed. */
  linkChanged(port: SimulatedPort): void;
}

export interface SimulatedPortOptions {
  readonly mac: MacAddress;
  /** The MTU the device announces. */
  readonly mtu: number;
  /** What filters are told about frames sent here. */
  readonly index: number;
  readonly conditions: LinkConditions;
}

/**
 * An Ethernet device on a {@link Timeline}. It takes every frame at once; what the link's conditions do to it shows in `statistics`.
 * Frames that arrive at the same virtual time are one batch. While paused, unplugged or not started it loses what arrives.
 */
export class SimulatedPort implements NetworkDevice, Receiver {
  readonly mac: MacAddress;
  readonly capabilities: LinkCapabilities;
  /** What filters are told about frames sent here. */
  readonly index: number;
  readonly #timeline: Timeline;
  readonly #segment: Segment;
  readonly #path: Path;
  readonly #news: LinkNews;
  #conditions: LinkConditions;
  #sink: DeviceSink | null = null;
  #paused = false;
  #plugged = true;
  #closed = false;
  #toldUp = true;
  #inBatch = false;

  constructor(timeline: Timeline, segment: Segment, options: SimulatedPortOptions) {
    this.mac = options.mac;
    this.capabilities = plainEthernet(options.mtu);
    this.index = options.index;
    this.#timeline = timeline;
    this.#segment = segment;
    this.#conditions = options.conditions;
    const conditions = decideConditions(options.conditions);
    this.#path = new Path(timeline, conditions, options.mtu + ETHERNET_HEADER, options.index);
    this.#news = new LinkNews(() => this.#tellLink());
  }

  /** What became of the frames sent here. Live. */
  get statistics(): Readonly<LinkStatistics> {
    return this.#path.statistics;
  }

  /** The conditions that frames sent here meet. */
  get conditions(): Readonly<DecidedConditions> {
    return this.#path.conditions;
  }

  /** Changes the given conditions for the frames sent here from now on. @throws RangeError naming the condition that cannot be. */
  impair(conditions: LinkConditions): void {
    const changed = { ...this.#conditions, ...conditions };
    this.#path.conditions = decideConditions(changed);
    this.#conditions = changed;
  }

  /** Pulls the cable: frames sent, and frames under way when they arrive, are lost; sinks are told that the link went down. */
  unplug(): void {
    this.#plugged = false;
    this.#segment.linkChanged(this);
  }

  /** Puts the cable back. */
  plug(): void {
    this.#plugged = true;
    this.#segment.linkChanged(this);
  }

  /** Whether this end of the cable is in place and the port open. */
  get connected(): boolean {
    return this.#plugged && !this.#closed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** For the segment: the link may have changed; the sink is told later at this virtual time if it has. */
  checkLink(): void {
    if (!this.#closed) this.#timeline.schedule(this.#news, this.#timeline.now());
  }

  start(sink: DeviceSink): void {
    if (this.#sink !== null) throw new Error("the device was already started");
    this.#sink = sink;
    this.checkLink();
  }

  /** Never `false`. @throws TypeError for a packet with a checksum or segmentation request, which this device does not carry out. */
  send(packet: Packet): boolean {
    requireComplete(packet);
    const { statistics } = this.#path;
    statistics.sent++;
    if (this.connected) this.#path.carry(packet, this.#segment.receivers(this, packet), this);
    else statistics.missed++;
    return true;
  }

  /** For the path: a frame sent to this port is here. */
  arrive(frame: Packet, statistics: LinkStatistics): void {
    const sink = this.#sink;
    if (sink !== null && this.connected && !this.#paused) {
      statistics.delivered++;
      this.#inBatch = true;
      sink.receive(frame);
    } else {
      statistics.missed++;
    }
    if (!this.#inBatch || this.#moreNow()) return;
    this.#inBatch = false;
    if (!this.#closed) sink?.batchEnd();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  ref(): void {}

  unref(): void {}

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#timeline.unschedule(this.#news);
      this.#segment.linkChanged(this);
    }
    return Promise.resolve();
  }

  /** Whether the next thing to happen is another frame for this port, without time passing. */
  #moreNow(): boolean {
    const next = this.#timeline.peek() as (TimelineEvent & { to?: Receiver }) | null;
    return next !== null && next.time === this.#timeline.now() && next.to === this;
  }

  #tellLink(): void {
    const up = this.connected && this.#segment.linked(this);
    if (up === this.#toldUp || this.#closed || this.#sink === null) return;
    this.#toldUp = up;
    this.#sink.linkChanged(up);
  }
}

class LinkNews implements TimelineEvent {
  time: Millis = 0;
  sequence = 0;
  index = -1;
  readonly afterApplications = false;
  readonly run: () => void;

  constructor(run: () => void) {
    this.run = run;
  }
}
