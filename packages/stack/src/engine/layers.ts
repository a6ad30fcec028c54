import { borrowDebug, type Millis, type NetworkDevice, type Packet, type Verdict } from "@mnet/core";
import { completeOffload, guardBorrows } from "@mnet/devices";
import { EthernetLayer, IpLink } from "@mnet/ethernet";
import { TcpLayer } from "@mnet/tcp";
import { UdpLayer } from "@mnet/udp";
import { tcpDiagnostics } from "./diagnostics.ts";
import type { DrivenLayers } from "./driver.ts";
import { countersOf, type Family, type FamilyEvents } from "./family.ts";
import { Ipv4Family } from "./ipv4-family.ts";
import { Ipv6Family } from "./ipv6-family.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/** Who is told what happens below the sockets. */
export interface LayersEvents {
  readonly family?: FamilyEvents;
  linkChanged(up: boolean): void;
  failed(error: Error): void;
  /** A layer threw while receiving: a defect, contained. */
  fault(error: unknown): void;
}

/**
 * The layers of one stack, composed: this file and those of the two families alone know all their names. Each layer receives its neighbours
 * through contracts; nothing else connects them.
 */
export class Layers implements DrivenLayers {
  readonly device: NetworkDevice;
  readonly link: EthernetLayer | IpLink;
  /** `null`: off. */
  readonly ipv4: Ipv4Family | null;
  readonly ipv6: Ipv6Family | null;
  /** Those that are on. */
  readonly families: readonly Family[];
  readonly udp: UdpLayer;
  readonly tcp: TcpLayer;
  readonly timed: DrivenLayers["timed"];
  readonly #events: LayersEvents;

  constructor(options: ResolvedOptions, events: LayersEvents) {
    const { random, parameters, name } = options;
    const complete = completeOffload(options.device);
    this.device = borrowDebug() ? guardBorrows(complete) : complete;
    const onFault = (error: unknown): void => events.fault(error);
    this.link =
      options.mac === null
        ? new IpLink({ device: this.device, onFault })
        : new EthernetLayer({ device: this.device, mac: options.mac, onFault });
    const ground = { link: this.link, random, parameters, name, events: events.family ?? (() => {}) };
    this.ipv4 = options.ipv4 === null ? null : new Ipv4Family(options.ipv4, ground);
    this.ipv6 = options.ipv6 === null ? null : new Ipv6Family(options.ipv6, ground);
    this.families = [this.ipv4, this.ipv6].filter((family) => family !== null);
    const networks = this.families.map(({ network }) => network);
    this.udp = new UdpLayer({ networks, random, parameters: parameters.udp ?? {} });
    const observer = tcpDiagnostics(name);
    this.tcp = new TcpLayer({ networks, random, parameters: parameters.tcp ?? {}, observer });
    this.timed = [...this.families.flatMap(({ timed }) => timed), this.tcp];
    this.#events = events;
  }

  /** `null` when it is off. */
  family(family: 4 | 6): Family | null {
    return family === 4 ? this.ipv4 : this.ipv6;
  }

  /** The device runs. */
  start(now: Millis): void {
    for (const family of this.families) family.start(now);
  }

  receive(packet: Packet, now: Millis): Verdict {
    return this.link.receive(packet, now);
  }

  flush(now: Millis): void {
    // By index: an iterator leaves something to collect in every turn.
    for (let at = 0; at < this.families.length; at++) this.families[at]!.flush(now);
    this.udp.flush(now);
    this.tcp.flush(now);
  }

  linkChanged(up: boolean, now: Millis): void {
    for (const family of this.families) family.linkChanged(up, now);
    this.#events.linkChanged(up);
  }

  capabilitiesChanged(now: Millis): void {
    this.link.capabilitiesChanged();
    for (const family of this.families) family.capabilitiesChanged(now);
  }

  failed(error: Error): void {
    this.#events.failed(error);
  }

  /** Nothing is answered or sent any more: connections are reset, everything that waits fails. */
  close(now: Millis): void {
    this.tcp.kill(now);
    this.flush(now);
    for (const family of this.families) family.close(now);
    this.udp.close();
  }

  statistics(): Record<string, Record<string, number>> {
    return {
      [this.link.mac === null ? "link" : "ethernet"]: countersOf(this.link),
      ...Object.assign({}, ...this.families.map((family) => family.statistics())),
      udp: countersOf(this.udp),
      tcp: {
        ...countersOf({ counters: this.tcp.counters, sent: { snapshot: () => ({}) } }),
        ...this.tcp.statistics(),
        connections: [...this.tcp.connections()].length,
        timeWait: this.tcp.timeWaitCount,
      },
    };
  }
}
