import { MacAddress, type Packet, toMacAddress } from "@mnet/core";
import { DEFAULT_ADDRESSES, StationTable } from "@mnet/devices";
import type { LinkConditions } from "./link-conditions.ts";
import { DEFAULT_MTU } from "./params.ts";
import { type Segment, SimulatedPort } from "./simulated-port.ts";
import type { Timeline } from "./timeline.ts";

export interface SimulatedHubOptions extends LinkConditions {
  /** The MTU the devices announce. Default: `mtu`. */
  readonly deviceMtu?: number;
  /**
   * Whether it learns at which port each station is, as a switch does, and sends a frame to a known one to its port alone: for large
   * networks. Default false: a repeater, so that a port can watch what the others say.
   */
  readonly learning?: boolean;
}

/**
 * An Ethernet segment for many hosts: every frame goes to every other port, or with `learning` to where it belongs. Its rate, queue, jitter, MTU and filter apply once, where it
 * is sent; loss, corruption, duplication and reordering are drawn for each receiver.
 */
export class SimulatedHub implements Segment {
  readonly #timeline: Timeline;
  readonly #conditions: LinkConditions;
  readonly #mtu: number;
  readonly #stations: StationTable | null;
  #ports: readonly SimulatedPort[] = [];
  /** Each open port by its index, alone in an array, so that sending makes none. */
  readonly #alone: (readonly SimulatedPort[])[] = [];
  #attached = 0;

  /** @throws RangeError naming the condition that cannot be, at the first {@link SimulatedHub.attach}. */
  constructor(timeline: Timeline, options: SimulatedHubOptions = {}) {
    const { deviceMtu, learning = false, ...conditions } = options;
    this.#stations = learning ? new StationTable(DEFAULT_ADDRESSES) : null;
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
    this.#alone[index] = [port];
    return port;
  }

  /** For the ports. */
  receivers(from: SimulatedPort, frame: Packet): readonly SimulatedPort[] {
    if (this.#stations === null) return this.#ports;
    this.#stations.learn(frame, from.index);
    // Where that is the sending port, the station behind it has heard the frame already (IEEE 802.1D 7.7.1).
    return this.#alone[this.#stations.find(frame)] ?? this.#ports;
  }

  /** For the ports. The hub is there even when nobody else is. */
  linked(): boolean {
    return true;
  }

  /** For the ports. Only the port itself notices, as on a switch. */
  linkChanged(port: SimulatedPort): void {
    port.checkLink();
    if (!port.closed) return;
    this.#stations?.forget(port.index);
    delete this.#alone[port.index];
    this.#ports = this.#ports.filter((other) => other !== port);
  }
}
