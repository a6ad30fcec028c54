import type { Millis } from "@mnet/core";
import type { ConnectionOptions } from "@mnet/tcp";
import type { KeepAliveOptions, TcpSocketOptions } from "../api/tcp.ts";

/** The layer's options; absent ones stay absent, so that the layer's defaults hold. */
export function toConnectionOptions(options: TcpSocketOptions): ConnectionOptions {
  const { noDelay, keepAlive, userTimeout, sendBuffer, receiveBuffer } = options;
  const { congestion, ecn, pacing, hopLimit, trafficClass } = options;
  return defined({
    noDelay,
    keepAlive: keepAlive === undefined ? undefined : toKeepAlive(keepAlive),
    userTimeout,
    sendBuffer,
    receiveBuffer,
    congestion,
    ecn,
    pacing,
    hopLimit,
    trafficClass,
  });
}

export function toKeepAlive(
  keepAlive: boolean | KeepAliveOptions,
): false | { idle?: Millis; interval?: Millis; probes?: number } {
  return keepAlive === true ? {} : keepAlive;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
