import {
  checkPort,
  type Endpoint,
  type IpAddress,
  type Millis,
  NetError,
  type NetErrorCode,
} from "@mnet/core";
import type { AddressLike } from "../api/common.ts";
import type { UdpDestination } from "../api/udp.ts";
import type { Logger } from "../logger.ts";

/** A thing that the application waits for or keeps open, and that a kill ends. */
export interface Killable {
  /** Rejects what is pending with ENETDOWN and begins an orderly end. */
  kill(): void;
}

/** What sockets need of whatever runs the core under them. */
export interface SocketDriver {
  /** Monotonic; passed on to the core. */
  now(): Millis;
  /** The application called: the core gets its turn at the end of this one. */
  touch(): void;
  /** One more thing, or one less, that keeps the process alive. */
  hold(): void;
  release(): void;
}

/** What the sockets of one stack share. */
export abstract class SocketContext {
  abstract readonly driver: SocketDriver;
  readonly logger: Logger;
  /** Handlers of `TcpListener.serve` that rejected. */
  handlerFailures = 0;
  /** Called when the last open thing has closed. */
  onAllClosed: (() => void) | null = null;
  readonly #open = new Set<Killable>();
  #down = false;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  /** Reads an address that the application gave. @throws TypeError or RangeError naming `what`. */
  abstract addressOf(host: AddressLike, what: string): IpAddress;

  /** Reads a destination that the application gave. @throws TypeError or RangeError naming the field that is wrong. */
  endpointOf(to: UdpDestination | Endpoint): Endpoint {
    if (typeof to !== "object" || to === null) throw new TypeError("to must be { host, port }");
    const host = "host" in to ? to.host : to.address;
    return { address: this.addressOf(host, "to.host"), port: checkPort(to.port, "to.port", 1) };
  }

  /** @throws NetError ENETDOWN once the stack was killed. */
  checkUp(syscall: string): void {
    if (this.#down) throw new NetError("ENETDOWN", { syscall });
  }

  /** Registers something that keeps the process alive until {@link SocketContext.closed}. */
  opened(item: Killable): void {
    this.#open.add(item);
    this.driver.hold();
  }

  closed(item: Killable): void {
    if (!this.#open.delete(item)) return;
    this.driver.release();
    if (this.#open.size === 0) this.onAllClosed?.();
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** No call works from here on; everything that is open is told. */
  goDown(): void {
    this.#down = true;
    for (const item of [...this.#open]) item.kill();
  }
}

/** Carries a core's error code to the application. */
export function failure(
  code: NetErrorCode,
  syscall: string,
  at?: { address: unknown; port: number } | null,
): NetError {
  return new NetError(code, at ? { syscall, address: String(at.address), port: at.port } : { syscall });
}
