import { streamOctets } from "@mnet/conformance";
import { type Endpoint, isNetError, type Millis } from "@mnet/core";
import type { UdpLayer, UdpPort } from "@mnet/udp";
import { Mismatch } from "../engine/outcome.ts";
import type { Expression } from "../language/tree.ts";
import { localStream, remoteStream } from "../wire/flow.ts";
import { expectAddress } from "./address.ts";
import { type Attempt, type CallOutcome, failed, returned } from "./outcome.ts";

/** A UDP socket of a script; the peer is the only one there is. */
export class DatagramSocket {
  readonly kind = "datagram";
  nonBlocking = false;
  port: UdpPort | null = null;
  readonly #udp: UdpLayer;
  readonly #peer: Endpoint;
  /** AF_INET or AF_INET6: how addresses look to the script. */
  readonly domain: 4 | 6;

  constructor(udp: UdpLayer, peer: Endpoint, domain: 4 | 6) {
    this.domain = domain;
    this.#udp = udp;
    this.#peer = peer;
  }

  /** Binds to a port, or to any. */
  bind(port: number): UdpPort {
    this.port ??= this.#udp.bind(
      { port, ...(this.domain === 4 && { family: 4 }) },
      { readable: () => {}, failed: () => {} },
    );
    return this.port;
  }

  connect(): CallOutcome {
    this.bind(0).connect(this.#peer);
    return returned(0);
  }

  send(length: number, now: Millis): CallOutcome {
    const port = this.bind(0);
    const error = port.takeError();
    if (error !== null) return failed(error);
    try {
      port.send(streamOctets(localStream, 0, length), port.remote === null ? this.#peer : null, now);
      return returned(length);
    } catch (thrown) {
      if (!isNetError(thrown)) throw thrown;
      return failed(thrown.code);
    }
  }

  /** @param from what the script says of the sender; `null`: nothing. */
  receive(length: number, from: Expression | null): ReturnType<Attempt> {
    const port = this.bind(0);
    const error = port.takeError();
    if (error !== null) return failed(error);
    const datagram = port.receive();
    if (datagram === null) return null;
    if (from !== null) expectAddress("recvfrom", from, datagram.remote, this.domain);
    const right = streamOctets(remoteStream, 0, datagram.data.length);
    const wrong = datagram.data.findIndex((octet, at) => octet !== right[at]);
    if (wrong >= 0) {
      throw new Mismatch(
        `octet ${wrong} of the datagram differs`,
        String(right[wrong]),
        String(datagram.data[wrong]),
      );
    }
    return returned(Math.min(length, datagram.data.length));
  }

  close(now: Millis): void {
    this.port?.close(now);
  }
}
