import type { Figures } from "../subject.ts";

/** What follows the name of a rate's figure in that of its rate per second of processor time. */
export const PER_CPU_SECOND = " per CPU second";

/** Counts from its making: the time that passes, and what this process has of the processor, user and system. */
export class Stopwatch {
  readonly #began = performance.now();
  readonly #cpu = process.cpuUsage();

  /** Two figures: `amount` per second, and per second of processor time, which is less at the mercy of who else is busy. */
  rate(name: string, amount: number, seconds: number = (performance.now() - this.#began) / 1000): Figures {
    const { user, system } = process.cpuUsage(this.#cpu);
    return { [name]: amount / seconds, [name + PER_CPU_SECOND]: amount / ((user + system) / 1e6) };
  }
}
