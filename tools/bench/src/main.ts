/** `npm run bench`: every subject in a process of its own, rounds interleaved, then the table. */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ownNamespace } from "@mnet/kernel-tools";
import { parseArguments, USAGE } from "./arguments.ts";
import { report } from "./report.ts";
import { evaluate, type Measured, type Results } from "./results.ts";
import { measureAll } from "./rounds.ts";
import { subjects } from "./subjects/index.ts";

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  const namespace = ownNamespace();
  if (typeof namespace === "object" && "exitCode" in namespace) return namespace.exitCode;
  const chosen = Object.keys(subjects).filter(
    (name) => options.only.length === 0 || options.only.some((part) => name.includes(part)),
  );
  const measured = new Map<string, Measured>();
  let names = chosen;
  if (namespace !== "entered") {
    const needsKernel = (name: string): boolean => name === "tap" || name.startsWith("veth");
    for (const name of chosen.filter(needsKernel)) measured.set(name, { skipped: namespace.obstacle });
    names = chosen.filter((name) => !needsKernel(name));
  }
  await measureAll(names, options, measured, (line) => process.stderr.write(`${line}\n`));
  const results = evaluate(measured);
  console.log(`\n${report(results)}\n`);
  if (options.json !== null) writeFileSync(options.json, asJson(results, options.rounds, measured));
  const failed = results.musts.some((must) => must.failed) || results.musts.length === 0;
  return options.check && failed ? 1 : 0;
}

function asJson(results: Results, rounds: number, measured: ReadonlyMap<string, Measured>): string {
  const conditions = {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    rounds,
  };
  return `${JSON.stringify({ conditions, ...results, samples: Object.fromEntries(measured) }, null, 2)}\n`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}
