import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The programs in `peers/`: what the kernel's TCP and UDP do at the other end of a link. */
export type PeerProgram =
  | "tcp-client"
  | "tcp-server"
  | "tcp-pulse"
  | "tcp-attack"
  | "udp-client"
  | "udp-server"
  | "storm";

/** What a peer tells: `event` and whatever belongs to it. */
export type PeerEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** The last lines of what a peer said wrong, for messages. */
const STDERR_KEPT = 4096;

/**
 * A peer program in a process of its own: it uses the kernel's sockets in the namespace of this process, while the stack under test has
 * the event loop here. Events that nobody waits for are kept.
 */
export class Peer {
  readonly #child: ChildProcess;
  readonly #program: PeerProgram;
  readonly #events: PeerEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #exited: Promise<void>;
  #running = true;
  #stderr = "";

  private constructor(program: PeerProgram, options: object) {
    this.#program = program;
    const file = fileURLToPath(new URL(`../peers/${program}.mjs`, import.meta.url));
    this.#child = spawn(process.execPath, [file, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stdin!.on("error", () => {});
    this.#child.stderr!.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-STDERR_KEPT);
    });
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.#events.push(JSON.parse(line) as PeerEvent);
      this.#notify();
    });
    this.#exited = new Promise((resolve) => {
      const ended = (): void => {
        this.#running = false;
        this.#notify();
        resolve();
      };
      this.#child.on("close", ended);
      this.#child.on("error", ended);
    });
  }

  /** @param options see the head of the program's file. */
  static start(program: PeerProgram, options: object = {}): Peer {
    return new Peer(program, options);
  }

  /**
   * Takes the first event of that name that was not taken yet, or the next one.
   * @param timeout milliseconds.
   * @throws Error (as a rejection) when it does not come in time or the peer ends without it.
   */
  async event(name: string, timeout: number = 30_000): Promise<PeerEvent> {
    const deadline = performance.now() + timeout;
    for (;;) {
      const index = this.#events.findIndex(({ event }) => event === name);
      if (index >= 0) return this.#events.splice(index, 1)[0]!;
      const left = deadline - performance.now();
      if (!this.#running || left <= 0) throw new Error(this.#complaint(name));
      await this.#something(left);
    }
  }

  /** How many events of that name were told and not taken. */
  count(name: string): number {
    return this.#events.filter(({ event }) => event === name).length;
  }

  /** Gives a command, such as `resume`. */
  command(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** Ends the peer at once, as a crash would, and waits until it is gone. Idempotent. */
  async stop(): Promise<void> {
    if (this.#running) this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #something(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeout);
      this.#waiting.add(wake);
    });
  }

  #notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #complaint(name: string): string {
    const told = this.#events.map(({ event }) => event).slice(-5);
    const state = this.#running ? "has not told" : "ended without telling";
    return `${this.#program} ${state} "${name}" (told: ${told.join(", ") || "nothing"}) ${this.#stderr}`.trim();
  }
}
