import { NetError } from "@mnet/core";
import type { KeepAliveOptions, TcpSocketOptions } from "@mnet/stack";
import { KEEP_ALIVE_IDLE, LONGEST_KEEP_ALIVE_IDLE } from "../params.ts";

/** What node:net is told when a socket is made. */
export interface NodeSocketOptions {
  readonly noDelay: boolean;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelay: number;
}

/** @throws RangeError naming the option. NetError ENOTSUP for what cannot be had of the host. */
export function nodeSocketOptions(options: TcpSocketOptions, syscall: string): NodeSocketOptions {
  const { noDelay = false, keepAlive = false, userTimeout, hopLimit, trafficClass } = options;
  checkBuffer("sendBuffer", options.sendBuffer);
  checkBuffer("receiveBuffer", options.receiveBuffer);
  if (userTimeout !== undefined) throw unsupported("userTimeout", syscall);
  if (hopLimit !== undefined) throw unsupported("hopLimit", syscall);
  if (trafficClass !== undefined) throw unsupported("trafficClass", syscall);
  const on = keepAlive !== false;
  return {
    noDelay,
    keepAlive: on,
    keepAliveInitialDelay: on ? keepAliveDelay(keepAlive === true ? {} : keepAlive) : 0,
  };
}

/** Milliseconds before the first probe. @throws RangeError. NetError ENOTSUP for the times that only the host sets. */
export function keepAliveDelay({ idle = KEEP_ALIVE_IDLE, interval, probes }: KeepAliveOptions): number {
  if (!(idle > 0)) throw new RangeError(`keepAlive.idle must be above 0 ms, not ${idle}`);
  if (interval !== undefined) throw unsupported("keepAlive.interval", "setKeepAlive");
  if (probes !== undefined) throw unsupported("keepAlive.probes", "setKeepAlive");
  // The host counts in seconds.
  return Math.max(1000, Math.min(idle, LONGEST_KEEP_ALIVE_IDLE));
}

/** The error of an option that the host's sockets do not have. */
export function unsupported(option: string, syscall: string): NetError {
  return new NetError("ENOTSUP", { syscall, reason: `sockets of the host have no ${option} here` });
}

function checkBuffer(option: string, octets: number | undefined): void {
  if (octets !== undefined && !(Number.isInteger(octets) && octets > 0)) {
    throw new RangeError(`${option} must be a positive integer, not ${octets}`);
  }
}
