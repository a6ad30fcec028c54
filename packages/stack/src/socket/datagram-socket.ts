import { type Endpoint, NetError, type NetErrorCode } from "@mnet/core";
import type { Abortable, AddressLike } from "../api/common.ts";
import type { UdpDatagram, UdpDestination, UdpSocket } from "../api/udp.ts";
import { toOctets } from "./address.ts";
import { failure, type Killable, type SocketContext } from "./context.ts";
import type { DatagramEvents, DatagramPort } from "./datagram-port.ts";
import { NOT_YET, WaitQueue } from "./wait-queue.ts";

/** The asynchronous face of a {@link DatagramPort}. */
export class DatagramSocket implements UdpSocket, Killable {
  readonly #context: SocketContext;
  readonly #port: DatagramPort;
  readonly #receivers = new WaitQueue();
  #ended: NetErrorCode | null = null;

  /** @param bind makes the port; may throw. */
  constructor(context: SocketContext, bind: (events: DatagramEvents) => DatagramPort) {
    context.checkUp("bind");
    const poll = (): void => this.#receivers.poll();
    this.#context = context;
    this.#port = bind({ readable: poll, failed: poll });
    context.opened(this);
  }

  get local(): Endpoint {
    return this.#port.local;
  }

  get remote(): Endpoint | null {
    return this.#port.remote;
  }

  send(data: Uint8Array | string, to?: UdpDestination | Endpoint): Promise<void> {
    const octets = toOctets(data, "data");
    const destination = to === undefined ? null : this.#context.endpointOf(to);
    try {
      this.#checkOpen("send");
      const pending = this.#port.takeError();
      if (pending !== null) throw failure(pending, "send", this.remote);
      return this.#port.send(octets, destination);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  recv(options: Abortable = {}): Promise<UdpDatagram> {
    return this.#receivers.wait(() => {
      this.#checkOpen("recv");
      const datagram = this.#port.receive();
      if (datagram !== null) return datagram;
      const error = this.#port.takeError();
      if (error !== null) throw failure(error, "recv", this.remote);
      return NOT_YET;
    }, options.signal);
  }

  connect(to: UdpDestination | Endpoint): void {
    const destination = this.#context.endpointOf(to);
    this.#checkOpen("connect");
    this.#port.connect(destination);
  }

  disconnect(): void {
    this.#checkOpen("disconnect");
    this.#port.disconnect();
  }

  joinGroup(group: AddressLike): void {
    const address = this.#context.addressOf(group, "group");
    this.#checkOpen("joinGroup");
    this.#port.joinGroup(address);
  }

  leaveGroup(group: AddressLike): void {
    const address = this.#context.addressOf(group, "group");
    this.#checkOpen("leaveGroup");
    this.#port.leaveGroup(address);
  }

  /** Ends with the socket: a closed socket ends the iteration, a killed stack rejects. */
  async *[Symbol.asyncIterator](): AsyncIterator<UdpDatagram> {
    for (;;) {
      let datagram: UdpDatagram;
      try {
        datagram = await this.recv();
      } catch (error) {
        if (this.#ended === "ECONNABORTED") return;
        throw error;
      }
      yield datagram;
    }
  }

  close(): Promise<void> {
    this.#end("ECONNABORTED");
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  kill(): void {
    this.#end("ENETDOWN");
  }

  #end(code: NetErrorCode): void {
    if (this.#ended !== null) return;
    this.#ended = code;
    this.#port.close();
    this.#receivers.rejectAll(new NetError(code, { syscall: "recv" }));
    this.#context.closed(this);
  }

  #checkOpen(syscall: string): void {
    if (this.#ended !== null) throw new NetError(this.#ended, { syscall });
  }
}
