import { IpProtocol, type Millis, type SendOptions } from "@mnet/core";
import { type CongestionFactory, congestionFactory } from "./congestion/choice.ts";
import type { ConnectionOptions, KeepAliveOptions } from "./events.ts";
import {
  DEFAULT_PEER_SEGMENT_V4,
  DEFAULT_PEER_SEGMENT_V6,
  type EcnMode,
  MAXIMUM_BUFFER,
  MAXIMUM_UNSCALED_WINDOW,
  MAXIMUM_WINDOW_SCALE,
  MINIMUM_PEER_SEGMENT,
  type TcpParameters,
} from "./params.ts";

export type KeepAlive = Readonly<Required<KeepAliveOptions>>;

/** The options of a connection or listener, checked and filled in; shared by all connections of a listener. */
export class FlowSettings {
  readonly noDelay: boolean;
  readonly ecn: EcnMode;
  readonly pacing: boolean;
  /** Makes the congestion controller of each connection. */
  readonly congestion: CongestionFactory;
  readonly keepAlive: KeepAlive | null;
  /** `null`: R2 decides. */
  readonly userTimeout: Millis | null;
  /** The largest MSS, ours and the peer's. */
  readonly maximumSegment: number;
  readonly sendBuffer: number;
  /** How far the send buffer may grow; the same when the application chose it. */
  readonly largestSendBuffer: number;
  /** Octets the window may cover. */
  readonly receiveLimit: number;
  /** How far that may grow; the same when the application chose it. */
  readonly largestReceiveLimit: number;
  /** The shift we offer (RFC 7323 2.3): the least that can express {@link FlowSettings.largestReceiveLimit}; -1 for none. */
  readonly windowScale: number;
  /** How segments of half-open connections are sent: shared by all. */
  readonly options: SendOptions;
  readonly #hopLimit: number;
  readonly #trafficClass: number;

  /** @throws RangeError naming the option. */
  constructor(options: ConnectionOptions, params: TcpParameters) {
    this.noDelay = options.noDelay ?? false;
    this.ecn = checkEcn(options.ecn ?? params.ecn);
    this.pacing = options.pacing ?? params.pacing;
    this.congestion = congestionFactory(options.congestion ?? params.congestion);
    this.keepAlive = keepAliveOf(options.keepAlive, params);
    const { userTimeout = null } = options;
    this.userTimeout = userTimeout === null ? null : checkTime(userTimeout, "userTimeout");
    const { sendBuffer = params.sendBuffer, receiveBuffer = params.receiveBuffer } = options;
    this.sendBuffer = checkBuffer(sendBuffer, "sendBuffer");
    this.receiveLimit = checkBuffer(receiveBuffer, "receiveBuffer");
    // Who sets a size wants that size, as with SO_SNDBUF and SO_RCVBUF.
    this.largestSendBuffer =
      options.sendBuffer === undefined ? Math.max(sendBuffer, params.largestSendBuffer) : sendBuffer;
    this.largestReceiveLimit =
      options.receiveBuffer === undefined
        ? Math.max(receiveBuffer, params.largestReceiveBuffer)
        : receiveBuffer;
    this.windowScale = params.windowScaling ? windowScaleFor(this.largestReceiveLimit) : -1;
    this.maximumSegment = checkRange(
      options.maximumSegment ?? 0xffff,
      MINIMUM_PEER_SEGMENT,
      0xffff,
      "maximumSegment",
    );
    // 0: IP's own, which routers may advertise (RFC 4861 6.3.4).
    this.#hopLimit = options.hopLimit === undefined ? 0 : checkHopLimit(options.hopLimit);
    this.#trafficClass = checkTrafficClass(options.trafficClass ?? 0);
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

function checkEcn(mode: EcnMode): EcnMode {
  if (mode === "off" || mode === "passive" || mode === "on") return mode;
  throw new RangeError(`ecn must be "off", "passive" or "on", not ${String(mode)}`);
}

/** @throws RangeError unless `octets` is a size that a buffer may have. */
export function checkBuffer(octets: number, what: string): number {
  return checkRange(octets, 1, MAXIMUM_BUFFER, what);
}

/** @throws RangeError. */
export function checkHopLimit(hopLimit: number): number {
  return checkRange(hopLimit, 1, 255, "hopLimit");
}

/** The DSCP in place; the ECN field belongs to the protocol (RFC 3168 6.1). @throws RangeError. */
export function checkTrafficClass(trafficClass: number): number {
  return checkRange(trafficClass, 0, 255, "trafficClass") & 0xfc;
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
