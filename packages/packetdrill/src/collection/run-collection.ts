import { readFileSync } from "node:fs";
import { type Recorded, type RunOptions, recordScript } from "../engine/run.ts";
import type { ScriptFailure, ScriptVerdict } from "../engine/verdict.ts";
import type { WirePacket } from "../engine/world.ts";
import { ScriptError } from "../language/cursor.ts";
import { parseScript } from "../language/parse.ts";
import type { Expectations, KnownOutcome } from "./expectations.ts";
import type { ScriptFile } from "./find.ts";

export interface CollectionOptions extends RunOptions {
  /**
   * Names for `#ifdef`, such as those of the systems that a script knows to differ: it is read with one of them defined after the other,
   * and passes when it does so for one.
   */
  readonly either?: readonly string[];
}

/** What came of a script, seen with the list of its collection. */
export type CollectionOutcome =
  | Extract<ScriptVerdict, { kind: "pass" }>
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "difference"; readonly reason: string }
  /** Not as the list says: a failure or skip that it does not know, or one that it knows and that is none any more. */
  | { readonly kind: "fail"; readonly what: string; readonly failure: ScriptFailure | null };

export interface CollectionResult {
  readonly file: ScriptFile;
  readonly outcome: CollectionOutcome;
  readonly packets: readonly WirePacket[];
}

/** Runs scripts one after the other, but for those that the list ignores. Generates, so that results can be told as they come. */
export function* runCollection(
  files: readonly ScriptFile[],
  known: Expectations,
  options: CollectionOptions,
): Generator<CollectionResult> {
  for (const file of files) {
    if (known.of(file.name)?.kind === "ignore") continue;
    const { verdict, packets, thrown } = run(file, options);
    // What a list says of a script is about verdicts: nothing that is thrown is expected.
    const expected = thrown ? null : known.of(file.name);
    yield { file, outcome: judge(verdict, expected), packets };
  }
}

function run({ path }: ScriptFile, options: CollectionOptions): Recorded {
  const text = readFileSync(path, "utf8");
  const names = options.either?.filter((name) => text.includes(name)) ?? [];
  let last = runWith(text, names[0], options);
  for (const name of names.slice(1)) {
    if (last.verdict.kind === "pass" || last.thrown) break;
    last = runWith(text, name, options);
  }
  return last;
}

/** A text that cannot be read as a script is skipped with the parser's words. Whatever else is thrown is a failure of this script. */
function runWith(text: string, defined: string | undefined, options: RunOptions): Recorded {
  try {
    return recordScript(parseScript(text, new Set(defined === undefined ? [] : [defined])), options);
  } catch (error) {
    if (error instanceof ScriptError)
      return { verdict: { kind: "skip", reason: error.message }, packets: [], thrown: false };
    const failure = {
      line: 0,
      what: String(error),
      expected: "a script",
      actual: "an exception",
      packets: [],
    };
    return { verdict: { kind: "fail", failure }, packets: [], thrown: true };
  }
}

function judge(verdict: ScriptVerdict, known: KnownOutcome | null): CollectionOutcome {
  if (verdict.kind === "pass") {
    if (known === null) return verdict;
    return { kind: "fail", what: `passes, but the list says ${known.kind}: ${known.reason}`, failure: null };
  }
  if (verdict.kind === "skip") {
    if (known?.kind === "skip") return { kind: "skip", reason: known.reason };
    return { kind: "fail", what: `cannot be run, and is not in the list: ${verdict.reason}`, failure: null };
  }
  if (known?.kind === "difference") return { kind: "difference", reason: known.reason };
  return { kind: "fail", what: verdict.failure.what, failure: verdict.failure };
}
