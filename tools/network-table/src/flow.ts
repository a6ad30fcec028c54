import type { Millis } from "@mnet/core";
import type { ConnectionEvents, ConnectionOptions, TcpConnection } from "@mnet/tcp";
import type { Host } from "./host.ts";

/** What applications write: zeros, as much as there is room for. */
const chunk = new Uint8Array(1 << 16);

/** One bulk transfer: the sender always has more to write, the receiver reads at once. */
export class BulkFlow {
  /** Octets the receiving application has read. */
  received = 0;
  /** When it last read any. */
  lastReceivedAt: Millis = 0;
  readonly sender: TcpConnection;
  receiver: TcpConnection | null = null;
  failed = false;
  #open = false;
  #arrived = false;

  /** Opens from `from` to `to`, where a listener for its port is made. */
  constructor(from: Host, to: Host, port: number, options: ConnectionOptions, now: Millis) {
    const failed = (): void => {
      this.failed = true;
    };
    const receives: ConnectionEvents = {
      established: () => {},
      readable: () => {
        this.#arrived = true;
      },
      writable: () => {},
      finished: () => {},
      closed: failed,
    };
    const sends: ConnectionEvents = {
      established: () => {
        this.#open = true;
      },
      readable: () => {},
      writable: () => {},
      finished: () => {},
      closed: failed,
    };
    to.tcp.listen(
      { ...options, port },
      {
        acceptable: (listener) => {
          this.receiver = listener.accept(receives);
        },
        closed: () => {},
      },
    );
    const remote = { address: to.address, port };
    this.sender = from.tcp.connect(remote, { ...options, local: { port: 10_000 + port } }, sends, now);
  }

  /** What the sending application does in its turn: it keeps the buffer full, so that it is never what limits. */
  write(now: Millis): void {
    if (!this.#open || this.sender.writableOctets < chunk.length) return;
    while (this.sender.write(chunk, 0, chunk.length, now) === chunk.length) {}
  }

  /** What the receiving application does when it was told that there is data. */
  read(now: Millis): void {
    if (!this.#arrived || this.receiver === null) return;
    this.#arrived = false;
    const octets = this.receiver.readableOctets;
    if (octets <= 0) return;
    this.receiver.consume(octets, now);
    this.received += octets;
    this.lastReceivedAt = now;
  }
}
