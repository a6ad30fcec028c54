import { type Cell, nameOf, planOf } from "./cells.ts";
import { measure, type Run } from "./measure.ts";
import type { Sharing } from "./sharing.ts";

/** The result of one cell, rounded to what is worth keeping. */
export interface CellResult extends Cell {
  readonly name: string;
  /** Mbit/s of text, the average of all seeds. */
  readonly goodput: number;
  /** Goodput relative to what theory allows. */
  readonly ratio: number;
  /** What the ratio has to be. */
  readonly least: number;
  /** Goodput relative to the bottleneck. */
  readonly use: number;
  /** The longest time without progress in any run, milliseconds. */
  readonly silence: number;
  /** Sums over all seeds. */
  readonly timeouts: number;
  readonly retransmissions: number;
  readonly segments: number;
}

/** What is kept in `docs/network/table.json`. */
export interface Snapshot {
  readonly cells: readonly CellResult[];
  readonly sharing: readonly Sharing[];
}

/** A run that gets nothing for so long has stalled: milliseconds. */
const STALLED = 15_000;

/** Runs a cell with all its seeds. */
export function runCell(cell: Cell): CellResult {
  const plan = planOf(cell);
  const runs: Run[] = [];
  for (let seed = 1; seed <= plan.seeds; seed++) runs.push(measure(cell, seed));
  const sum = (of: (run: Run) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const rate = sum((run) => run.rate) / runs.length;
  const full = plan.rate / 1500;
  return {
    ...cell,
    name: nameOf(cell),
    goodput: rounded((rate * 1448 * 8) / 1e6),
    ratio: rounded(rate / plan.expected),
    least: plan.part,
    use: rounded(rate / full),
    silence: Math.round(Math.max(...runs.map((run) => run.silence))),
    timeouts: sum((run) => run.timeouts),
    retransmissions: sum((run) => run.retransmissions),
    segments: sum((run) => run.sent),
  };
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** What is wrong with a result; nothing is. */
export function faultsOf(result: CellResult): string[] {
  const faults: string[] = [];
  if (result.ratio < result.least)
    faults.push(`${result.name}: ${result.ratio} of what theory allows, not ${result.least}`);
  if (result.silence >= STALLED)
    faults.push(`${result.name}: stalled for ${(result.silence / 1000).toFixed(0)} s`);
  return faults;
}

export function sharingFaults({ name, index, least, most }: Sharing): string[] {
  return index >= least && index <= most ? [] : [`${name}: ${index.toFixed(3)}, not ${least} to ${most}`];
}

/** In which results differ from what was kept of the same cells. */
export function differences(kept: Snapshot | null, results: readonly CellResult[]): string[] {
  const known = new Map(kept?.cells.map((cell) => [cell.name, cell]));
  return results.flatMap((result) => {
    const before = known.get(result.name);
    if (before === undefined) return [`${result.name}: not in the snapshot`];
    if (JSON.stringify(before) === JSON.stringify(result)) return [];
    return [`${result.name}: ${before.goodput} Mbit/s in the snapshot, ${result.goodput} now`];
  });
}
