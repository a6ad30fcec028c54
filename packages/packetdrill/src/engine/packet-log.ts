import { IpProtocol } from "@mnet/core";
import { printPacket, printSeconds } from "../language/print.ts";
import { readHeader } from "../wire/ip.ts";
import { readSegment } from "../wire/segment.ts";
import type { Flows } from "./flows.ts";
import type { World } from "./world.ts";

/** What was on the wire, in the script's syntax. */
export class PacketLog {
  readonly #world: World;
  readonly #flows: Flows;
  readonly #injected = new Map<Uint8Array, string>();

  constructor(world: World, flows: Flows) {
    this.#world = world;
    this.#flows = flows;
  }

  /** Remembers how the script wrote a packet of the peer. */
  injected(octets: Uint8Array, text: string): void {
    this.#injected.set(octets, text);
  }

  /** The last packets, oldest first. */
  last(count: number): string[] {
    return this.#world.log.slice(-count).map(({ at, octets, again }) => {
      const text = this.#injected.get(octets) ?? this.#describe(octets);
      return `${printSeconds(Math.round(at * 1000))} ${text}${again ? "   // of a second delivery" : ""}`;
    });
  }

  #describe(octets: Uint8Array): string {
    const { protocol } = readHeader(octets);
    if (protocol !== IpProtocol.Tcp) return `> protocol ${protocol}`;
    try {
      const { action } = readSegment(octets, this.#flows.ofOutbound(octets));
      const header = { ecn: null, trafficClass: null, hopLimit: null, flowLabel: null };
      return printPacket({ ...action, header });
    } catch (error) {
      return `> a segment that cannot be read: ${error instanceof Error ? error.message : error}`;
    }
  }
}
