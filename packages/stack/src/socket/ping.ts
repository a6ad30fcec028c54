import { type IpAddress, NetError } from "@mnet/core";
import type { AddressLike } from "../api/common.ts";
import type { PingOptions, PingReply, PingResult } from "../api/stack.ts";
import type { StackContext } from "../engine/context.ts";
import type { Alarm } from "../engine/driver.ts";
import type { Family } from "../engine/family.ts";
import type { Killable } from "./context.ts";
import { defined } from "./tcp-options.ts";

const defaults = { count: 1, size: 56, timeout: 1000, interval: 1000 };

/** Octets that one datagram carries behind the headers of ICMP and, without options, IPv4 (RFC 791) or IPv6 (RFC 8200). */
const LONGEST_DATA = { 4: 65_507, 6: 65_527 };

/** ICMP echo as a series. Wrong arguments throw, no route rejects, a lost reply is an entry of the result. */
export function ping(context: StackContext, host: AddressLike, options: PingOptions): Promise<PingResult> {
  const to = context.addressOf(host, "host");
  const { count, size, timeout, interval } = { ...defaults, ...defined(options) };
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`count must be a whole number from 1, not ${count}`);
  if (!(timeout > 0)) throw new RangeError(`timeout must be above 0 ms, not ${timeout}`);
  if (!(interval >= 0)) throw new RangeError(`interval must not be below 0 ms, not ${interval}`);
  const { signal, hopLimit, dontFragment } = options;
  checkRange("size", size, 0, LONGEST_DATA[to.family]);
  if (hopLimit !== undefined) checkRange("hopLimit", hopLimit, 1, 255);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    try {
      context.checkUp("ping");
      new Series(
        context,
        { to, size, timeout, hopLimit, dontFragment },
        { count, interval, signal },
        resolve,
        reject,
      );
    } catch (error) {
      reject(error);
    }
  });
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

interface Request {
  readonly to: IpAddress;
  readonly size: number;
  readonly timeout: number;
  readonly hopLimit: number | undefined;
  readonly dontFragment: boolean | undefined;
}

interface Schedule {
  readonly count: number;
  readonly interval: number;
  readonly signal: AbortSignal | undefined;
}

class Series implements Killable {
  readonly #context: StackContext;
  readonly #request: Request;
  readonly #schedule: Schedule;
  readonly #resolve: (result: PingResult) => void;
  readonly #reject: (error: unknown) => void;
  readonly #results: (PingReply | { readonly code: string })[] = [];
  readonly #alarm: Alarm;
  #pending: { cancel(): void } | null = null;
  #nextAt = 0;
  #settled = false;

  constructor(
    context: StackContext,
    request: Request,
    schedule: Schedule,
    resolve: (result: PingResult) => void,
    reject: (error: unknown) => void,
  ) {
    this.#context = context;
    this.#request = request;
    this.#schedule = schedule;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#alarm = context.driver.alarm(() => this.#attempt());
    context.opened(this);
    schedule.signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#attempt();
  }

  kill(): void {
    this.#fail(new NetError("ENETDOWN", { syscall: "ping" }));
  }

  #attempt(): void {
    const now = this.#context.driver.now();
    const { to, size, timeout, hopLimit, dontFragment } = this.#request;
    this.#nextAt = now + this.#schedule.interval;
    try {
      this.#pending = this.#family(to).echo(
        { to, size, timeout, ...defined({ hopLimit, dontFragment }) },
        { replied: (reply) => this.#answered(reply), failed: (code) => this.#answered({ code }) },
        now,
      );
    } catch (error) {
      // Of a series that has begun, the answers so far are worth more than the exception.
      if (error instanceof NetError && this.#results.length > 0) this.#answered({ code: error.code });
      else this.#fail(error);
    }
    this.#context.driver.touch();
  }

  #family(to: IpAddress): Family {
    const family = this.#context.layers.family(to.family);
    if (family !== null) return family;
    throw new NetError("EAFNOSUPPORT", { syscall: "ping", address: to.toString() });
  }

  #answered(result: PingReply | { readonly code: string }): void {
    this.#pending = null;
    this.#results.push(result);
    if (this.#results.length < this.#schedule.count) {
      this.#alarm.set(this.#nextAt);
      return;
    }
    const results = this.#results;
    const received = results.filter((entry) => "roundTrip" in entry).length;
    if (this.#settle()) this.#resolve({ sent: results.length, received, results });
  }

  readonly #onAbort = (): void => this.#fail(this.#schedule.signal?.reason);

  #fail(reason: unknown): void {
    this.#pending?.cancel();
    if (this.#settle()) this.#reject(reason);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#alarm.set(Number.POSITIVE_INFINITY);
    this.#schedule.signal?.removeEventListener("abort", this.#onAbort);
    this.#context.closed(this);
    return true;
  }
}
