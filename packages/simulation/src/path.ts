import { type Millis, type Packet, type Random, randomFraction } from "@mnet/core";
import { Bottleneck } from "./bottleneck.ts";
import { corruptFrame } from "./corrupt.ts";
import { FrameInFlight, SharedFrame } from "./frame-in-flight.ts";
import { type DecidedConditions, passesAll, sameForAll } from "./link-conditions.ts";
import { markCongestion } from "./mark.ts";
import { ETHERNET_HEADER, SHARED_FROM } from "./params.ts";
import type { Timeline } from "./timeline.ts";

/** What became of the frames that one port sent. */
export interface LinkStatistics {
  /** Frames handed to the port. */
  sent: number;
  /** Copies received at the other ports, duplicates included. */
  delivered: number;
  /** Copies lost by chance. */
  lost: number;
  duplicated: number;
  reordered: number;
  corrupted: number;
  /** Lost because larger than the link's MTU. */
  oversize: number;
  /** Lost because the queue was full. */
  queueFull: number;
  /** Marked as having met congestion (RFC 3168). */
  marked: number;
  /** Lost by the filter. */
  filtered: number;
  /** Copies that met a port which was not started, paused, unplugged or closed; and frames sent by an unplugged or closed port. */
  missed: number;
}

/** Where frames end. */
export interface Receiver {
  /** @param frame borrowed. @param statistics those of the port that sent it. */
  arrive(frame: Packet, statistics: LinkStatistics): void;
}

/** The way from one port to the others: decides the fate of each frame. */
export class Path {
  readonly statistics: LinkStatistics = {
    sent: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    oversize: 0,
    queueFull: 0,
    marked: 0,
    filtered: 0,
    missed: 0,
  };
  conditions: DecidedConditions;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #frameSize: number;
  readonly #direction: number;
  readonly #idle: FrameInFlight[] = [];
  readonly #idleShared: SharedFrame[] = [];
  readonly #bottleneck = new Bottleneck();
  #lastArrival: Millis = Number.NEGATIVE_INFINITY;

  /** @param frameSize octets of the largest frame the port sends. @param direction what filters are told. */
  constructor(timeline: Timeline, conditions: DecidedConditions, frameSize: number, direction: number) {
    this.#timeline = timeline;
    this.#random = timeline.random.fork();
    this.#frameSize = frameSize;
    this.#direction = direction;
    this.conditions = conditions;
  }

  /** Sends a copy of `frame` to each receiver but the sender, or what the conditions make of it. */
  carry(frame: Packet, receivers: readonly Receiver[], sender: Receiver): void {
    const { conditions, statistics } = this;
    const length = frame.length;
    if (length > conditions.mtu + ETHERNET_HEADER || length > this.#frameSize) {
      statistics.oversize++;
      return;
    }
    if (!passesAll(conditions) && !conditions.filter(frame.toBytes(), this.#direction)) {
      statistics.filtered++;
      return;
    }
    const departure = this.#bottleneck.depart(length, conditions, this.#timeline.now());
    if (departure < 0) {
      statistics.queueFull++;
      return;
    }
    const jitter = conditions.jitter > 0 ? conditions.jitter * randomFraction(this.#random) : 0;
    this.#lastArrival = Math.max(departure + conditions.latency + jitter, this.#lastArrival);
    if (receivers.length > SHARED_FROM && sameForAll(conditions)) {
      const shared = this.#idleShared.pop() ?? new SharedFrame(this, this.#frameSize);
      shared.load(frame, receivers, sender);
      this.#timeline.schedule(shared, this.#lastArrival);
      return;
    }
    for (const receiver of receivers) if (receiver !== sender) this.#carryTo(receiver, frame);
  }

  /** Takes back a frame that has arrived. */
  recycle(frame: FrameInFlight): void {
    frame.to = null;
    this.#idle.push(frame);
  }

  /** Takes back a frame that has arrived everywhere. */
  recycleShared(frame: SharedFrame): void {
    this.#idleShared.push(frame);
  }

  #carryTo(receiver: Receiver, frame: Packet): void {
    const { conditions, statistics } = this;
    if (this.#happens(conditions.loss)) {
      statistics.lost++;
      return;
    }
    const copy = this.#copy(frame);
    if (this.#bottleneck.marked && markCongestion(copy.packet)) statistics.marked++;
    if (this.#happens(conditions.corruption)) {
      if (!corruptFrame(copy.packet, this.#random)) {
        statistics.lost++;
        this.recycle(copy);
        return;
      }
      statistics.corrupted++;
    }
    let arrival = this.#lastArrival;
    if (this.#happens(conditions.reordering)) {
      statistics.reordered++;
      arrival += conditions.reorderingDelay * (1 - randomFraction(this.#random));
    }
    this.#launch(copy, receiver, arrival);
    if (this.#happens(conditions.duplication)) {
      statistics.duplicated++;
      this.#launch(this.#copy(copy.packet), receiver, arrival);
    }
  }

  #happens(probability: number): boolean {
    return probability > 0 && randomFraction(this.#random) < probability;
  }

  #copy(frame: Packet): FrameInFlight {
    const copy = this.#idle.pop() ?? new FrameInFlight(this, this.#frameSize);
    copy.packet.reset(0, frame.copyTo(copy.packet.bytes));
    return copy;
  }

  #launch(frame: FrameInFlight, to: Receiver, arrival: Millis): void {
    frame.to = to;
    this.#timeline.schedule(frame, arrival);
  }
}
