import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { root } from "./workspace.ts";

export interface Finished {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error, in the order they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  /** Ends the program after so many milliseconds. Default 120 000. */
  readonly limit?: number;
}

/** Runs a program to its end, with the programs of this repository on its PATH. Never rejects: what cannot start has code 127. */
export function run(command: string, options: readonly string[], how: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, options, {
      cwd: how.cwd ?? root,
      env: {
        ...process.env,
        PATH: `${root}node_modules/.bin${delimiter}${process.env["PATH"]}`,
        NO_COLOR: "1",
        FORCE_COLOR: "0",
        ...how.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: how.limit ?? 120_000,
      killSignal: "SIGKILL",
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** The same, for what has to succeed. @throws Error with the output. */
export async function runOk(command: string, options: readonly string[], how?: RunOptions): Promise<string> {
  const { code, output } = await run(command, options, how);
  if (code !== 0) throw new Error(`${command} ${options.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** `work` for every item, a few at a time; results in the items' order. */
export async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atATime = 4,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  return results;
}
