import { LONGEST_DELAY } from "./params.ts";

/** Runs something once when a caller's time is over, however long that is: `setTimeout` alone takes a longest delay, and fires at once for more. */
export class Deadline {
  readonly #run: () => void;
  /** Milliseconds beyond those that the timer is armed for. */
  #left: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param delay milliseconds, not below 0; Infinity is never. */
  constructor(delay: number, run: () => void) {
    this.#left = delay;
    this.#run = run;
    if (delay !== Number.POSITIVE_INFINITY) this.#arm();
  }

  /** It does not run any more. Harmless when it has. */
  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    const delay = Math.min(this.#left, LONGEST_DELAY);
    this.#left -= delay;
    this.#timer = setTimeout(this.#fired, delay);
  }

  readonly #fired = (): void => {
    if (this.#left > 0) this.#arm();
    else this.#run();
  };
}
