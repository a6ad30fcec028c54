import { type Slice, viewOf } from "@mnet/core";

/** What an array costs besides its octets: bounds what a peer can tie up with single octets. */
const CHUNK_OVERHEAD = 256;

/** Octets that came from the host, in the arrays they came in, until the application takes them. */
export class Received {
  /** Octets in it. */
  octets = 0;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  /** Octets of the first chunk that are gone. */
  #from = 0;

  /** Octets of memory that it holds. */
  get cost(): number {
    return this.octets + this.#chunks.length * CHUNK_OVERHEAD;
  }

  push(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.octets += chunk.length;
  }

  /** Moves what there is, or as much as fits, into `into`; returns how many octets. */
  take(into: Uint8Array): number {
    let at = 0;
    while (at < into.length && this.octets > 0) {
      const first = this.#chunks[0]!;
      const end = Math.min(first.length, this.#from + into.length - at);
      into.set(first.subarray(this.#from, end), at);
      at += end - this.#from;
      this.drop(end - this.#from);
    }
    return at;
  }

  /** The first array itself, which is the caller's then, or the first `limit` octets of it. There has to be one. */
  takeChunk(limit: number): Uint8Array<ArrayBuffer> {
    const first = this.#chunks[0]!;
    const chunk = first.subarray(this.#from, Math.min(first.length, this.#from + limit));
    this.drop(chunk.length);
    return chunk;
  }

  /** Aims slices at the first chunks; returns how many are in use. */
  aim(slices: readonly [Slice, Slice]): 0 | 1 | 2 {
    const count = Math.min(this.#chunks.length, 2) as 0 | 1 | 2;
    for (let at = 0; at < count; at++) {
      const chunk = this.#chunks[at]!;
      slices[at as 0 | 1].aim(chunk, viewOf(chunk), at === 0 ? this.#from : 0, chunk.length);
    }
    return count;
  }

  /** Forgets the first `octets` octets. */
  drop(octets: number): void {
    this.octets -= octets;
    while (octets > 0) {
      const left = this.#chunks[0]!.length - this.#from;
      if (octets < left) {
        this.#from += octets;
        return;
      }
      octets -= left;
      this.#chunks.shift();
      this.#from = 0;
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#from = 0;
    this.octets = 0;
  }
}
