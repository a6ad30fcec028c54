import {
  accepted,
  checkPort,
  type Endpoint,
  type IpAddress,
  type NetErrorCode,
  sendErrorCode,
} from "@mnet/core";
import type { UdpPort } from "@mnet/udp";
import type { UdpBindOptions, UdpDatagram } from "../api/udp.ts";
import type { StackContext } from "../engine/context.ts";
import { failure } from "./context.ts";
import type { DatagramEvents, DatagramPort } from "./datagram-port.ts";
import { defined } from "./tcp-options.ts";
import { wildcardOf } from "./wildcard.ts";

/** A port of the UDP layer as a socket wants it: with the time filled in, and verdicts as errors. */
export class UdpLayerPort implements DatagramPort {
  readonly #context: StackContext;
  readonly #port: UdpPort;

  constructor(context: StackContext, options: UdpBindOptions, events: DatagramEvents) {
    const { port, receiveBuffer, broadcast, reuse, hopLimit, trafficClass, dontFragment } = options;
    const bind = defined({
      port: port === undefined ? undefined : checkPort(port),
      ...wildcardOf(context, options, "bind"),
      receiveBuffer,
      broadcast,
      reuse,
    });
    this.#context = context;
    this.#port = context.layers.udp.bind(bind, events);
    if (hopLimit !== undefined) {
      this.#port.hopLimit = hopLimit;
      this.#port.multicastHopLimit = hopLimit;
    }
    if (trafficClass !== undefined) this.#port.trafficClass = trafficClass;
    if (dontFragment !== undefined) this.#port.dontFragment = dontFragment;
  }

  get local(): Endpoint {
    return this.#port.local;
  }

  get remote(): Endpoint | null {
    return this.#port.remote;
  }

  send(data: Uint8Array, to: Endpoint | null): Promise<void> {
    const verdict = this.#port.send(data, to, this.#context.driver.now());
    this.#context.driver.touch();
    if (accepted(verdict)) return Promise.resolve();
    return Promise.reject(failure(sendErrorCode(verdict), "send", to ?? this.remote));
  }

  receive(): UdpDatagram | null {
    return this.#port.receive();
  }

  takeError(): NetErrorCode | null {
    return this.#port.takeError();
  }

  connect(to: Endpoint): void {
    this.#port.connect(to);
  }

  disconnect(): void {
    this.#port.disconnect();
  }

  joinGroup(group: IpAddress): void {
    this.#port.joinGroup(group, this.#context.driver.now());
    this.#context.driver.touch();
  }

  leaveGroup(group: IpAddress): void {
    this.#port.leaveGroup(group, this.#context.driver.now());
    this.#context.driver.touch();
  }

  close(): void {
    this.#port.close(this.#context.driver.now());
    this.#context.driver.touch();
  }
}
