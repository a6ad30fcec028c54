import type { Millis } from "@mnet/core";
import { DEFAULT_MTU, DEFAULT_QUEUE, SHORTEST_REORDERING } from "./params.ts";

/** How a link treats the frames of one direction. Everything is optional; without any of it the link is instant and perfect. */
export interface LinkConditions {
  /** Milliseconds from the last octet sent to the frame received. Default 0. */
  readonly latency?: Millis;
  /** Up to so many milliseconds more, uniformly, for each frame; order is kept. Default 0. */
  readonly jitter?: Millis;
  /** Probability that a frame is lost, 0..1. Default 0. */
  readonly loss?: number;
  /** Probability that a frame arrives twice. Default 0. */
  readonly duplication?: number;
  /** Probability that a frame is held back so that later ones overtake it. Default 0. */
  readonly reordering?: number;
  /** Up to so many milliseconds a reordered frame is held back, uniformly. Default: the latency, at least 1. */
  readonly reorderingDelay?: Millis;
  /**
   * Probability that a burst of at most 15 bits is inverted somewhere behind the Ethernet header, which the Internet checksum always
   * detects. ARP has no checksum: its frames are lost instead, as the frame check sequence of a real link would have it. Default 0.
   */
  readonly corruption?: number;
  /** Octets per second, Ethernet header included. Default: no limit. */
  readonly rate?: number;
  /**
   * Frames that wait for a link with a `rate`, the one being sent included; more are lost (tail drop). Default 100, or no limit where
   * `queueOctets` is given.
   */
  readonly queue?: number;
  /** Octets that wait for a link with a `rate`, the frame being sent included; more are lost (tail drop). Default: no limit. */
  readonly queueOctets?: number;
  /**
   * Octets waiting from which on a frame of ECN-capable transport is marked as having met congestion (RFC 3168 5), as a queue manager
   * with one threshold does it. Default: never.
   */
  readonly markFrom?: number;
  /** Octets of the largest IP datagram carried; larger ones are lost. Default 1500. */
  readonly mtu?: number;
  /**
   * Which frames get through: `false` loses this one. `frame` is a copy, `direction` the index of the sending port (0 and 1 on a link,
   * the order of attaching on a hub). Called once per frame sent, before anything random is drawn.
   */
  readonly filter?: (frame: Uint8Array, direction: number) => boolean;
}

/** {@link LinkConditions} with everything decided. */
export type DecidedConditions = Required<LinkConditions>;

const perfect: DecidedConditions = {
  latency: 0,
  jitter: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderingDelay: SHORTEST_REORDERING,
  corruption: 0,
  rate: Number.POSITIVE_INFINITY,
  queue: DEFAULT_QUEUE,
  queueOctets: Number.POSITIVE_INFINITY,
  markFrom: Number.POSITIVE_INFINITY,
  mtu: DEFAULT_MTU,
  filter: () => true,
};

/** Whether every frame passes, so that none has to be shown to the filter. */
export function passesAll(conditions: DecidedConditions): boolean {
  return conditions.filter === perfect.filter;
}

/** Whether a frame meets the same fate at every receiver, so that nothing is drawn for each. */
export function sameForAll(conditions: DecidedConditions): boolean {
  const { loss, duplication, reordering, corruption, markFrom } = conditions;
  const nothingDrawn = loss === 0 && duplication === 0 && reordering === 0 && corruption === 0;
  return nothingDrawn && markFrom === Number.POSITIVE_INFINITY;
}

/** Fills in the defaults. @throws RangeError naming the condition that cannot be. */
export function decideConditions(given: LinkConditions): DecidedConditions {
  const conditions = { ...perfect, ...given };
  if (given.reorderingDelay === undefined) {
    conditions.reorderingDelay = Math.max(conditions.latency, SHORTEST_REORDERING);
  }
  if (given.queue === undefined && given.queueOctets !== undefined)
    conditions.queue = Number.POSITIVE_INFINITY;
  for (const name of ["loss", "duplication", "reordering", "corruption"] as const) {
    const value = conditions[name];
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be a probability, not ${value}`);
  }
  for (const name of ["latency", "jitter", "reorderingDelay"] as const) {
    const value = conditions[name];
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${name} must be finite milliseconds, not ${value}`);
    }
  }
  for (const name of ["rate", "queue", "queueOctets", "markFrom", "mtu"] as const) {
    if (!(conditions[name] > 0)) throw new RangeError(`${name} must be positive, not ${conditions[name]}`);
  }
  return conditions;
}
