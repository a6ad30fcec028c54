import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { playScenario, type ScenarioBody, ScenarioFailure } from "../scenario.ts";

export interface ScenarioOptions {
  /** How many seeds are played. Default 1. */
  readonly runs?: number;
  /** The first seed; the others follow it. Default: random, so that every run of the tests looks at something new. */
  readonly seed?: number;
  /** Where captures of a failed run are left. Default: `mnet-scenarios` in the system's folder for temporary files. */
  readonly folder?: string;
}

/**
 * Plays a random scenario, as the body of a test of any runner. When a run fails, the rejection says with which seed, how to replay it,
 * and where the captures of the recorded devices are.
 *
 * With `MNET_SEED` in the environment, that seed alone is played.
 * @throws RangeError when `MNET_SEED` or `seed` is not an integer in 0..4294967295.
 */
export async function scenario(
  name: string,
  body: ScenarioBody,
  options: ScenarioOptions = {},
): Promise<void> {
  const given = process.env["MNET_SEED"];
  const first = given === undefined ? (options.seed ?? randomInt(2 ** 32)) : Number(given);
  if (!Number.isInteger(first) || first < 0 || first >= 2 ** 32) {
    throw new RangeError(`the seed must be an integer in 0..4294967295, not ${given ?? first}`);
  }
  const runs = given === undefined ? (options.runs ?? 1) : 1;
  for (let run = 0; run < runs; run++) {
    try {
      await playScenario(name, (first + run) % 2 ** 32, body);
    } catch (error) {
      throw error instanceof ScenarioFailure ? explained(error, name, options) : error;
    }
  }
}

function explained(failure: ScenarioFailure, name: string, options: ScenarioOptions): ScenarioFailure {
  const folder = options.folder ?? join(tmpdir(), "mnet-scenarios");
  const files = failure.captures.map((capture, index) => {
    const suffix = failure.captures.length === 1 ? "" : `-${index + 1}`;
    const path = join(folder, `${fileName(name)}-${failure.seed}${suffix}.pcapng`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, capture);
    return path;
  });
  const advice = [`replay: MNET_SEED=${failure.seed}`, ...files.map((file) => `capture: ${file}`)];
  const text = advice.map((line) => `\n  ${line}`).join("");
  return new ScenarioFailure(name, failure.seed, failure.captures, failure.cause, text);
}

function fileName(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
}
