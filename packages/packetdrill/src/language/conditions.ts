import { ScriptError } from "./cursor.ts";

const directive = /^\s*#\s*(ifdef|ifndef|else|endif)\b\s*(\w*)/;

/**
 * Leaves of `#ifdef NAME` ... `#else` ... `#endif` the part that holds for the names that are defined. Lines keep their numbers.
 * @throws ScriptError for an `#else` or `#endif` without its beginning, or a beginning without its end.
 */
export function chooseConditions(text: string, defined: ReadonlySet<string>): string {
  const open: { holds: boolean; readonly line: number }[] = [];
  const lines = text.split("\n").map((line, index) => {
    const [, word, name] = directive.exec(line) ?? [];
    if (word === undefined) return open.every(({ holds }) => holds) ? line : "";
    if (word === "ifdef" || word === "ifndef") {
      open.push({ holds: defined.has(name!) === (word === "ifdef"), line: index + 1 });
      return "";
    }
    const innermost = word === "endif" ? open.pop() : open.at(-1);
    if (innermost === undefined) throw new ScriptError(index + 1, `#${word} without #ifdef`);
    innermost.holds = !innermost.holds;
    return "";
  });
  if (open.length > 0) throw new ScriptError(open[0]!.line, "#ifdef without #endif");
  return lines.join("\n");
}
