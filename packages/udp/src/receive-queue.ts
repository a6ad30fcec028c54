import type { Datagram } from "./datagram.ts";
import { DATAGRAM_OVERHEAD } from "./params.ts";

/** Taken slots at the front before the array is cut. */
const COMPACT_AT = 64;

/** Datagrams that wait for the application, bounded in octets with {@link DATAGRAM_OVERHEAD} for each. */
export class ReceiveQueue {
  readonly #limit: number;
  #items: (Datagram | null)[] = [];
  #head = 0;
  #octets = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Datagrams in it. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Whether one more of `octets` may come. The only one always may, so that every datagram can be received. */
  hasRoom(octets: number): boolean {
    return this.length === 0 || this.#octets + octets + DATAGRAM_OVERHEAD <= this.#limit;
  }

  push(datagram: Datagram): void {
    this.#items.push(datagram);
    this.#octets += datagram.data.length + DATAGRAM_OVERHEAD;
  }

  shift(): Datagram | null {
    if (this.length === 0) return null;
    const datagram = this.#items[this.#head]!;
    this.#items[this.#head++] = null;
    this.#octets -= datagram.data.length + DATAGRAM_OVERHEAD;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && 2 * this.#head >= this.#items.length) {
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
