import type { Endpoint, Millis, NetErrorCode, Slice } from "@mnet/core";
import { close, consume, isOpen, offerRoom, send, shutdownRead, shutdownWrite } from "./calls.ts";
import type { ControlBlock } from "./control-block.ts";
import type { KeepAliveOptions } from "./events.ts";
import { infoOf, type TcpInfo } from "./info.ts";
import { abort } from "./lifecycle.ts";
import { MAXIMUM_UNSCALED_WINDOW } from "./params.ts";
import { checkBuffer, checkHopLimit, checkTime, checkTrafficClass, keepAliveOf } from "./settings.ts";
import { TcpState } from "./state.ts";
import { restartKeepAlive } from "./timers/keep-alive.ts";
import { restartUserTimeout } from "./timers/user-timeout.ts";
import { markUrgent, urgentOctets } from "./urgent.ts";

/**
 * One end of a TCP connection, without waiting: calls do what can be done at once and return, {@link ConnectionEvents} tell when to
 * call again. What a call makes ready is sent by the layer's next `flush`.
 */
export class TcpConnection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #block: ControlBlock;

  /** @internal Use `TcpLayer.connect` and `TcpListener.accept`. */
  constructor(block: ControlBlock) {
    this.local = { address: block.local, port: block.localPort };
    this.remote = { address: block.remote, port: block.remotePort };
    this.#block = block;
  }

  /** Where the connection stands; `tcpStateName` makes it text. TIME-WAIT turns into CLOSED when its time is over. */
  get state(): TcpState {
    const { state, timeWait } = this.#block;
    return state === TcpState.TimeWait && timeWait!.expiresAt < 0 ? TcpState.Closed : state;
  }

  /** Why the connection ended, `null` while it lives and after an orderly close. What was received before can still be read. */
  get error(): NetErrorCode | null {
    return this.#block.error;
  }

  /** Octets that can be read now. */
  get readableOctets(): number {
    return this.#block.receiveRing.readable;
  }

  /** The peer's FIN has come and everything before it has been read: an orderly end, as opposed to an error. */
  get endOfStream(): boolean {
    return this.#block.endOfText && this.#block.receiveRing.readable === 0;
  }

  /** Octets that `write` would take now; 0 once writing is over. */
  get writableOctets(): number {
    const block = this.#block;
    return isOpen(block) && !block.finQueued ? block.sendRing.free : 0;
  }

  /** Octets written that the peer has not acknowledged. */
  get unacknowledgedOctets(): number {
    return this.#block.sendRing.length;
  }

  /**
   * Copies received octets to `into`; returns how many. 0 when there are none: look at {@link TcpConnection.endOfStream} and
   * {@link TcpConnection.error} to know whether more can come.
   */
  read(into: Uint8Array, now: Millis): number {
    const octets = this.#block.receiveRing.copy(into);
    if (octets > 0) consume(this.#block, octets, now);
    return octets;
  }

  /**
   * Aims slices at all readable octets without copying; returns how many slices are in use. They are borrowed until the next `read`,
   * `consume`, `shutdownRead`, `close` or `abort`.
   */
  peek(slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    return this.#block.receiveRing.aim(slices);
  }

  /** Takes octets seen with {@link TcpConnection.peek} off the stream. @throws RangeError when there are not as many. */
  consume(octets: number, now: Millis): void {
    if (!Number.isInteger(octets) || octets < 0 || octets > this.#block.receiveRing.readable) {
      throw new RangeError(
        `octets must be an integer from 0 to ${this.#block.receiveRing.readable}, not ${octets}`,
      );
    }
    if (octets > 0) consume(this.#block, octets, now);
  }

  /**
   * Copies `bytes[from, to)`, or as much as fits, to the send buffer; returns how many octets it took. After taking less than all, `writable`
   * tells when there is room. May be called while connecting.
   * @throws NetError EPIPE after `shutdownWrite` or `close`, or the connection's error. RangeError when the range is not in `bytes`.
   */
  write(bytes: Uint8Array, from: number, to: number, now: Millis): number {
    if (!(from >= 0 && from <= to && to <= bytes.length)) {
      throw new RangeError(`[${from}, ${to}) is not a range of ${bytes.length} octets`);
    }
    return send(this.#block, bytes, from, to, now);
  }

  /**
   * Writes as {@link TcpConnection.write} does, and marks the end of it as urgent (RFC 9293 3.8.5): segments say so until it is acknowledged.
   * The octets are ordinary ones of the stream. For protocols that need it; RFC 6093 advises new ones against it.
   */
  writeUrgent(bytes: Uint8Array, from: number, to: number, now: Millis): number {
    const taken = this.write(bytes, from, to, now);
    if (taken > 0) markUrgent(this.#block);
    return taken;
  }

  /** Octets left to read up to the end of the urgent data announced by the peer, received or not; 0 for none. They are read as any other. */
  get urgentOctets(): number {
    return urgentOctets(this.#block);
  }

  /** Ends our direction: a FIN follows what was written. Reading goes on. Idempotent. */
  shutdownWrite(now: Millis): void {
    shutdownWrite(this.#block, now);
  }

  /** Gives up reading: what is unread and what comes later is discarded, and acknowledged so that the peer does not stall. */
  shutdownRead(now: Millis): void {
    shutdownRead(this.#block, now);
  }

  /**
   * Closes both directions (RFC 9293 3.10.4): what was written is still delivered, then the FIN. With unread data, or when data comes later,
   * the peer gets a reset instead (3.6.1, MUST-12). While connecting: as {@link TcpConnection.abort}. Idempotent.
   */
  close(now: Millis): void {
    close(this.#block, now);
  }

  /** Ends the connection at once with a reset (RFC 9293 3.10.5); its error is ECONNABORTED. Idempotent. */
  abort(now: Millis): void {
    const block = this.#block;
    block.fullyClosed = true;
    if (isOpen(block)) abort(block, "ECONNABORTED", now);
    else if (block.receiveRing.readable > 0) block.receiveRing.consume(block.receiveRing.readable, true);
  }

  /** Turns the Nagle algorithm off or on; what it held back leaves at the next flush. */
  setNoDelay(on: boolean): void {
    this.#block.noDelay = on;
    if (isOpen(this.#block)) this.#block.context.markDirty(this.#block);
  }

  /** Turns keep-alive probing on or off; see `ConnectionOptions.keepAlive`. Counts from now on. @throws RangeError naming the option. */
  setKeepAlive(options: false | KeepAliveOptions, now: Millis): void {
    const block = this.#block;
    block.keepAlive = keepAliveOf(options, block.context.params);
    block.unansweredKeepAlives = 0;
    if (!isOpen(block)) return;
    restartKeepAlive(block, now);
    block.context.timers.arm(block);
  }

  /** Changes the user timeout; see `ConnectionOptions.userTimeout`. Counts from now on. @throws RangeError. */
  setUserTimeout(timeout: Millis, now: Millis): void {
    const block = this.#block;
    block.userTimeout = checkTime(timeout, "userTimeout");
    if (!isOpen(block)) return;
    restartUserTimeout(block, now);
    block.context.timers.arm(block);
  }

  /**
   * Changes what `write` buffers at most, 1..64 MiB, from now on without growing by itself. What is buffered beyond it stays.
   * @throws RangeError.
   */
  setSendBuffer(octets: number): void {
    const block = this.#block;
    block.sendRing.limit = checkBuffer(octets, "sendBuffer");
    block.largestSendBuffer = octets;
  }

  /**
   * Changes what is received and not read at most, 1..64 MiB, from now on without growing by itself. The window offered is not taken back, and
   * it grows no further than the scale that was agreed on with the peer can say.
   * @throws RangeError.
   */
  setReceiveBuffer(octets: number): void {
    const block = this.#block;
    const most = MAXIMUM_UNSCALED_WINDOW << Math.max(0, block.receiveScale);
    block.receiveLimit = Math.min(checkBuffer(octets, "receiveBuffer"), most);
    block.receiveTuning.fix();
    offerRoom(block);
  }

  /** Changes TTL or hop limit, 1..255. @throws RangeError. */
  setHopLimit(hopLimit: number): void {
    this.#block.sendOptions.hopLimit = checkHopLimit(hopLimit);
  }

  /** Changes the DSCP, in the upper six bits of 0..255. @throws RangeError. */
  setTrafficClass(trafficClass: number): void {
    const { sendOptions } = this.#block;
    sendOptions.trafficClass = checkTrafficClass(trafficClass) | (sendOptions.trafficClass & 3);
  }

  info(now: Millis): TcpInfo {
    return infoOf(this.#block, now);
  }
}
