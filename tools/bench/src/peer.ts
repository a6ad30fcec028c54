import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { extension } from "./subject-process.ts";

/** What the application over the kernel's sockets is asked to do, connecting to `host` and `port` each time. */
export type PeerTask =
  /** Reads to the end of the stream. */
  | { readonly task: "read"; readonly host: string; readonly port: number }
  /** Writes for `duration` ms, then ends the stream. */
  | { readonly task: "write"; readonly host: string; readonly port: number; readonly duration: number }
  /** Exchanges one octet at a time for `duration` ms. */
  | { readonly task: "ping-pong"; readonly host: string; readonly port: number; readonly duration: number }
  /** Moves into a network namespace of its own. */
  | { readonly task: "leave" }
  /** Runs a command in that namespace. */
  | { readonly task: "run"; readonly command: string; readonly parameters: readonly string[] };

export interface PeerReport {
  readonly octets: number;
  readonly seconds: number;
  /** Processor time of the peer's process. */
  readonly cpuSeconds: number;
  /** Of `ping-pong`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** A process that uses the kernel's sockets, while a stack or the other end has the event loop here. */
export class Peer {
  readonly #child: ChildProcess;

  constructor() {
    const file = fileURLToPath(new URL(`./peer-main${extension}`, import.meta.url));
    this.#child = fork(file, [], {
      execArgv: process.execArgv.filter((option) => !option.startsWith("--cpu-prof")),
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Rejects with what the task failed of. */
  do(task: PeerTask): Promise<PeerReport> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the peer ended with ${code}`));
      this.#child.once("exit", ended);
      this.#child.once("message", (answer: PeerReport | { readonly error: string }) => {
        this.#child.off("exit", ended);
        if ("error" in answer) reject(new Error(answer.error));
        else resolve(answer);
      });
      this.#child.send(task);
    });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.disconnect();
    await exited;
  }
}
