import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { controlError } from "./errors.ts";
import type { Libc } from "./libc.ts";
import { AF_UNIX, O_CLOEXEC, SOCK_CLOEXEC, SOCK_STREAM } from "./params.ts";

/** Who hears of a descriptor. */
export interface ReadinessSink {
  /** The first `octets` octets that were there are in the buffer. Called once per turn of the event loop. */
  ready(octets: number): void;
  /** The descriptor failed and is not watched any more. */
  broken(error: Error): void;
}

/**
 * Readiness of any pollable descriptor from Node's own event loop, without a thread: a net.Socket is made over one end of a socket
 * pair, and before the loop first looks at that descriptor, `dup3` replaces it by the one to watch. libuv then waits for it with
 * epoll and reads into `buffer`, which must be larger than anything that is read at once (libuv takes a short read for "no
 * more"). epoll is level-triggered: whoever leaves data behind is called again in the next turn, after timers and
 * `setImmediate`.
 *
 * libuv does not promise this order; `test/readiness.test.ts` fails where it changes.
 */
export class Readiness {
  readonly #socket: Socket;
  #open = true;
  readonly #closed: Promise<void>;

  /** Starts unreferenced: it does not keep the process alive. */
  constructor(libc: Libc, descriptor: number, buffer: Uint8Array, sink: ReadinessSink) {
    const pair = new Int32Array(2);
    const made = libc.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, new Uint8Array(pair.buffer));
    if (made < 0) throw controlError("socketpair", libc.errno());
    const [watched, other] = pair as unknown as [number, number];
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: watched,
      readable: true,
      writable: true,
      onread: {
        buffer,
        callback: (octets) => {
          if (this.#open) sink.ready(octets);
          return true;
        },
      },
    };
    this.#socket = new Socket(options);
    const replaced = libc.dup3(descriptor, watched, O_CLOEXEC);
    const failed = replaced < 0 ? libc.errno() : 0;
    libc.close(other);
    this.#socket.unref();
    let cause = new Error("the descriptor reports its end");
    this.#socket.on("error", (error) => {
      cause = error;
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.on("close", () => {
        resolve();
        if (!this.#open) return;
        this.#open = false;
        sink.broken(cause);
      });
    });
    if (failed === 0) return;
    this.#open = false;
    this.#socket.destroy();
    throw controlError("dup3", failed);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  /** Stops at once; the promise resolves when the event loop has let go of it. Idempotent. */
  close(): Promise<void> {
    this.#open = false;
    this.#socket.destroy();
    return this.#closed;
  }
}
