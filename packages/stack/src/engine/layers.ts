import { ArpResolver } from "@mnet/arp";
import { borrowDebug, type Millis, type NetworkDevice, type Packet, type Verdict } from "@mnet/core";
import { completeOffload, guardBorrows } from "@mnet/devices";
import { EthernetLayer } from "@mnet/ethernet";
import { IcmpV4Layer } from "@mnet/icmp";
import { Ipv4Layer } from "@mnet/ipv4";
import { TcpLayer } from "@mnet/tcp";
import { UdpLayer } from "@mnet/udp";
import type { DrivenLayers } from "./driver.ts";
import type { ResolvedOptions } from "./options.ts";

/** Who is told what happens to the device. */
export interface LayersEvents {
  linkChanged(up: boolean): void;
  failed(error: Error): void;
  /** A layer threw while receiving: a defect, contained. */
  fault(error: unknown): void;
}

/**
 * The layers of one stack, composed: this file alone knows all their names. Each receives its neighbours through contracts; nothing
 * else connects them.
 */
export class Layers implements DrivenLayers {
  readonly device: NetworkDevice;
  readonly ethernet: EthernetLayer;
  readonly arp: ArpResolver;
  readonly ipv4: Ipv4Layer;
  readonly icmp: IcmpV4Layer;
  readonly udp: UdpLayer;
  readonly tcp: TcpLayer;
  readonly timed: DrivenLayers["timed"];
  readonly #events: LayersEvents;

  constructor(options: ResolvedOptions, events: LayersEvents) {
    const { random, parameters } = options;
    const complete = completeOffload(options.device);
    this.device = borrowDebug() ? guardBorrows(complete) : complete;
    this.ethernet = new EthernetLayer({
      device: this.device,
      mac: options.mac,
      onFault: (error) => events.fault(error),
    });
    const link = this.ethernet;
    this.arp = new ArpResolver({ link, random, parameters: parameters.arp ?? {} });
    this.ipv4 = new Ipv4Layer({ link, resolver: this.arp, random, parameters: parameters.ipv4 ?? {} });
    this.icmp = new IcmpV4Layer({ ip: this.ipv4, random, parameters: parameters.icmp ?? {} });
    this.ipv4.reportErrorsTo(this.icmp);
    const networks = [this.ipv4];
    this.udp = new UdpLayer({ networks, random, parameters: parameters.udp ?? {} });
    this.tcp = new TcpLayer({ networks, random, parameters: parameters.tcp ?? {} });
    this.timed = [this.arp, this.ipv4, this.icmp, this.tcp];
    this.#events = events;
  }

  receive(packet: Packet, now: Millis): Verdict {
    return this.ethernet.receive(packet, now);
  }

  flush(now: Millis): void {
    this.icmp.flush(now);
    this.udp.flush(now);
    this.tcp.flush(now);
  }

  linkChanged(up: boolean, now: Millis): void {
    // Another network may be at the other end, where our addresses are not known yet, or somebody else's (RFC 5227 2.1).
    if (up) this.arp.renew(now);
    this.#events.linkChanged(up);
  }

  capabilitiesChanged(): void {
    this.ethernet.capabilitiesChanged();
    this.ipv4.linkChanged();
  }

  failed(error: Error): void {
    this.#events.failed(error);
  }

  statistics(): Record<string, Record<string, number>> {
    return {
      ethernet: prefixed(this.ethernet.counters.snapshot(), this.ethernet.sent.snapshot()),
      arp: {
        ...prefixed(this.arp.counters.snapshot(), this.arp.sent.snapshot()),
        ...this.arp.statistics(),
      },
      ipv4: {
        ...prefixed(this.ipv4.counters.snapshot(), this.ipv4.sent.snapshot()),
        ...this.ipv4.statistics(),
      },
      icmp: prefixed(this.icmp.counters.snapshot(), this.icmp.sent.snapshot()),
      udp: prefixed(this.udp.counters.snapshot(), this.udp.sent.snapshot()),
      tcp: {
        ...prefixed(this.tcp.counters.snapshot(), {}),
        ...this.tcp.statistics(),
        connections: [...this.tcp.connections()].length,
        timeWait: this.tcp.timeWaitCount,
      },
    };
  }
}

function prefixed(received: Record<string, number>, sent: Record<string, number>): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, count] of Object.entries(received)) result[`received${name}`] = count;
  for (const [name, count] of Object.entries(sent)) result[`sent${name}`] = count;
  return result;
}
