export { type RunOptions, runScript } from "./engine/run.ts";
export type { ScriptFailure, ScriptVerdict } from "./engine/verdict.ts";
export { ScriptError } from "./language/cursor.ts";
export { parseScript } from "./language/parse.ts";
export { printScript } from "./language/print.ts";
export type * from "./language/tree.ts";
export type { AcceptedDifference } from "./wire/compare.ts";
