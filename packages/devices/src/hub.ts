import { MacAddress, type Packet, toMacAddress } from "@mnet/core";
import { type Medium, MemoryPort } from "./memory-port.ts";
import { nextTurn, type Schedule } from "./next-turn.ts";
import { DEFAULT_HUB_QUEUE, DEFAULT_MTU } from "./params.ts";

export interface HubOptions {
  /** Largest IP datagram in octets, 68..65535. Default 1500. */
  readonly mtu?: number;
  /** Frames held for each port; what arrives at a full one is lost to it. Default 512. */
  readonly queue?: number;
  /** When a port's batch is delivered. Default: the next turn of the event loop. */
  readonly schedule?: Schedule;
}

/**
 * An in-memory Ethernet segment: every frame goes to every other port, whoever it is addressed to. It never pushes back: a port that
 * does not keep up loses frames, the others do not notice.
 */
export class Hub implements Medium {
  readonly #mtu: number;
  readonly #queue: number;
  readonly #schedule: Schedule;
  #ports: readonly MemoryPort[] = [];
  #attached = 0;
  #dropped = 0;

  constructor(options: HubOptions = {}) {
    this.#mtu = options.mtu ?? DEFAULT_MTU;
    this.#queue = options.queue ?? DEFAULT_HUB_QUEUE;
    this.#schedule = options.schedule ?? nextTurn;
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
    return port;
  }

  /** For the ports. */
  carry(frame: Packet, from: MemoryPort): boolean {
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
  }
}
