import { MacAddress, toMacAddress } from "@mnet/core";
import type { LinkConditions } from "./link-conditions.ts";
import { DEFAULT_MTU } from "./params.ts";
import { type Segment, SimulatedPort } from "./simulated-port.ts";
import type { Timeline } from "./timeline.ts";

export interface SimulatedHubOptions extends LinkConditions {
  /** The MTU the devices announce. Default: `mtu`. */
  readonly deviceMtu?: number;
}

/**
 * An Ethernet segment for many hosts: every frame goes to every other port. Its rate, queue, jitter, MTU and filter apply once, where it
 * is sent; loss, corruption, duplication and reordering are drawn for each receiver.
 */
export class SimulatedHub implements Segment {
  readonly #timeline: Timeline;
  readonly #conditions: LinkConditions;
  readonly #mtu: number;
  #ports: readonly SimulatedPort[] = [];
  /** Who receives from each port, by its index; made anew when a port comes or goes. */
  #others: (readonly SimulatedPort[])[] = [];
  #attached = 0;

  /** @throws RangeError naming the condition that cannot be, at the first {@link SimulatedHub.attach}. */
  constructor(timeline: Timeline, options: SimulatedHubOptions = {}) {
    const { deviceMtu, ...conditions } = options;
    this.#timeline = timeline;
    this.#conditions = conditions;
    this.#mtu = deviceMtu ?? conditions.mtu ?? DEFAULT_MTU;
  }

  /** The open ports in the order of attaching. */
  get ports(): readonly SimulatedPort[] {
    return this.#ports;
  }

  /**
   * A new port with the hub's conditions, which its `impair` changes for what it sends. Close it to take it off.
   * @param mac default `02:00:00:01:00:00` plus the number of ports attached so far, starting with 1.
   */
  attach(mac?: MacAddress | string): SimulatedPort {
    const index = this.#attached++;
    const port = new SimulatedPort(this.#timeline, this, {
      mac: mac === undefined ? new MacAddress(0x020000, 0x010001 + index) : toMacAddress(mac),
      mtu: this.#mtu,
      index,
      conditions: this.#conditions,
    });
    this.#ports = [...this.#ports, port];
    this.#connect();
    return port;
  }

  /** For the ports. */
  receivers(from: SimulatedPort): readonly SimulatedPort[] {
    return this.#others[from.index] ?? [];
  }

  /** For the ports. The hub is there even when nobody else is. */
  linked(): boolean {
    return true;
  }

  /** For the ports. Only the port itself notices, as on a switch. */
  linkChanged(port: SimulatedPort): void {
    port.checkLink();
    this.#ports = this.#ports.filter((other) => !other.closed);
    this.#connect();
  }

  #connect(): void {
    this.#others = [];
    for (const port of this.#ports) this.#others[port.index] = this.#ports.filter((other) => other !== port);
  }
}
