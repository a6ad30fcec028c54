import { randomInteger, SeededRandom } from "@mnet/core";
import { mutations } from "./mutations.ts";

/** Makes the lengths and checksums of mutated octets right, in place, as far as the octets can be read at all. */
export type Repair = (octets: Uint8Array<ArrayBuffer>, parts: { readonly lengths: boolean }) => void;

export interface InputSourceOptions {
  /** The same seed and samples give the same inputs. */
  readonly seed: number;
  /** Valid inputs. Read anew for each input: they may change as a conversation goes on. At least one. */
  readonly samples: readonly Uint8Array[];
  /** Default: none. */
  readonly repair?: Repair;
  /** Octets of the longest random input. Default 1600, more than a frame. */
  readonly maximumLength?: number;
}

/**
 * An endless, reproducible row of inputs: every second one random octets of any length, the others one to four mutations of a sample,
 * seven of eight times with right checksums, so that they come further than the first check.
 */
export class InputSource {
  readonly #random: SeededRandom;
  readonly #options: InputSourceOptions;
  readonly #maximumLength: number;
  #count = 0;

  constructor(options: InputSourceOptions) {
    this.#random = new SeededRandom(options.seed);
    this.#options = options;
    this.#maximumLength = options.maximumLength ?? 1600;
  }

  /** The next input; the caller's to keep. */
  next(): Uint8Array<ArrayBuffer> {
    this.#count += 1;
    return this.#count % 2 === 1 ? this.#randomOctets() : this.#mutated();
  }

  /** Full-size lengths half the time, and the lengths of headers, where most decisions are, the other half. */
  #randomOctets(): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    const longest = random.u32() % 2 === 0 ? this.#maximumLength : Math.min(80, this.#maximumLength);
    const length = randomInteger(random, 0, longest);
    const words = new Uint32Array((length + 3) >>> 2);
    for (let at = 0; at < words.length; at++) words[at] = random.u32();
    return new Uint8Array(words.buffer, 0, length);
  }

  #mutated(): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    const { samples, repair } = this.#options;
    let octets = samples[randomInteger(random, 0, samples.length - 1)]!.slice();
    // One input of sixteen stays as it is: mutated inputs must meet states that only valid ones lead to.
    const times = random.u32() % 16 === 0 ? 0 : Math.min(4, 1 + Math.clz32(random.u32()));
    for (let time = 0; time < times; time++) {
      octets = mutations[randomInteger(random, 0, mutations.length - 1)]!(octets, random, samples);
    }
    if (repair !== undefined && random.u32() % 8 !== 0) repair(octets, { lengths: random.u32() % 2 === 0 });
    return octets;
  }
}
