import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RelayOptions, RelayStatistics } from "./relay.ts";

const PROGRAM = fileURLToPath(new URL("relay-program.ts", import.meta.url));

export interface RelayReport {
  /** From the stack to Linux. */
  readonly outward: RelayStatistics;
  /** From Linux to the stack. */
  readonly inward: RelayStatistics;
}

/** The bad cable of {@link BAD_CABLE} in a process of its own, so that it has not the event loop of the stack under test. */
export class RelayProcess {
  readonly #child: ReturnType<typeof fork>;
  readonly #exited: Promise<unknown>;

  private constructor(child: ReturnType<typeof fork>) {
    this.#child = child;
    this.#exited = once(child, "exit");
  }

  /** Resolves when frames pass. @throws Error (as a rejection) when the process ends instead. */
  static async start({ tap, seed, host, host6 }: Omit<RelayOptions, "conditions">): Promise<RelayProcess> {
    const parameters = [tap, String(seed), host, ...(host6 === undefined ? [] : [host6])];
    const child = fork(PROGRAM, parameters, { execArgv: ["--conditions=@mnet/source", "--import", "tsx"] });
    const relay = new RelayProcess(child);
    await Promise.race([
      once(child, "message"),
      relay.#exited.then(() => Promise.reject(new Error("the relay ended"))),
    ]);
    return relay;
  }

  /** Takes the cable away. @returns what became of the frames; `null` the second time. */
  async stop(): Promise<RelayReport | null> {
    if (!this.#child.connected) return null;
    const report = once(this.#child, "message");
    this.#child.send("stop");
    const [told] = await report;
    await this.#exited;
    return told as RelayReport;
  }
}
