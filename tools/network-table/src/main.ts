import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allCells, type Cell, nameOf, planOf, quickCells } from "./cells.ts";
import { page } from "./page.ts";
import { drawTable, drawTrace } from "./plot.ts";
import { runAll } from "./pool.ts";
import type { Sharing } from "./sharing.ts";
import { type CellResult, differences, faultsOf, rounded, type Snapshot, sharingFaults } from "./snapshot.ts";
import { traceTransfer } from "./trace.ts";

const usage = `npm run network-table                 the quick cells, compared with docs/network/table.json
npm run network-table -- --all        every cell, compared
npm run network-table -- --update     every cell; writes the snapshot, the page and the plots in docs
npm run network-table -- --draw       makes the page and the plots of the snapshot again
npm run network-table -- deep "1 %"   only cells with all of these words in their names, not compared`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    draw: { type: "boolean", default: false },
    processes: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const docs = fileURLToPath(new URL("../../../docs/", import.meta.url));
const file = `${docs}network/table.json`;

if (values.draw) {
  draw(JSON.parse(readFileSync(file, "utf8")) as Snapshot);
  process.exit(0);
}

/** Those that take longest first, so that the processes end together. */
const byWork = (one: Cell, other: Cell): number => workOf(other) - workOf(one);
function workOf(cell: Cell): number {
  const { seeds, warmUp, measured, expected } = planOf(cell);
  return seeds * (warmUp + measured) * expected;
}

const wanted = values.all || values.update || positionals.length > 0 ? allCells() : quickCells();
const cells = wanted.filter((cell) => positionals.every((word) => nameOf(cell).includes(word))).sort(byWork);
const began = performance.now();
const done = (result: CellResult | Sharing[]): void => {
  if ("name" in result) console.log(line(result));
};
const tasks = [...cells.map((cell) => ({ cell })), ...(positionals.length > 0 ? [] : ["sharing" as const])];
const results = await runAll<CellResult | Sharing[]>(tasks, Number(values.processes), done);
const table = results.filter((result): result is CellResult => "name" in result);
const sharing = results.find((result): result is Sharing[] => !("name" in result)) ?? [];
for (const { name, index, use } of sharing) {
  console.log(`${name.padEnd(34)} ${index.toFixed(3)}  ${(100 * use).toFixed(0)} % used`);
}

const faults = [...table.flatMap(faultsOf), ...sharing.flatMap(sharingFaults)];
if (values.update) {
  const order = new Map(allCells().map((cell, i) => [nameOf(cell), i]));
  const snapshot: Snapshot = {
    cells: table.sort((one, other) => order.get(one.name)! - order.get(other.name)!),
    sharing: sharing.map((entry) => ({ ...entry, index: rounded(entry.index), use: rounded(entry.use) })),
  };
  mkdirSync(`${docs}network`, { recursive: true });
  writeFileSync(file, `${JSON.stringify(snapshot, null, 1)}\n`);
  draw(snapshot);
} else if (positionals.length === 0) {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Snapshot) : null;
  const changed = differences(kept, table);
  faults.push(...changed);
  if (changed.length > 0) console.log("Meant? npm run network-table -- --update, and look at what changed.");
}
console.log(`${table.length} cells in ${((performance.now() - began) / 1000).toFixed(0)} s`);
for (const fault of faults) console.error(`FAULT ${fault}`);
if (faults.length > 0) process.exitCode = 1;

function draw(snapshot: Snapshot): void {
  writeFileSync(`${docs}network.md`, page(snapshot));
  writeFileSync(`${docs}network/goodput.svg`, drawTable(snapshot));
  writeFileSync(`${docs}network/transfer.svg`, drawTrace(traceTransfer()));
}

function line(result: CellResult): string {
  const { name, goodput, use, ratio, timeouts, silence } = result;
  const part = `${(100 * use).toFixed(1).padStart(5)} %`;
  const numbers = `${String(goodput).padStart(7)} Mbit/s  ${part}  ratio ${ratio.toFixed(3)}`;
  return `${name.padEnd(34)} ${numbers}  ${timeouts} timeouts, ${silence} ms of silence at most`;
}
