import type { Machine } from "../calls/machine.ts";
import { type Attempt, type CallOutcome, failed } from "../calls/outcome.ts";
import { begin, mayWait } from "../calls/table.ts";
import { printCall, printExpression, printSeconds } from "../language/print.ts";
import type { CallAction, Microseconds } from "../language/tree.ts";
import { Mismatch } from "./outcome.ts";

/** One system call of the script, until it has returned. */
export class PendingCall {
  readonly action: CallAction;
  readonly line: number;
  /** When it must return. */
  readonly end: Microseconds;
  done = false;
  readonly #machine: Machine;
  #attempt: Attempt | null = null;
  #finishedAt: Microseconds = 0;

  /** @param base what the end counts from. */
  constructor(machine: Machine, action: CallAction, line: number, base: Microseconds) {
    this.#machine = machine;
    this.action = action;
    this.line = line;
    this.end = action.end === null ? machine.now() * 1000 : base + action.end;
  }

  /** Makes the call. @throws Unsupported, or Mismatch when it returns at once and not as the script says. */
  begin(): void {
    this.#attempt = begin(this.#machine, this.action);
    const waits = this.action.end !== null && mayWait(this.#machine, this.action);
    const outcome = this.#attempt();
    if (outcome !== null) this.#finish(outcome);
    else if (!waits) this.#finish(failed("EAGAIN"));
  }

  /** Looks whether it returns now. */
  poll(): void {
    if (this.done || this.#attempt === null) return;
    const outcome = this.#attempt();
    if (outcome !== null) this.#finish(outcome);
  }

  /** @throws Mismatch when it returned at another time than the script says. */
  checkTime(tolerance: Microseconds): void {
    if (Math.abs(this.#finishedAt - this.end) <= tolerance + 0.5) return;
    throw new Mismatch(
      `${this.action.name} returned at another time`,
      printSeconds(this.end),
      printSeconds(this.#finishedAt),
    );
  }

  #finish(outcome: CallOutcome): void {
    this.done = true;
    this.#finishedAt = this.#machine.now() * 1000;
    const { result, error } = this.action;
    if (result === null || result.kind === "anything") return;
    const expected = result.kind === "number" ? result.value : Number.NaN;
    // NaN: a new descriptor, which the script gives its number.
    if (Number.isNaN(outcome.value) && expected >= 0) {
      this.#machine.name(expected);
      return;
    }
    if (outcome.value === expected && sameError(outcome.error, error)) return;
    const actual = outcome.error === null ? `${outcome.value}` : `${outcome.value} ${outcome.error}`;
    throw new Mismatch(
      `${this.action.name} returned something else`,
      error === null ? printExpression(result) : `${printExpression(result)} ${error}`,
      `${actual}   in ${printCall(this.action)}`,
    );
  }
}

/** POSIX has two names for one error. */
function sameError(left: string | null, right: string | null): boolean {
  const plain = (name: string | null): string | null => (name === "EWOULDBLOCK" ? "EAGAIN" : name);
  return plain(left) === plain(right);
}
