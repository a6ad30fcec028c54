import { Packet } from "./packet.ts";

/** Smallest buffer: a frame of the common MTU with room for headers. */
const SMALLEST = 2048;

/**
 * Where a layer builds what it sends: one packet over a buffer that grows to the largest size asked for and is used again for each
 * send. Safe because of the borrow rule: whoever gets the packet copies what must outlive the call.
 */
export class ScratchPacket {
  #packet: Packet = Packet.allocate(SMALLEST);

  /** The packet aimed at `length` live octets behind `headroom` free ones. Their contents are what the last use left. */
  prepare(headroom: number, length: number): Packet {
    const size = headroom + length;
    if (size > this.#packet.bytes.length) {
      // Growing by halves more keeps a run of growing sends from reallocating each time.
      this.#packet = Packet.allocate(Math.max(size, Math.ceil(this.#packet.bytes.length * 1.5)));
    }
    this.#packet.reset(headroom, size);
    return this.#packet;
  }
}
