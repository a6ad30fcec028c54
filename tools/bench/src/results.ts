import { comparisons, type Must, musts, type RowEntry, rows } from "./catalog.ts";
import { median, ratios, type Spread, spread } from "./statistics.ts";
import type { Sample } from "./subject.ts";
import { PER_CPU_SECOND } from "./subjects/rate.ts";

/** What a subject gave: a sample for each round, or why it could not be measured. */
export type Measured = readonly Sample[] | { readonly skipped: string };

export interface RowResult extends RowEntry {
  readonly values: readonly number[];
  readonly spread: Spread;
  /** For rates: the median per second of the subject's processor time over what was measured, else `null`. */
  readonly perCpuSecond: number | null;
  /** Processor seconds of the subject's process per second of its rounds, all its figures together. */
  readonly cpu: number;
}

export interface RatioResult {
  readonly row: string;
  readonly reference: string;
  readonly spread: Spread;
}

export interface MustResult {
  readonly must: Must;
  readonly value: number;
  readonly met: boolean;
  /** Missed by more than a busy machine explains. */
  readonly failed: boolean;
}

export interface Results {
  readonly rows: readonly RowResult[];
  readonly ratios: readonly RatioResult[];
  readonly musts: readonly MustResult[];
  /** Subjects that could not be measured, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

/** Rows, ratios and musts of what was measured, by subject; whatever needs a subject that was not is left out. */
export function evaluate(measured: ReadonlyMap<string, Measured>): Results {
  const results = rows.flatMap((entry) => rowResult(entry, measured.get(entry.subject)));
  const byId = new Map(results.map((result) => [result.id, result]));
  const skipped: Record<string, string> = {};
  for (const [subject, result] of measured) if ("skipped" in result) skipped[subject] = result.skipped;
  return {
    rows: results,
    ratios: comparisons.flatMap(({ row, reference }) => {
      const values = valuesOf(byId, row, reference);
      return values.length === 0 ? [] : [{ row, reference, spread: spread(values) }];
    }),
    musts: musts.flatMap((must) => {
      const values = valuesOf(byId, must.row, must.reference);
      return values.length === 0 ? [] : [judge(must, median(values))];
    }),
    skipped,
  };
}

function rowResult(entry: RowEntry, measured: Measured | undefined): RowResult[] {
  if (measured === undefined || "skipped" in measured || measured.length === 0) return [];
  const values = measured.map(({ figures }) => figures[entry.figure]!);
  const cpu = median(measured.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds));
  const perCpu = measured.flatMap(({ figures }) => figures[entry.figure + PER_CPU_SECOND] ?? []);
  const perCpuSecond = perCpu.length === 0 ? null : median(perCpu);
  return [{ ...entry, values, spread: spread(values), perCpuSecond, cpu }];
}

function valuesOf(
  byId: ReadonlyMap<string, RowResult>,
  row: string,
  reference: string | undefined,
): readonly number[] {
  const values = byId.get(row)?.values ?? [];
  return reference === undefined ? values : ratios(values, byId.get(reference)?.values ?? []);
}

function judge(must: Must, value: number): MustResult {
  const { atLeast, atMost, failsAt } = must;
  if (atLeast !== undefined) return { must, value, met: value >= atLeast, failed: value < failsAt };
  return { must, value, met: value < atMost!, failed: value >= failsAt };
}
