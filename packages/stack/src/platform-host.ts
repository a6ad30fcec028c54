import type { Host, Millis, Wake } from "@mnet/core";
import { nextTurn } from "@mnet/devices";

/** `setTimeout` fires at once for delays above this (2^31 - 1 ms). */
const LONGEST_DELAY: Millis = 2_147_483_647;

type Timeout = ReturnType<typeof setTimeout> & { ref?(): void; unref?(): void };

/**
 * The host of Node, Bun, Deno, browsers and workers: the platform's timers and clock. The one place of the stack that knows them. Timers never keep
 * a Node process alive; only {@link PlatformHost.hold} does.
 */
export class PlatformHost implements Host {
  #wake: Wake | null = null;
  #timeout: Timeout | null = null;
  #armedFor: Millis = Number.POSITIVE_INFINITY;
  #deferred = false;
  /** When the event loop last left a callback of ours and went on to ask the devices. */
  #turnAt: Millis = 0;
  #holder: Timeout | null = null;

  now(): Millis {
    return performance.now();
  }

  start(wake: Wake): void {
    this.#wake = wake;
  }

  arm(at: Millis): void {
    if (this.#timeout !== null) {
      // A timer that comes early is harmless, and re-arming for each packet would cost more.
      if (this.#armedFor <= at && at !== Number.POSITIVE_INFINITY) return;
      clearTimeout(this.#timeout);
      this.#timeout = null;
    }
    this.#armedFor = at;
    if (at === Number.POSITIVE_INFINITY || this.#wake === null) return;
    const delay = Math.min(Math.max(Math.ceil(at - this.now()), 0), LONGEST_DELAY);
    this.#timeout = setTimeout(this.#onTimeout, delay) as Timeout;
    this.#timeout.unref?.();
  }

  defer(): void {
    if (this.#deferred || this.#wake === null) return;
    this.#deferred = true;
    nextTurn(this.#onTurn);
  }

  hold(alive: boolean): void {
    if (alive === (this.#holder !== null)) return;
    if (this.#holder !== null) clearTimeout(this.#holder);
    this.#holder = alive ? holdOpen() : null;
  }

  stop(): void {
    this.#wake = null;
    this.arm(Number.POSITIVE_INFINITY);
    this.hold(false);
  }

  /** Not at once: between timers and the end of a turn the event loop asks the devices. */
  readonly #onTimeout = (): void => {
    this.#timeout = null;
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#turnAt = this.now();
    this.defer();
  };

  readonly #onTurn = (): void => {
    this.#deferred = false;
    const heardUntil = this.#turnAt;
    this.#turnAt = this.now();
    this.#wake?.(this.#turnAt, heardUntil);
  };
}

/** A timer whose only purpose is that it exists: it keeps a Node process alive. */
function holdOpen(): Timeout {
  return (globalThis as unknown as { setInterval(run: () => void, delay: Millis): Timeout }).setInterval(
    () => {},
    LONGEST_DELAY,
  );
}
