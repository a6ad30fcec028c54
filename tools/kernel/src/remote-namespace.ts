import { type ChildProcess, spawn } from "node:child_process";
import { IPV6_ON } from "./ipv6-on.ts";
import { type RunOptions, type RunResult, run, runOk } from "./run.ts";

/** Keeps a namespace alive until its standard input ends: when its owner stops it, or dies. */
const KEEPER = `${IPV6_ON} && ip link set lo up && echo ready && cat >/dev/null`;

/**
 * A second network namespace beside that of this process, with `lo` up and IPv6 on: another machine. It lives until {@link RemoteNamespace.stop} or
 * the end of this process, and takes its interfaces with it.
 */
export class RemoteNamespace {
  readonly #keeper: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper;
    this.#exited = new Promise((resolve) => keeper.once("close", () => resolve()));
  }

  /** @throws Error (as a rejection) when this process may not make one. */
  static async create(): Promise<RemoteNamespace> {
    const keeper = spawn("unshare", ["-n", "sh", "-c", KEEPER], { stdio: ["pipe", "pipe", "pipe"] });
    await new Promise<void>((resolve, reject) => {
      let complaint = "";
      keeper.stderr.on("data", (chunk: Buffer) => {
        complaint += chunk.toString("utf8");
      });
      keeper.stdout.once("data", () => resolve());
      keeper.once("error", reject);
      keeper.once("close", (code) => reject(new Error(`unshare -n ended with ${code}: ${complaint.trim()}`)));
    });
    return new RemoteNamespace(keeper);
  }

  /** What `ip link set <interface> netns` and `nsenter -t` take. */
  get pid(): number {
    return this.#keeper.pid!;
  }

  /** Runs a program in it; see {@link run}. */
  run(command: string, parameters: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run("nsenter", this.#enter(command, parameters), options);
  }

  /** As {@link RemoteNamespace.run}, but rejects when the program does not exit with 0. */
  runOk(command: string, parameters: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return runOk("nsenter", this.#enter(command, parameters), options);
  }

  /** Moves an interface of this process's namespace into it. Its addresses are lost, it is down. */
  async adopt(name: string): Promise<void> {
    await runOk("ip", ["link", "set", name, "netns", String(this.pid)]);
  }

  /** Idempotent. Programs that still run in it keep the namespace until they end. */
  async stop(): Promise<void> {
    this.#keeper.stdin!.end();
    await this.#exited;
  }

  #enter(command: string, parameters: readonly string[]): string[] {
    return ["-t", String(this.pid), "-n", command, ...parameters];
  }
}
