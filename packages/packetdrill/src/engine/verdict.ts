import type { AcceptedDifference } from "../wire/compare.ts";

/** What came of one script. */
export type ScriptVerdict =
  | { readonly kind: "pass"; readonly accepted: ReadonlyMap<AcceptedDifference, number> }
  /** It asks for what the runner or the stack does not offer. */
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "fail"; readonly failure: ScriptFailure };

export interface ScriptFailure {
  /** Line of the script; 0 when it is none's. */
  readonly line: number;
  /** What went wrong, in one line. */
  readonly what: string;
  /** In the script's syntax. */
  readonly expected: string;
  readonly actual: string;
  /** The last packets of both directions, oldest first, in the script's syntax. */
  readonly packets: readonly string[];
}
