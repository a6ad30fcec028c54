import type { Socket } from "node:net";
import { type Endpoint, NetError, type NetErrorCode, type Slice } from "@mnet/core";
import type { TcpSocketOptions } from "@mnet/stack";
import type { FlowConnection, FlowConnectionEvents } from "@mnet/stack/socket-kit";
import type { HostContext } from "../host-context.ts";
import { hostErrorCode } from "../host-error.ts";
import { RECEIVE_BUFFER, SEND_BUFFER } from "../params.ts";
import { keepAliveDelay } from "./options.ts";
import { Received } from "./received.ts";

const NOTHING = new Uint8Array(0);

/**
 * A TCP connection of the host with the synchronous calls of `TcpConnection`: what arrives is kept until it is read, and the socket is paused
 * while there is too much of it.
 */
export class HostConnection implements FlowConnection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #context: HostContext;
  readonly #socket: Socket;
  readonly #events: FlowConnectionEvents;
  readonly #receiveBuffer: number;
  readonly #sendBuffer: number;
  readonly #received = new Received();
  #paused = false;
  #endSeen = false;
  #peerEnded = false;
  #readShutdown = false;
  #closing = false;
  #resetting = false;
  #wantsRoom = false;
  /** Octets of the application's that the socket sends from where they are. */
  #lent: { readonly bytes: Uint8Array; readonly from: number; readonly octets: number } | null = null;
  #over = false;
  #error: NetErrorCode | null = null;

  /** @param socket connected; with `allowHalfOpen`, and a `highWaterMark` of 1 so that it keeps nothing itself while it is paused. */
  constructor(
    context: HostContext,
    socket: Socket,
    ends: { readonly local: Endpoint; readonly remote: Endpoint },
    options: TcpSocketOptions,
    events: FlowConnectionEvents,
  ) {
    this.local = ends.local;
    this.remote = ends.remote;
    this.#context = context;
    this.#socket = socket;
    this.#events = events;
    this.#receiveBuffer = options.receiveBuffer ?? RECEIVE_BUFFER;
    this.#sendBuffer = options.sendBuffer ?? SEND_BUFFER;
    context.connections.add(this);
    socket
      .on("data", (chunk: Buffer<ArrayBuffer>) => this.#arrived(chunk))
      .on("end", () => this.#endArrived())
      .on("finish", () => this.#finished())
      .on("error", (error) => {
        this.#error ??= hostErrorCode(error);
      })
      .on("close", () => this.#closed())
      .resume();
  }

  get state(): number {
    return this.#over ? 0 : 1;
  }

  get error(): NetErrorCode | null {
    return this.#error;
  }

  get readableOctets(): number {
    return this.#received.octets;
  }

  get endOfStream(): boolean {
    return this.#peerEnded && this.#received.octets === 0;
  }

  read(into: Uint8Array): number {
    const octets = this.#received.take(into);
    this.#resume();
    return octets;
  }

  takeChunk(limit: number): Uint8Array<ArrayBuffer> {
    const chunk = this.#received.takeChunk(limit);
    this.#resume();
    return chunk;
  }

  peek(slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    return this.#received.aim(slices);
  }

  consume(octets: number): void {
    this.#received.drop(octets);
    this.#resume();
  }

  write(bytes: Uint8Array, from: number, to: number, _now: number, lent: boolean): number {
    if (this.#error !== null) throw new NetError(this.#error, { syscall: "write" });
    if (this.#socket.writableEnded || this.#socket.destroyed)
      throw new NetError("EPIPE", { syscall: "write" });
    return lent ? this.#writeLent(bytes, from, to) : this.#writeCopy(bytes, from, to);
  }

  shutdownWrite(): void {
    if (!this.#socket.destroyed) this.#socket.end();
  }

  shutdownRead(): void {
    this.#readShutdown = true;
    this.#received.clear();
    this.#resume();
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    // Octets of a write that was given up cannot be called back: the stream would go on with whatever is in that memory by then.
    if (this.#received.octets > 0 || this.#lent !== null) this.#reset();
    else if (this.#socket.writableFinished) this.#socket.destroy();
    else this.shutdownWrite();
  }

  abort(): void {
    this.#closing = true;
    this.#received.clear();
    this.#reset();
  }

  setNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on);
  }

  setKeepAlive(keepAlive: false | { idle?: number; interval?: number; probes?: number }): void {
    if (keepAlive === false) this.#socket.setKeepAlive(false);
    else this.#socket.setKeepAlive(true, keepAliveDelay(keepAlive));
  }

  info(): object {
    const { bytesRead, bytesWritten, writableLength } = this.#socket;
    return {
      state: this.#over ? "CLOSED" : this.#stateName(),
      octetsReceived: bytesRead,
      octetsSent: bytesWritten - writableLength,
      octetsReadable: this.#received.octets,
      octetsQueued: writableLength,
    };
  }

  #stateName(): string {
    const ended = this.#socket.writableEnded;
    if (this.#peerEnded) return ended ? "LAST-ACK" : "CLOSE-WAIT";
    return ended ? "FIN-WAIT" : "ESTABLISHED";
  }

  /** Hands octets to the socket where they are. Mostly the host takes all of them at once; else the application is asked to come back. */
  #writeLent(bytes: Uint8Array, from: number, to: number): number {
    const { writableLength } = this.#socket;
    if (this.#lent?.bytes === bytes && this.#lent.from === from) {
      if (writableLength > 0) return 0;
      const { octets } = this.#lent;
      this.#lent = null;
      return octets;
    }
    if (from === to) return 0;
    this.#wantsRoom = true;
    if (writableLength > 0) return 0;
    this.#socket.write(bytes.subarray(from, to), this.#taken);
    if (this.#socket.writableLength === 0) return to - from;
    this.#lent = { bytes, from, octets: to - from };
    return 0;
  }

  #writeCopy(bytes: Uint8Array, from: number, to: number): number {
    const octets = Math.min(to - from, this.#sendBuffer - this.#socket.writableLength);
    if (octets < to - from) this.#wantsRoom = true;
    if (octets <= 0) return 0;
    this.#socket.write(bytes.slice(from, from + octets), this.#taken);
    return octets;
  }

  readonly #taken = (): void => {
    if (!this.#wantsRoom || this.#socket.writableLength > 0) return;
    this.#wantsRoom = false;
    this.#events.writable(this);
  };

  #arrived(chunk: Buffer<ArrayBuffer>): void {
    if (this.#readShutdown) return;
    if (this.#closing) {
      // Nobody will read it, and the peer has to know (RFC 9293 3.6.1, MUST-12).
      this.#reset();
      return;
    }
    // Not a Buffer: its `slice` would be a view.
    this.#received.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    if (this.#received.cost >= this.#receiveBuffer && !this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
    this.#events.readable(this);
  }

  /** Half of the buffer is empty: fewer and larger reads than with every octet. */
  #resume(): void {
    if (!this.#paused || this.#received.cost > this.#receiveBuffer / 2) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /**
   * The end of the peer's stream, or so libuv says: of a reset that comes with the last octets it says the same. Writing nothing tells them apart,
   * for the host refuses even that once the connection is gone; octets that wait to be sent do as well, by the end of this turn.
   */
  #endArrived(): void {
    const { writableEnded, writableLength, destroyed } = this.#socket;
    this.#endSeen = true;
    const tell = (error?: Error | null): void => {
      if (error === null || error === undefined) this.#endIsSure();
    };
    if (writableEnded || destroyed) tell();
    else if (writableLength > 0) setImmediate(tell);
    else this.#socket.write(NOTHING, tell);
  }

  #endIsSure(): void {
    if (this.#peerEnded || this.#error !== null) return;
    this.#peerEnded = true;
    this.#events.readable(this);
  }

  #finished(): void {
    if (this.#resetting) {
      this.#socket.resetAndDestroy();
      return;
    }
    this.#events.finished(this);
    // The host goes on alone from here.
    if (this.#closing) this.#socket.destroy();
  }

  #closed(): void {
    this.#over = true;
    if (this.#endSeen) this.#endIsSure();
    this.#context.connections.delete(this);
    this.#events.closed(this, this.#error);
  }

  #reset(): void {
    if (this.#resetting) return;
    this.#resetting = true;
    const { writableEnded, writableFinished, writableLength } = this.#socket;
    // libuv refuses to reset while it shuts down, which takes until the next turn.
    const shuttingDown = writableEnded && !writableFinished && writableLength === 0;
    if (!shuttingDown) this.#socket.resetAndDestroy();
  }
}
