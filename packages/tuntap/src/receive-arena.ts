import { Packet } from "@mnet/core";
import type { Libc } from "./libc.ts";
import { Addresses } from "./memory.ts";
import {
  ETHERNET_HEADER,
  RECEIVE_ARENA,
  RECEIVE_PADDING,
  RECEIVE_SLABS,
  RECEIVE_SLABS_LEAST,
  SLAB_UNIT,
  VLAN_TAG,
} from "./params.ts";

/**
 * Where received frames are put: one block of memory cut into slabs, each with its Packet made once. Two octets stay free in front
 * of each frame, so that the IP header is aligned; a slab is larger than any frame of the MTU, so that a full one was cut off.
 */
export class ReceiveArena {
  /** One record per slab. */
  readonly packets: readonly Packet[];
  /** Octets received into each slab. */
  readonly lengths: Int32Array;
  /** Where each slab's frame begins, as an address. */
  readonly addresses: Float64Array;
  /** The first slab without its padding: what the event loop reads into. */
  readonly first: Uint8Array;
  /** Octets a read may bring; one that brings as many was cut off. */
  readonly capacity: number;

  /** @param mtu octets of the largest IP datagram. */
  constructor(mtu: number, libc: Libc) {
    const needed = RECEIVE_PADDING + ETHERNET_HEADER + VLAN_TAG + mtu + 1;
    const size = Math.ceil(needed / SLAB_UNIT) * SLAB_UNIT;
    const fitting = Math.floor(RECEIVE_ARENA / size);
    const count = Math.max(RECEIVE_SLABS_LEAST, Math.min(RECEIVE_SLABS, fitting));
    const memory = new ArrayBuffer(size * count);
    const addresses = new Addresses(libc);
    this.capacity = size - RECEIVE_PADDING;
    this.packets = Array.from(
      { length: count },
      (_, i) => new Packet(new Uint8Array(memory, i * size, size)),
    );
    this.lengths = new Int32Array(count);
    this.addresses = Float64Array.from(this.packets, ({ bytes }) => addresses.of(bytes, RECEIVE_PADDING, 0));
    this.first = new Uint8Array(memory, RECEIVE_PADDING, this.capacity);
  }
}
