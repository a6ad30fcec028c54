import {
  FakeIpLayer,
  type FakeIpLayerOptions,
  type ParsedIcmpV4,
  type ParsedIcmpV6,
  parseIcmpV4,
  parseIcmpV6,
} from "@mnet/conformance";
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
import {
  type EchoEvents,
  type EchoReply,
  type IcmpLayer,
  type IcmpParameters,
  IcmpV4Layer,
  IcmpV6Layer,
} from "../src/index.ts";

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

/** An ICMPv6 layer on a fake IP layer: we are fd00::1/64, the peer is fd00::2. */
export class IcmpV6Harness {
  readonly ip: FakeIpLayer;
  readonly icmp: IcmpV6Layer;

  constructor(options: FakeIpLayerOptions & { parameters?: Partial<IcmpParameters> } = {}) {
    this.ip = new FakeIpLayer({ ...options, family: 6 });
    const { parameters = {} } = options;
    this.icmp = new IcmpV6Layer({ ip: this.ip, random: new SeededRandom(7), parameters });
  }

  /** A message arrives, its checksum not verified yet. */
  arrive(message: Uint8Array, how: Parameters<FakeIpLayer["deliver"]>[2] = {}, now = 0): Verdict {
    return this.ip.deliver(IpProtocol.Icmpv6, message, how, now);
  }

  /** The messages sent since the last call. */
  messages(): ParsedIcmpV6[] {
    return this.ip.take().map((sent) => parseIcmpV6(sent.octets, sent));
  }
}

/** Plays the part of IP: answers every datagram of a protocol with an ICMP error, and keeps the verdict. */
export class Refuser implements TransportHandler {
  verdict: Verdict | null = null;
  readonly #icmp: IcmpLayer;
  readonly #kind: IcmpErrorKind;
  readonly #pointerOrMtu: number;
  readonly #alter: (packet: Packet, info: IpInfo) => void;

  constructor(
    icmp: IcmpLayer,
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
