import type { UdpDatagram } from "@mnet/stack";
import { DATAGRAM_OVERHEAD } from "../params.ts";

/** Taken slots at the front before the array is cut. */
const COMPACT_AT = 64;

/** Datagrams that wait for the application, bounded in octets with {@link DATAGRAM_OVERHEAD} for each. */
export class ReceivedDatagrams {
  readonly #limit: number;
  #items: UdpDatagram[] = [];
  #head = 0;
  #octets = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it was taken; the newest is dropped when there is no room, unless it is the only one. */
  push(datagram: UdpDatagram): boolean {
    const cost = datagram.data.length + DATAGRAM_OVERHEAD;
    if (this.#head < this.#items.length && this.#octets + cost > this.#limit) return false;
    this.#items.push(datagram);
    this.#octets += cost;
    return true;
  }

  shift(): UdpDatagram | null {
    const datagram = this.#items[this.#head];
    if (datagram === undefined) return null;
    this.#head++;
    this.#octets -= datagram.data.length + DATAGRAM_OVERHEAD;
    if (this.#head >= COMPACT_AT || this.#head === this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return datagram;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#octets = 0;
  }
}
