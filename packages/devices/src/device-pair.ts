import { MacAddress, type Packet, toMacAddress } from "@mnet/core";
import { type Medium, MemoryPort } from "./memory-port.ts";
import { nextTurn, type Schedule } from "./next-turn.ts";
import { DEFAULT_MTU, DEFAULT_QUEUE } from "./params.ts";

export interface DevicePairOptions {
  /** Largest IP datagram in octets, 68..65535. Default 1500. */
  readonly mtu?: number;
  /** Default `02:00:00:00:00:01` and `02:00:00:00:00:02`. */
  readonly macs?: readonly [MacAddress | string, MacAddress | string];
  /** Frames under way in each direction; when there are that many, `send` returns `false`. Default 256. */
  readonly queue?: number;
  /** When a batch is delivered; called at most once until it runs what it was given. Default: the next turn of the event loop. */
  readonly schedule?: Schedule;
}

/**
 * Two Ethernet devices on one in-memory cable. What one sends the other receives in the next turn, in order and without loss; a full
 * queue pushes back. When one end is closed the other is told `linkChanged(false)` after the last frame.
 * @throws RangeError for an `mtu`, `queue` or MAC address that cannot be.
 */
export function devicePair(options: DevicePairOptions = {}): [MemoryPort, MemoryPort] {
  const { mtu = DEFAULT_MTU, queue = DEFAULT_QUEUE, schedule = nextTurn } = options;
  const [macA, macB] = options.macs ?? [new MacAddress(0x020000, 1), new MacAddress(0x020000, 2)];
  const cable = new Cable();
  const a = new MemoryPort(cable, { mac: toMacAddress(macA), mtu, queue, schedule });
  const b = new MemoryPort(cable, { mac: toMacAddress(macB), mtu, queue, schedule });
  cable.connect(a, b);
  return [a, b];
}

class Cable implements Medium {
  #a!: MemoryPort;
  #b!: MemoryPort;

  connect(a: MemoryPort, b: MemoryPort): void {
    this.#a = a;
    this.#b = b;
  }

  carry(frame: Packet, from: MemoryPort): boolean {
    const to = this.#otherEnd(from);
    if (to.listening) return to.offer(frame);
    from.countLost();
    return true;
  }

  drained(port: MemoryPort): void {
    this.#otherEnd(port).wakeSender();
  }

  closed(port: MemoryPort): void {
    this.#otherEnd(port).loseLink();
  }

  #otherEnd(port: MemoryPort): MemoryPort {
    return port === this.#a ? this.#b : this.#a;
  }
}
