import { NetError, type NetErrorCode } from "@mnet/core";
import type { Logger } from "../logger.ts";
import type { Driver } from "./driver.ts";
import type { Layers } from "./layers.ts";

/** A thing that the application waits for or keeps open, and that a kill ends. */
export interface Killable {
  /** Rejects what is pending with ENETDOWN and begins an orderly end. */
  kill(): void;
}

/** What the sockets of one stack share. */
export class StackContext {
  readonly driver: Driver;
  readonly layers: Layers;
  readonly logger: Logger;
  /** Handlers of {@link TcpListener.serve} that rejected. */
  handlerFailures = 0;
  /** Called when the last open thing has closed. */
  onAllClosed: (() => void) | null = null;
  readonly #open = new Set<Killable>();
  #down = false;

  constructor(driver: Driver, layers: Layers, logger: Logger) {
    this.driver = driver;
    this.layers = layers;
    this.logger = logger;
  }

  /** @throws NetError ENETDOWN once the stack was killed. */
  checkUp(syscall: string): void {
    if (this.#down) throw new NetError("ENETDOWN", { syscall });
  }

  /** Registers something that keeps the process alive until {@link StackContext.closed}. */
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

/** Carries a layer's error code to the application. */
export function failure(
  code: NetErrorCode,
  syscall: string,
  at?: { address: unknown; port: number } | null,
): NetError {
  return new NetError(code, at ? { syscall, address: String(at.address), port: at.port } : { syscall });
}
