import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { home, type WorkspacePackage } from "./workspace.ts";

/** Octets of each public entry, as a bundler would ship it: minified and gzipped, dependencies left out. */
export type Sizes = Record<string, number>;

export const BUDGET_FILE = "size-budget.json";
/** What a raised budget leaves for later changes. */
const HEADROOM = 1.1;

export async function measureSizes(
  packed: readonly Pick<WorkspacePackage, "name" | "directory" | "manifest">[],
): Promise<Sizes> {
  const sizes: Sizes = {};
  for (const { name, directory, manifest } of packed) {
    for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === "string") continue;
      const { outputFiles } = await build({
        entryPoints: [directory + (target as { default: string }).default],
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        external: ["@mnet/*", "node:*", ...Object.keys(manifest.dependencies ?? {})],
        write: false,
        logLevel: "silent",
      });
      sizes[name + entry.slice(1)] = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
    }
  }
  return sizes;
}

export function readBudgets(): Sizes {
  return JSON.parse(readFileSync(home + BUDGET_FILE, "utf8")) as Sizes;
}

/** One sentence for each entry that has outgrown its budget, has none, or is gone. */
export function sizeProblems(sizes: Sizes, budgets: Sizes): string[] {
  const problems: string[] = [];
  for (const [entry, size] of Object.entries(sizes)) {
    const budget = budgets[entry];
    if (budget === undefined)
      problems.push(`${entry} has no size budget: \`npm run release-check -- --update\` gives it one`);
    else if (size > budget)
      problems.push(
        `${entry} is ${size} octets minified and gzipped, ${size - budget} above its budget of ${budget}. ` +
          "Look for what grew (a dependency, a table, a second copy of a helper). If it is worth it, run " +
          `\`npm run release-check -- --raise\`, which writes a new budget to ${BUDGET_FILE}, and say why in the commit.`,
      );
  }
  for (const entry of Object.keys(budgets)) {
    if (sizes[entry] === undefined)
      problems.push(`${BUDGET_FILE} has a budget for ${entry}, which does not exist: take it out`);
  }
  return problems;
}

/** The budgets with what is missing added, what is gone removed, and, when `raise` is set, what is exceeded raised. */
export function renewBudgets(sizes: Sizes, budgets: Sizes, raise: boolean): Sizes {
  return Object.fromEntries(
    Object.entries(sizes).map(([entry, size]) => {
      const budget = budgets[entry];
      const keep = budget !== undefined && (size <= budget || !raise);
      return [entry, keep ? budget : Math.ceil((size * HEADROOM) / 100) * 100];
    }),
  );
}

export function writeBudgets(budgets: Sizes): void {
  writeFileSync(home + BUDGET_FILE, `${JSON.stringify(budgets, null, 2)}\n`);
}
