import { IpProtocol, type Millis, type SendOptions } from "@mnet/core";
import { ringCapacity } from "./buffers/slab-pool.ts";
import { type CongestionFactory, congestionFactory } from "./congestion/choice.ts";
import type { ConnectionOptions, KeepAliveOptions } from "./events.ts";
import {
  DEFAULT_PEER_SEGMENT_V4,
  DEFAULT_PEER_SEGMENT_V6,
  MAXIMUM_BUFFER,
  MAXIMUM_UNSCALED_WINDOW,
  MAXIMUM_WINDOW_SCALE,
  MINIMUM_RING,
  type TcpParameters,
} from "./params.ts";

export type KeepAlive = Readonly<Required<KeepAliveOptions>>;

/** The options of a connection or listener, checked and filled in; shared by all connections of a listener. */
export class FlowSettings {
  readonly noDelay: boolean;
  /** Makes the congestion controller of each connection. */
  readonly congestion: CongestionFactory;
  readonly keepAlive: KeepAlive | null;
  /** `null`: R2 decides. */
  readonly userTimeout: Millis | null;
  readonly sendBuffer: number;
  /** Size of the receive ring, a power of two. */
  readonly receiveCapacity: number;
  /** Octets the window may cover. */
  readonly receiveLimit: number;
  /** The shift we offer (RFC 7323 2.3): the least that can express {@link FlowSettings.receiveLimit}; -1 for none. */
  readonly windowScale: number;
  /** How segments of half-open connections are sent: shared by all. */
  readonly options: SendOptions;
  readonly #hopLimit: number;
  readonly #trafficClass: number;

  /** @throws RangeError naming the option. */
  constructor(options: ConnectionOptions, params: TcpParameters) {
    this.noDelay = options.noDelay ?? false;
    this.congestion = congestionFactory(options.congestion ?? params.congestion);
    this.keepAlive = keepAliveOf(options.keepAlive, params);
    const { userTimeout = null } = options;
    this.userTimeout = userTimeout === null ? null : checkTime(userTimeout, "userTimeout");
    this.sendBuffer = checkRange(options.sendBuffer ?? params.sendBuffer, 1, MAXIMUM_BUFFER, "sendBuffer");
    const receive = checkRange(
      options.receiveBuffer ?? params.receiveBuffer,
      1,
      MAXIMUM_BUFFER,
      "receiveBuffer",
    );
    this.receiveCapacity = ringCapacity(receive, MINIMUM_RING);
    this.windowScale = params.windowScaling ? windowScaleFor(receive) : -1;
    this.receiveLimit = Math.min(
      receive,
      this.receiveCapacity - roundingSlack(this.receiveCapacity, this.windowScale),
    );
    this.#hopLimit = checkRange(options.hopLimit ?? 64, 1, 255, "hopLimit");
    // The ECN field belongs to the protocol (RFC 3168 6.1).
    this.#trafficClass = checkRange(options.trafficClass ?? 0, 0, 255, "trafficClass") & 0xfc;
    this.options = this.sendOptions();
  }

  /** A record of its own for one connection. TCP never lets IP fragment. */
  sendOptions(): SendOptions {
    return {
      protocol: IpProtocol.Tcp,
      hopLimit: this.#hopLimit,
      trafficClass: this.#trafficClass,
      dontFragment: "yes",
      flowLabel: 0,
      multicastLoop: false,
    };
  }

  /** What a peer that says nothing takes (RFC 9293 3.7.1). */
  defaultPeerSegment(family: 4 | 6): number {
    return family === 4 ? DEFAULT_PEER_SEGMENT_V4 : DEFAULT_PEER_SEGMENT_V6;
  }
}

/** The keep-alive settings with their defaults. @throws RangeError naming the option. */
export function keepAliveOf(
  options: false | KeepAliveOptions | undefined,
  params: TcpParameters,
): KeepAlive | null {
  if (options === undefined || options === false) return null;
  return {
    idle: checkTime(options.idle ?? params.keepAliveIdle, "keepAlive.idle"),
    interval: checkTime(options.interval ?? params.keepAliveInterval, "keepAlive.interval"),
    probes: checkRange(options.probes ?? params.keepAliveProbes, 1, 1000, "keepAlive.probes"),
  };
}

/** @throws RangeError unless `value` is a number of milliseconds, at least one. */
export function checkTime(value: Millis, what: string): Millis {
  if (!(value >= 1)) throw new RangeError(`${what} must be at least one millisecond, not ${value}`);
  return value;
}

function checkRange(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${what} must be an integer from ${least} to ${most}, not ${value}`);
  }
  return value;
}

function windowScaleFor(window: number): number {
  let scale = 0;
  while (scale < MAXIMUM_WINDOW_SCALE && window >> scale > MAXIMUM_UNSCALED_WINDOW) scale++;
  return scale;
}

/**
 * Room behind the window. A scaled window field is a multiple of 2^shift, so an edge that must not go back has to be rounded up now and
 * then (RFC 7323 2.4); what it may grow by until the application reads is kept free.
 */
function roundingSlack(capacity: number, scale: number): number {
  return scale <= 0 ? 0 : capacity >> 6;
}
