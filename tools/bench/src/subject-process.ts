import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Sample, Scale } from "./subject.ts";

/** What a subject's process says: its state after each command. */
export type Answer = { readonly ready: true } | { readonly sample: Sample } | { readonly error: string };

export type Command = { readonly round: Scale } | { readonly close: true };

/** Lets subjects ask for a collection. */
const NODE_OPTIONS = ["--expose-gc"];

/** Node's options of single subjects: a young generation that takes all that a transfer allocates, so that it can be counted. */
const OWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  growth: ["--min-semi-space-size=64", "--max-semi-space-size=64"],
};

/** The process of one subject. It waits, doing nothing, while others have their round. */
export class SubjectProcess {
  readonly #child: ChildProcess;

  private constructor(name: string) {
    const file = fileURLToPath(new URL(`./subject-main${extension}`, import.meta.url));
    this.#child = fork(file, [name], {
      execArgv: [...process.execArgv, ...NODE_OPTIONS, ...(OWN_OPTIONS[name] ?? [])],
    });
  }

  /** Resolves when it is ready for rounds. Rejects with the reason when it cannot be measured here. */
  static async start(name: string): Promise<SubjectProcess> {
    const subject = new SubjectProcess(name);
    await subject.#answer();
    return subject;
  }

  /** One round; rejects when it fails. */
  async round(scale: Scale): Promise<Sample> {
    const answer = this.#answer();
    this.#child.send({ round: scale } satisfies Command);
    return (await answer) as Sample;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.send({ close: true } satisfies Command);
    await exited;
  }

  #answer(): Promise<Sample | null> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const settle = (run: () => void): void => {
        child.off("message", onMessage);
        child.off("exit", onExit);
        run();
      };
      const onMessage = (answer: Answer): void =>
        settle(() => {
          if ("error" in answer) reject(new Error(answer.error));
          else resolve("sample" in answer ? answer.sample : null);
        });
      const onExit = (code: number | null): void =>
        settle(() => reject(new Error(`its process ended with ${code}`)));
      child.on("message", onMessage);
      child.on("exit", onExit);
    });
  }
}

/** `.ts` from source, `.js` once built. */
export const extension: string = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
