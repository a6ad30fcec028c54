import type { CollectionOutcome, CollectionResult } from "./run-collection.ts";

/** The lines that tell of one script that is not as it should be. */
export function describeFailure({ file, outcome }: CollectionResult): string {
  if (outcome.kind !== "fail") return "";
  const { what, failure } = outcome;
  if (failure === null) return `${file.name}: ${what}`;
  return [
    `${file.name}:${failure.line}: ${what}`,
    `  expected ${failure.expected}`,
    `  actual   ${failure.actual}`,
    ...failure.packets.map((packet) => `    ${packet}`),
  ].join("\n");
}

/** Scripts by what came of them. */
export type Totals = Readonly<Record<CollectionOutcome["kind"], number>>;

export function totalsOf(results: readonly CollectionResult[]): Totals {
  const totals = { pass: 0, difference: 0, skip: 0, fail: 0 };
  for (const { outcome } of results) totals[outcome.kind]++;
  return totals;
}

/** `12 passed, 1 expected difference, 2 skipped, 0 failed`. */
export function describeTotals({ pass, difference, skip, fail }: Totals): string {
  return `${pass} passed, ${difference} expected differences, ${skip} skipped, ${fail} failed`;
}

/** A table in Markdown: the totals of each first folder, and of all. */
export function tableOf(results: readonly CollectionResult[]): string {
  const folders = new Map<string, CollectionResult[]>();
  for (const result of results) {
    const folder = result.file.name.includes("/") ? result.file.name.split("/")[0]! : ".";
    folders.set(folder, [...(folders.get(folder) ?? []), result]);
  }
  const rows = [...folders].map(([folder, some]) => row(folder, totalsOf(some)));
  return [
    "| folder | scripts | pass | expected difference | skip | fail |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
    row("**all**", totalsOf(results)),
  ].join("\n");
}

function row(name: string, { pass, difference, skip, fail }: Totals): string {
  return `| ${name} | ${pass + difference + skip + fail} | ${pass} | ${difference} | ${skip} | ${fail} |`;
}

/** A table in Markdown: how often each difference was met that does not count, in the scripts that pass. */
export function acceptedTableOf(results: readonly CollectionResult[]): string {
  const met = new Map<string, { scripts: number; times: number }>();
  for (const { outcome } of results) {
    if (outcome.kind !== "pass") continue;
    for (const [name, times] of outcome.accepted) {
      const before = met.get(name) ?? { scripts: 0, times: 0 };
      met.set(name, { scripts: before.scripts + 1, times: before.times + times });
    }
  }
  const rows = [...met].sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    "| accepted | scripts | times |",
    "| --- | ---: | ---: |",
    ...rows.map(([name, { scripts, times }]) => `| ${name} | ${scripts} | ${times} |`),
  ].join("\n");
}
