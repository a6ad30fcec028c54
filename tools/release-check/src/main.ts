import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { surfaceProblems, updateSurfaces } from "./api.ts";
import { changesetProblems } from "./changesets.ts";
import { compileExamples, installConsumer } from "./consumer.ts";
import { type Example, extractExamples } from "./examples.ts";
import { metadataProblems } from "./metadata.ts";
import { lintProblems, type PackedPackage, packAll } from "./pack.ts";
import { runExamples } from "./run-examples.ts";
import { runOk } from "./shell.ts";
import { measureSizes, readBudgets, renewBudgets, sizeProblems, writeBudgets } from "./size.ts";
import { home, publicPackages, root, type WorkspacePackage } from "./workspace.ts";

const HELP = `npm run release-check            everything that has to hold before a release
npm run release-check -- --update  write the API snapshots and missing size budgets anew
npm run release-check -- --raise   the same, and raise the size budgets that are exceeded
npm run release-check -- --keep    keep the temporary folder and say where it is`;

const OPTIONS = ["--update", "--raise", "--keep"];

/** Problems by step, with the time each step took. */
class Report {
  failed = 0;

  async step(name: string, work: () => Promise<readonly string[]>): Promise<void> {
    const began = performance.now();
    const problems = await work().catch((error: Error) => [error.message]);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    for (const problem of problems) console.log(`  - ${problem.trimEnd().replaceAll("\n", "\n    ")}`);
    if (problems.length > 0) this.failed++;
  }
}

/** The examples of every public package's README and of docs/compose.md. */
function findExamples(packages: readonly WorkspacePackage[]): Example[] {
  const pages = [
    ...packages.map(({ name, short, directory }) => ({
      path: `${directory}README.md`,
      where: `${name} README.md`,
      file: short,
    })),
    { path: `${root}docs/compose.md`, where: "docs/compose.md", file: "compose" },
  ];
  return pages
    .filter(({ path }) => existsSync(path))
    .flatMap(({ path, where, file }) => extractExamples(readFileSync(path, "utf8"), where, file));
}

async function build(): Promise<void> {
  await runOk(process.execPath, [`${root}tools/turbo.mjs`, "run", "build", "--filter=./packages/*"], {
    limit: 600_000,
  });
}

async function update(packages: readonly WorkspacePackage[], raise: boolean): Promise<void> {
  await build();
  for (const file of updateSurfaces(packages)) console.log(`wrote ${file}`);
  const sizes = await measureSizes(packages);
  const budgets = readBudgets();
  const renewed = renewBudgets(sizes, budgets, raise);
  for (const [entry, budget] of Object.entries(renewed))
    if (budgets[entry] !== budget) console.log(`${entry}: ${sizes[entry]} octets, budget ${budget}`);
  writeBudgets(renewed);
}

async function check(packages: readonly WorkspacePackage[], folder: string): Promise<number> {
  const report = new Report();
  const examples = findExamples(packages);
  let packed: PackedPackage[] = [];
  await report.step("build", async () => {
    await build();
    return [];
  });
  await report.step("API snapshots", () => surfaceProblems(packages));
  await report.step("pack", async () => {
    packed = await packAll(packages, folder);
    return packed.flatMap((one) => metadataProblems(one).map((problem) => `${one.name}: ${problem}`));
  });
  await report.step("publint and attw", () => lintProblems(packed));
  await report.step("size budgets", async () => {
    const sizes = await measureSizes(packed);
    const budgets = readBudgets();
    for (const [entry, size] of Object.entries(sizes))
      console.log(
        `         ${entry.padEnd(20)} ${String(size).padStart(6)} of ${budgets[entry] ?? "no budget"}`,
      );
    return sizeProblems(sizes, budgets);
  });
  await checkExamples(report, `${folder}/consumer`, packed, examples);
  await report.step("changesets", () => changesetProblems(`${folder}/clone`));
  await report.step("documentation without warnings", async () => {
    await runOk(`${home}node_modules/.bin/typedoc`, ["--options", `${home}typedoc.json`], { limit: 300_000 });
    return [];
  });
  return report.failed;
}

/** Everything a stranger would do with the tarballs. */
async function checkExamples(
  report: Report,
  consumer: string,
  packed: readonly PackedPackage[],
  examples: readonly Example[],
): Promise<void> {
  await report.step("install with npm, outside of the workspace", async () => {
    await installConsumer(consumer, packed);
    return [];
  });
  await report.step(`compile ${examples.length} examples with lib.dom and with @types/node`, async () => {
    const without = packed.filter(({ short }) => !examples.some(({ file }) => file.startsWith(`${short}-`)));
    const problems = await compileExamples(consumer, packed, examples);
    return [...without.map(({ name }) => `the README of ${name} has no example`), ...problems];
  });
  await report.step("run the examples", async () => {
    const { problems, ran, compiledOnly } = await runExamples(consumer, examples);
    console.log(`         ${ran} ran`);
    for (const where of compiledOnly)
      console.log(`         only compiled, for want of root and a TAP: ${where}`);
    return problems;
  });
}

async function main(options: readonly string[]): Promise<number> {
  if (options.some((option) => !OPTIONS.includes(option))) {
    console.log(HELP);
    return options.includes("--help") ? 0 : 2;
  }
  const folder = mkdtempSync(`${tmpdir()}/mnet-release-check-`);
  try {
    const packages = publicPackages();
    if (options.includes("--update") || options.includes("--raise")) {
      await update(packages, options.includes("--raise"));
      return 0;
    }
    const failed = await check(packages, folder);
    console.log(failed === 0 ? "Ready for a release." : `${failed} of the checks failed.`);
    return failed === 0 ? 0 : 1;
  } finally {
    if (options.includes("--keep")) console.log(`Kept ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
