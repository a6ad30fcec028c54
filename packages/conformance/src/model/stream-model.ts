import { streamOctet, streamOctets } from "./stream-content.ts";

/** How many octets identify a place in a stream. */
const PROBE = 8;

/**
 * The reference model of one direction of a reliable byte stream: what is written comes out once, in order and unchanged, and then
 * the end. Content is a function of the offset, so the model holds cursors only, however long the stream is.
 *
 * ```ts
 * const model = new StreamModel({ name: "client to server" });
 * model.wrote(connection.write(model.next(1000), 0, 1000, now));   // as much as was taken
 * model.received(chunk);                                           // throws at the first wrong octet
 * ```
 */
export class StreamModel {
  readonly #name: string;
  readonly #seed: number;
  #written = 0;
  #read = 0;
  #finished = false;
  #ended = false;

  /** @param options `seed` chooses the content, so that two streams do not look alike; `name` appears in errors. */
  constructor(options: { readonly seed?: number; readonly name?: string } = {}) {
    this.#seed = options.seed ?? 0;
    this.#name = options.name ?? "stream";
  }

  /** Octets written so far: the writer's cursor. */
  get written(): number {
    return this.#written;
  }

  /** Octets received so far: the reader's cursor. */
  get read(): number {
    return this.#read;
  }

  /** Octets on the way. */
  get outstanding(): number {
    return this.#written - this.#read;
  }

  /** Whether the reader has seen everything and the end. */
  get complete(): boolean {
    return this.#ended;
  }

  /** The next `length` octets to write. Asking again gives the same until {@link StreamModel.wrote}. */
  next(length: number): Uint8Array<ArrayBuffer> {
    return streamOctets(this.#seed, this.#written, this.#written + length);
  }

  /** The first `octets` of what {@link StreamModel.next} gave were taken. @throws Error after {@link StreamModel.finish}. */
  wrote(octets: number): void {
    if (this.#finished) throw new Error(`${this.#name}: written to after its end`);
    if (!Number.isInteger(octets) || octets < 0)
      throw new Error(`${this.#name}: ${octets} octets were taken`);
    this.#written += octets;
  }

  /** The writer has no more to say. */
  finish(): void {
    this.#finished = true;
  }

  /** The reader got `bytes`. @throws Error naming the offset of the first octet that is wrong, and what happened to it. */
  received(bytes: Uint8Array): void {
    if (this.#ended && bytes.length > 0)
      throw new Error(`${this.#name}: ${bytes.length} octets after the end`);
    for (let at = 0; at < bytes.length; at++) {
      const offset = this.#read + at;
      if (offset >= this.#written) {
        throw new Error(
          `${this.#name}: more than the ${this.#written} octets that were written${this.#place(bytes, at)}`,
        );
      }
      if (bytes[at] !== streamOctet(this.#seed, offset)) {
        throw new Error(`${this.#name}: wrong octet at offset ${offset}${this.#place(bytes, at)}`);
      }
    }
    this.#read += bytes.length;
  }

  /** The reader saw the end of the stream. @throws Error when it came early or was not the writer's. */
  ended(): void {
    if (!this.#finished)
      throw new Error(`${this.#name}: ended at ${this.#read}, but its writer had not finished`);
    if (this.outstanding > 0) {
      throw new Error(`${this.#name}: ended at ${this.#read}, ${this.outstanding} octets before its end`);
    }
    if (this.#ended) throw new Error(`${this.#name}: ended twice`);
    this.#ended = true;
  }

  /** Where the octets from `at` belong, for the message. */
  #place(bytes: Uint8Array, at: number): string {
    const probe = bytes.subarray(at, at + PROBE);
    if (probe.length < PROBE) return "";
    const expected = this.#read + at;
    for (let offset = 0; offset + PROBE <= this.#written; offset++) {
      if (!probe.every((octet, index) => octet === streamOctet(this.#seed, offset + index))) continue;
      const distance = Math.abs(offset - expected);
      return `: octets of offset ${offset} stand there, ${distance} ${offset > expected ? "lost" : "repeated"}`;
    }
    return ": octets that were never written";
  }
}

/** Both directions of a connection, each ending by itself (half-close). */
export class ConversationModel {
  readonly forth: StreamModel;
  readonly back: StreamModel;

  constructor(
    options: { readonly seed?: number; readonly names?: readonly [forth: string, back: string] } = {},
  ) {
    const { seed = 0, names = ["forth", "back"] } = options;
    this.forth = new StreamModel({ seed: 2 * seed, name: names[0] });
    this.back = new StreamModel({ seed: 2 * seed + 1, name: names[1] });
  }

  /** Whether both directions came to their end. */
  get complete(): boolean {
    return this.forth.complete && this.back.complete;
  }
}
