import { accepted, checkPort, type Endpoint, NetError, type NetErrorCode, sendErrorCode } from "@mnet/core";
import type { UdpPort } from "@mnet/udp";
import type { Abortable, AddressLike } from "../api/common.ts";
import type { UdpBindOptions, UdpDatagram, UdpDestination, UdpSocket } from "../api/udp.ts";
import { failure, type Killable, type StackContext } from "../engine/context.ts";
import { checkAddress, checkDestination, toOctets } from "./address.ts";
import { defined } from "./tcp-options.ts";
import { NOT_YET, WaitQueue } from "./wait-queue.ts";

/** The asynchronous face of a bound UDP port. */
export class DatagramSocket implements UdpSocket, Killable {
  readonly #context: StackContext;
  readonly #port: UdpPort;
  readonly #receivers = new WaitQueue();
  #ended: NetErrorCode | null = null;

  constructor(context: StackContext, options: UdpBindOptions) {
    context.checkUp("bind");
    const { port, host, receiveBuffer, broadcast, reuse, hopLimit, trafficClass, dontFragment } = options;
    const bind = defined({
      port: port === undefined ? undefined : checkPort(port),
      address: host === undefined ? undefined : checkAddress(host, "host"),
      receiveBuffer,
      broadcast,
      reuse,
    });
    const poll = (): void => this.#receivers.poll();
    this.#context = context;
    this.#port = context.layers.udp.bind(bind, { readable: poll, failed: poll });
    if (hopLimit !== undefined) this.#port.hopLimit = hopLimit;
    if (trafficClass !== undefined) this.#port.trafficClass = trafficClass;
    if (dontFragment !== undefined) this.#port.dontFragment = dontFragment;
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
    const destination = to === undefined ? null : checkDestination(to);
    try {
      this.#checkOpen("send");
      const pending = this.#port.takeError();
      if (pending !== null) throw failure(pending, "send", this.remote);
      const verdict = this.#port.send(octets, destination, this.#context.driver.now());
      this.#context.driver.touch();
      if (!accepted(verdict)) throw failure(sendErrorCode(verdict), "send", destination ?? this.remote);
      return Promise.resolve();
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
    const destination = checkDestination(to);
    this.#checkOpen("connect");
    this.#port.connect(destination);
  }

  disconnect(): void {
    this.#checkOpen("disconnect");
    this.#port.disconnect();
  }

  joinGroup(group: AddressLike): void {
    const address = checkAddress(group, "group");
    this.#checkOpen("joinGroup");
    this.#port.joinGroup(address, this.#context.driver.now());
  }

  leaveGroup(group: AddressLike): void {
    const address = checkAddress(group, "group");
    this.#checkOpen("leaveGroup");
    this.#port.leaveGroup(address, this.#context.driver.now());
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
