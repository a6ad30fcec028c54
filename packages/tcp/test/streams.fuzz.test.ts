import { fuzzPlan } from "@mnet/conformance";
import { expect, it } from "vitest";
import { Storm } from "./support/storm.ts";

/** Segments in a run that is not asked for more with MNET_FUZZ_INPUTS: CI asks for 300 000, `npm run soak` for hours. */
const SEGMENTS = 20_000;

it("whatever happens on the way and whatever applications do: exactly the stream, or a reported error", () => {
  const { seed, inputs } = fuzzPlan(process.env);
  const wanted = process.env["MNET_FUZZ_INPUTS"] === undefined ? SEGMENTS : inputs;
  const outcomes = new Map<string, number>();
  let segments = 0;
  for (let round = 0; segments < wanted; round++) {
    const number = (seed - 1) * 1_000_000 + round;
    const storm = new Storm(number);
    try {
      storm.run();
    } catch (error) {
      throw new Error(`storm ${number}: ${(error as Error).message}`, { cause: error });
    }
    for (const outcome of storm.outcomes) outcomes.set(`${outcome}`, (outcomes.get(`${outcome}`) ?? 0) + 1);
    segments += storm.pair.segments;
  }
  expect(segments).toBeGreaterThanOrEqual(wanted);
  // Most come to an orderly end in spite of everything.
  const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  expect(outcomes.get("null")! / total).toBeGreaterThan(0.5);
});
