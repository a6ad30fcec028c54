import { FakeIpLayer, type FakeIpLayerOptions, type ParsedIcmpV4, parseIcmpV4 } from "@mnet/conformance";
import {
  type IcmpErrorKind,
  type IpInfo,
  IpProtocol,
  type NetErrorCode,
  type Packet,
  SeededRandom,
  type TransportHandler,
  Verdict,
} from "@mnet/core";
import { type EchoEvents, type EchoReply, type IcmpParameters, IcmpV4Layer } from "../src/index.ts";

/** An ICMP layer on a fake IP layer: we are 10.0.0.1/24, the peer is 10.0.0.2. */
export class IcmpHarness {
  readonly ip: FakeIpLayer;
  readonly icmp: IcmpV4Layer;

  constructor(options: FakeIpLayerOptions & { parameters?: Partial<IcmpParameters> } = {}) {
    this.ip = new FakeIpLayer(options);
    const { parameters = {} } = options;
    this.icmp = new IcmpV4Layer({ ip: this.ip, random: new SeededRandom(7), parameters });
  }

  /** A message arrives. */
  arrive(message: Uint8Array, how: Parameters<FakeIpLayer["deliver"]>[2] = {}, now = 0): Verdict {
    return this.ip.deliver(IpProtocol.Icmp, message, how, now);
  }

  /** The messages sent since the last call. */
  messages(): ParsedIcmpV4[] {
    return this.ip.take().map((sent) => parseIcmpV4(sent.octets));
  }
}

/** Plays the part of IP: answers every datagram of a protocol with an ICMP error, and keeps the verdict. */
export class Refuser implements TransportHandler {
  verdict: Verdict | null = null;
  readonly #icmp: IcmpV4Layer;
  readonly #kind: IcmpErrorKind;
  readonly #pointerOrMtu: number;
  readonly #alter: (packet: Packet, info: IpInfo) => void;

  constructor(
    icmp: IcmpV4Layer,
    kind: IcmpErrorKind,
    pointerOrMtu = 0,
    alter: (packet: Packet, info: IpInfo) => void = () => {},
  ) {
    this.#icmp = icmp;
    this.#kind = kind;
    this.#pointerOrMtu = pointerOrMtu;
    this.#alter = alter;
  }

  input(packet: Packet, info: IpInfo, now: number): Verdict {
    this.#alter(packet, info);
    this.verdict = this.#icmp.send(this.#kind, this.#pointerOrMtu, packet, info, now);
    return Verdict.Handled;
  }

  error(): boolean {
    return false;
  }

  flush(): void {}
}

/** Records what became of an echo request. */
export class EchoRecord implements EchoEvents {
  readonly replies: EchoReply[] = [];
  readonly failures: NetErrorCode[] = [];

  replied(reply: EchoReply): void {
    this.replies.push(reply);
  }

  failed(code: NetErrorCode): void {
    this.failures.push(code);
  }
}

/** `length` octets, no two neighbours alike. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
}
