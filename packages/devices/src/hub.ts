import { MacAddress, type Packet, toMacAddress } from "@mnet/core";
import { type Medium, MemoryPort } from "./memory-port.ts";
import { nextTurn, type Schedule } from "./next-turn.ts";
import { DEFAULT_ADDRESSES, DEFAULT_HUB_QUEUE, DEFAULT_MTU } from "./params.ts";
import { StationTable } from "./station-table.ts";

export interface HubOptions {
  /** Largest IP datagram in octets, 68..65535. Default 1500. */
  readonly mtu?: number;
  /** Frames held for each port; what arrives at a full one is lost to it. Default 512. */
  readonly queue?: number;
  /** When a port's batch is delivered. Default: the next turn of the event loop. */
  readonly schedule?: Schedule;
  /** Whether it learns at which port each station is, as a switch does. `false`: a repeater, every port gets every frame. Default true. */
  readonly learning?: boolean;
  /** Stations it knows at most, 1..2^20; frames to others go to every port. Default 4096. */
  readonly addresses?: number;
}

/**
 * An in-memory Ethernet segment for any number of ports. A frame to a station that has been heard goes to its port alone; broadcasts,
 * multicasts and frames to unknown stations go to every other port. It never pushes back: a port that does not keep up loses frames,
 * the others do not notice.
 */
export class Hub implements Medium {
  readonly #mtu: number;
  readonly #queue: number;
  readonly #schedule: Schedule;
  readonly #stations: StationTable | null;
  #ports: readonly MemoryPort[] = [];
  /** The number of each port, which stays with it. */
  readonly #numbers = new Map<MemoryPort, number>();
  readonly #byNumber = new Map<number, MemoryPort>();
  #attached = 0;
  #dropped = 0;

  constructor(options: HubOptions = {}) {
    this.#mtu = options.mtu ?? DEFAULT_MTU;
    this.#queue = options.queue ?? DEFAULT_HUB_QUEUE;
    this.#schedule = options.schedule ?? nextTurn;
    const { learning = true, addresses = DEFAULT_ADDRESSES } = options;
    this.#stations = learning ? new StationTable(addresses) : null;
  }

  /** The open ports. */
  get ports(): readonly MemoryPort[] {
    return this.#ports;
  }

  /** Copies lost because the queue of a port was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * A new port. Close it to take it off the hub; the others do not notice.
   * @param mac default `02:00:00:01:00:00` plus the number of ports attached so far, starting with 1.
   */
  attach(mac?: MacAddress | string): MemoryPort {
    this.#attached++;
    const port = new MemoryPort(this, {
      mac: mac === undefined ? new MacAddress(0x020000, 0x010000 + this.#attached) : toMacAddress(mac),
      mtu: this.#mtu,
      queue: this.#queue,
      schedule: this.#schedule,
    });
    this.#ports = [...this.#ports, port];
    this.#numbers.set(port, this.#attached);
    this.#byNumber.set(this.#attached, port);
    return port;
  }

  /** For the ports. */
  carry(frame: Packet, from: MemoryPort): boolean {
    if (this.#stations === null) return this.#flood(frame, from);
    this.#stations.learn(frame, this.#numbers.get(from)!);
    const to = this.#byNumber.get(this.#stations.find(frame));
    if (to === undefined) return this.#flood(frame, from);
    // A station behind the port that sends has heard it already (IEEE 802.1D 7.7.1).
    if (to === from) return true;
    if (!to.listening) from.countLost();
    else if (!to.offer(frame)) this.#dropped++;
    return true;
  }

  #flood(frame: Packet, from: MemoryPort): boolean {
    let listeners = 0;
    for (const port of this.#ports) {
      if (port === from || !port.listening) continue;
      listeners++;
      if (!port.offer(frame)) this.#dropped++;
    }
    if (listeners === 0) from.countLost();
    return true;
  }

  /** For the ports: nobody waits for room. */
  drained(): void {}

  /** For the ports. */
  closed(port: MemoryPort): void {
    this.#ports = this.#ports.filter((other) => other !== port);
    const number = this.#numbers.get(port)!;
    this.#numbers.delete(port);
    this.#byNumber.delete(number);
    this.#stations?.forget(number);
  }
}
