import { borrowDebug, fromHex, setBorrowDebug, toHex } from "@mnet/core";
import { InputSource, type InputSourceOptions } from "./input-source.ts";

/** Of so many inputs two, one of each sort, are lent under the borrow rule's debug mode, which costs a copy of each packet. */
const BORROW_DEBUG_EVERY = 100;
const DEFAULT_INPUTS = 200_000;

/** How long a campaign is and where it begins; see {@link fuzzPlan}. */
export interface FuzzPlan {
  readonly seed: number;
  readonly inputs: number;
}

export interface FuzzOptions extends Omit<InputSourceOptions, "seed"> {
  readonly plan: FuzzPlan;
  /** Inputs that found a fault once, in hexadecimal: they come first. */
  readonly regressions?: readonly string[];
}

/**
 * The plan that the environment asks for: `MNET_FUZZ_SEED` (default 1: what runs before a change is accepted is reproducible) and
 * `MNET_FUZZ_INPUTS` (default 200 000).
 * @param environment such as `process.env`.
 * @throws RangeError naming the variable that is no positive integer.
 */
export function fuzzPlan(environment: Readonly<Record<string, string | undefined>>): FuzzPlan {
  const read = (name: string, otherwise: number): number => {
    const text = environment[name];
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} must be a positive integer, not ${text}`);
    return value;
  };
  return { seed: read("MNET_FUZZ_SEED", 1), inputs: read("MNET_FUZZ_INPUTS", DEFAULT_INPUTS) };
}

type Run = (input: Uint8Array<ArrayBuffer>, index: number) => void;

/**
 * Feeds regressions, then `plan.inputs` inputs of an {@link InputSource} to `run`. Two inputs of a hundred run with the borrow rule's
 * debug mode on.
 * @param run whatever it throws is a fault found. `input` is its to keep; `index` is negative for regressions.
 * @throws Error with the seed, the number of the input and its octets, and what `run` threw as the cause.
 */
export function fuzz(options: FuzzOptions, run: Run): void {
  const campaign = inputs(options, run);
  while (campaign.next().done !== true);
}

/**
 * As {@link fuzz}, with a pause after every `inputsPerTurn` inputs for what is asynchronous.
 * @param turn runs to its end before the next input; a rejection ends the campaign.
 */
export async function fuzzInTurns(
  options: FuzzOptions & { readonly inputsPerTurn: number },
  run: Run,
  turn: (index: number) => Promise<void>,
): Promise<void> {
  for (const index of inputs(options, run)) {
    if (index % options.inputsPerTurn === 0) await turn(index);
  }
}

function* inputs(options: FuzzOptions, run: Run): Generator<number, void> {
  const { plan, regressions = [], ...source } = options;
  const mutated = new InputSource({ ...source, seed: plan.seed });
  const before = borrowDebug();
  try {
    for (let index = -regressions.length; index < plan.inputs; index++) {
      const input = index < 0 ? fromHex(regressions[index + regressions.length]!) : mutated.next();
      setBorrowDebug(index < 0 || index % BORROW_DEBUG_EVERY < 2);
      try {
        run(input, index);
      } catch (cause) {
        const text = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`seed ${plan.seed}, input ${index}: ${text}\n${toHex(input)}`, { cause });
      }
      yield index;
    }
  } finally {
    setBorrowDebug(before);
  }
}
