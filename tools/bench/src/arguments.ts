import { parseArgs } from "node:util";
import type { Scale } from "./subject.ts";

export interface BenchOptions {
  readonly rounds: number;
  readonly scale: Scale;
  readonly quick: boolean;
  /** Fail when a must is missed by more than a busy machine explains. */
  readonly check: boolean;
  /** Where the results go as JSON. */
  readonly json: string | null;
  /** Only subjects whose names contain one of these; all when empty. */
  readonly only: readonly string[];
}

export const USAGE = `npm run bench -- [options] [subject...]

  --quick         two short rounds, under a minute
  --rounds N      interleaved rounds (default 5)
  --check         exit with 1 when a must is missed by more than a busy machine explains
  --json FILE     write everything as JSON

A subject is part of a name, such as "tap" or "veth".`;

/** @throws TypeError or RangeError for arguments that mean nothing. */
export function parseArguments(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      json: { type: "string" },
      rounds: { type: "string" },
    },
  });
  const { quick, check } = values;
  const rounds = values.rounds === undefined ? (quick ? 2 : 5) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`--rounds must be a whole number from 1`);
  return {
    rounds,
    scale: quick ? { duration: 300, crowd: 2000 } : { duration: 1000, crowd: 10_000 },
    quick,
    check,
    json: values.json ?? null,
    only: positionals,
  };
}
