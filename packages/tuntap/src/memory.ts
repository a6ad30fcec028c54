import { type Libc, libc } from "./libc.ts";

/**
 * Addresses of octets, for system calls that take more than one buffer. The memory of an ArrayBuffer never moves, so its
 * address is asked for once; the last buffer of each slot is remembered, which spares the look-up for headers.
 */
export class Addresses {
  readonly #libc: Libc;
  readonly #known = new WeakMap<ArrayBufferLike, number>();
  readonly #last: [ArrayBufferLike, ArrayBufferLike, ArrayBufferLike] = [none, none, none];
  readonly #lastBase: [number, number, number] = [0, 0, 0];

  constructor(library: Libc = libc()) {
    this.#libc = library;
  }

  /** The address of `bytes[at]`. @param slot which memory of the last buffer to use, 0 to 2. */
  of(bytes: Uint8Array, at: number, slot: 0 | 1 | 2): number {
    const buffer = bytes.buffer;
    if (this.#last[slot] !== buffer) {
      this.#lastBase[slot] = this.#base(buffer);
      this.#last[slot] = buffer;
    }
    return this.#lastBase[slot] + bytes.byteOffset + at;
  }

  #base(buffer: ArrayBufferLike): number {
    let base = this.#known.get(buffer);
    if (base === undefined) {
      base = this.#libc.address(new Uint8Array(buffer));
      this.#known.set(buffer, base);
    }
    return base;
  }
}

const none = new ArrayBuffer(0);

/** A reused `struct iovec[3]`. */
export class IoVectors {
  readonly #words: Uint32Array;
  readonly #wide: boolean;
  /** The address to pass to `writev`. */
  readonly address: number;

  constructor(library: Libc = libc()) {
    this.#wide = library.pointerSize === 8;
    this.#words = new Uint32Array(3 * 4);
    this.address = library.address(new Uint8Array(this.#words.buffer));
  }

  /** Aims one entry. */
  set(index: 0 | 1 | 2, address: number, length: number): void {
    const words = this.#words;
    if (this.#wide) {
      const at = index * 4;
      words[at] = address;
      words[at + 1] = address / 0x1_0000_0000;
      words[at + 2] = length;
      words[at + 3] = 0;
    } else {
      words[index * 2] = address;
      words[index * 2 + 1] = length;
    }
  }
}
