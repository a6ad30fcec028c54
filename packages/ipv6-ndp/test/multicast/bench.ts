import {
  type ArrivesWith,
  describeDatagram,
  FakeLink,
  type FakeLinkOptions,
  parseIpv6Chain,
} from "@mnet/conformance";
import {
  EtherType,
  type FrameInfo,
  IpAddress,
  type MembershipParameters,
  type Millis,
  type Packet,
  SeededRandom,
  Verdict,
} from "@mnet/core";
import { Ipv6Info } from "../../src/info.ts";
import { MulticastListener } from "../../src/multicast/listener.ts";
import { ControlSender } from "../../src/output/control.ts";
import { defaultMulticastParameters } from "../../src/params/multicast.ts";

export const ROUTER = "fe80::1";
export const OURS = "fe80::2";

/** A listener on a fake link; what arrives is read with the conformance parser. */
export class ListenerBench {
  readonly link: FakeLink;
  readonly listener: MulticastListener;
  /** Where we report from. */
  source: IpAddress = IpAddress.parse(OURS);
  now: Millis = 1000;

  constructor(options: FakeLinkOptions & { seed?: number; parameters?: Partial<MembershipParameters> } = {}) {
    this.link = new FakeLink(options);
    this.listener = new MulticastListener({
      link: this.link,
      output: new ControlSender(this.link),
      random: new SeededRandom(options.seed ?? 1),
      parameters: { ...defaultMulticastParameters, ...options.parameters },
      source: () => this.source,
    });
    this.link.handle(EtherType.Ipv6, {
      input: (packet: Packet, _frame: FrameInfo, now: Millis) => this.#receive(packet, now),
    });
  }

  join(...groups: string[]): void {
    for (const group of groups) this.listener.join(IpAddress.parse(group), this.now);
  }

  leave(...groups: string[]): void {
    for (const group of groups) this.listener.leave(IpAddress.parse(group), this.now);
  }

  has(group: string): boolean {
    return this.listener.has(IpAddress.parse(group));
  }

  /** A packet arrives whose upper layer is an ICMPv6 message. */
  deliver(packet: Uint8Array, how: ArrivesWith = { cast: "multicast" }): Verdict {
    return this.link.deliver(EtherType.Ipv6, packet, how, this.now);
  }

  run(duration: Millis): void {
    const until = this.now + duration;
    while (this.listener.nextDeadline() <= until) {
      this.now = Math.max(this.now, this.listener.nextDeadline());
      this.listener.onDeadline(this.now);
    }
    this.now = until;
  }

  /** What was sent since the last call, one line each. */
  said(): string[] {
    return this.link.take().map(({ octets }) => describeDatagram(octets));
  }

  /** As IPv6 does it: the chain walked, the checksum verified. */
  #receive(packet: Packet, now: Millis): Verdict {
    const { start, end } = packet;
    let chain: ReturnType<typeof parseIpv6Chain>;
    try {
      chain = parseIpv6Chain(packet.bytes.slice(start, end));
    } catch {
      return Verdict.BadLength;
    }
    if (chain.protocol !== 58 || chain.upper.length < 4) return Verdict.TooShort;
    const info = new Ipv6Info();
    info.source.copy(IpAddress.parse(chain.source));
    info.destination.copy(IpAddress.parse(chain.destination));
    info.hopLimit = chain.hopLimit;
    info.routerAlert = chain.extensions.some(
      (extension) => extension.header === "hop-by-hop" && extension.options.some(({ type }) => type === 5),
    );
    packet.start = start + 40 + chain.payloadLength - chain.upper.length;
    packet.end = packet.start + chain.upper.length;
    return this.listener.input(chain.upper[0]!, packet, info, now);
  }
}
