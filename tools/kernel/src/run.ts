import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface RunOptions {
  /** Milliseconds until the program is killed. Default 30 000. */
  readonly timeout?: number;
  /** Written to its standard input, which is then closed. */
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

export interface RunResult {
  /** Exit code; `null` when a signal or the timeout ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Octets kept of each output; a program that says more is killed. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/**
 * Runs a program to its end without blocking the event loop, on which a stack under test may live. Never rejects for how the program
 * ends; @throws Error (as a rejection) when it cannot be started or says more than 64 MiB.
 */
export function run(
  command: string,
  parameters: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { timeout = 30_000, input, environment, directory } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      stdio: ["pipe", "pipe", "pipe"],
      ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
      ...(directory === undefined ? {} : { cwd: directory }),
    });
    let timedOut = false;
    let overflow = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeout);
    const outputs = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      let octets = 0;
      stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        octets += chunk.length;
        if (octets <= OUTPUT_LIMIT) return;
        overflow = true;
        child.kill("SIGKILL");
      });
      return chunks;
    });
    // A program need not read its input to the end.
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (overflow) reject(new Error(`${command} said more than ${OUTPUT_LIMIT} octets`));
      const [stdout, stderr] = outputs.map((chunks) => Buffer.concat(chunks).toString("utf8"));
      resolve({ code, stdout: stdout!, stderr: stderr!, timedOut });
    });
  });
}

/** As {@link run}, but rejects with the program's output when it does not exit with 0. */
export async function runOk(
  command: string,
  parameters: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(command, parameters, options);
  if (result.code === 0) return result;
  const how = result.timedOut ? "timed out" : `ended with ${result.code}`;
  throw new Error(`${command} ${parameters.join(" ")} ${how}\n${result.stderr}${result.stdout}`);
}

/** Those of the programs that are not on the PATH. */
export function missingCommands(commands: readonly string[]): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return commands.filter((command) => !folders.some((folder) => isExecutable(join(folder, command))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
