import { macHigh, type Packet } from "@mnet/core";
import { ETHERNET_HEADER } from "./params.ts";

/** Entries that share a place: the most recently heard of them stay. */
const WAYS = 4;
const NOBODY = -1;

/**
 * Which port of a switch each station is at, learned from the source addresses of frames (IEEE 802.1D 7.8). Of fixed size: a station
 * takes the place of the one that was silent longest among the four that share it, so addresses made up by a flooder can push out the
 * silent, whose frames are then flooded, but not those who speak. Nothing ages: a station that moved is learned anew when it speaks.
 */
export class StationTable {
  readonly #mask: number;
  readonly #high: Int32Array;
  readonly #low: Int32Array;
  readonly #port: Int32Array;
  readonly #heard: Float64Array;
  #frames = 0;

  /** @param entries stations known at most, rounded up to a power of two of at least 4. @throws RangeError beyond 2^20 or under 1. */
  constructor(entries: number) {
    if (!(entries >= 1 && entries <= 2 ** 20))
      throw new RangeError(`addresses must be in 1..2^20, not ${entries}`);
    const size = Math.max(WAYS, 2 ** Math.ceil(Math.log2(entries)));
    this.#mask = size / WAYS - 1;
    this.#high = new Int32Array(size).fill(NOBODY);
    this.#low = new Int32Array(size);
    this.#port = new Int32Array(size);
    this.#heard = new Float64Array(size);
  }

  /** Learns that the sender of `frame` is at `port`. A group address is no station's (IEEE 802.3 3.2.3), nor is that of zeros. */
  learn(frame: Packet, port: number): void {
    if (frame.end - frame.start < ETHERNET_HEADER) return;
    const high = macHigh(frame.bytes, frame.start + 6);
    if ((high & 0x010000) !== 0) return;
    const low = macHigh(frame.bytes, frame.start + 9);
    if ((high | low) === 0) return;
    const first = this.#place(high, low);
    let at = first;
    for (let way = first; way < first + WAYS; way++) {
      if (this.#low[way] === low && this.#high[way] === high) {
        at = way;
        break;
      }
      if (this.#heard[way]! < this.#heard[at]!) at = way;
    }
    this.#high[at] = high;
    this.#low[at] = low;
    this.#port[at] = port;
    this.#heard[at] = ++this.#frames;
  }

  /** The port that `frame` goes to; -1 for a group address, an unknown station, and what is no frame: to all of them. */
  find(frame: Packet): number {
    if (frame.end - frame.start < ETHERNET_HEADER) return NOBODY;
    const high = macHigh(frame.bytes, frame.start);
    const low = macHigh(frame.bytes, frame.start + 3);
    const first = this.#place(high, low);
    for (let way = first; way < first + WAYS; way++) {
      if (this.#low[way] === low && this.#high[way] === high) return this.#port[way]!;
    }
    return NOBODY;
  }

  /** Forgets who was at `port`. */
  forget(port: number): void {
    for (let at = 0; at < this.#port.length; at++) {
      if (this.#port[at] !== port) continue;
      this.#high[at] = NOBODY;
      this.#heard[at] = 0;
    }
  }

  /** Addresses of one maker or one simulation differ in the low octets: those spread over the table one by one. */
  #place(high: number, low: number): number {
    return ((low ^ Math.imul(high, 0x9e3779b1)) & this.#mask) * WAYS;
  }
}
