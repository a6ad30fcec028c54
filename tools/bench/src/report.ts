import type { Results } from "./results.ts";
import type { Spread } from "./statistics.ts";

/** The results as text. */
export function report({ rows, ratios, musts, skipped }: Results): string {
  const parts = [
    table([
      ["", "median", "min..max", "", "per CPU s"],
      ...rows.map(({ title, unit, spread, perCpuSecond }) => [
        title,
        short(spread.median),
        range(spread),
        unit,
        perCpuSecond === null ? "" : short(perCpuSecond),
      ]),
    ]),
    table([
      ["ratio, round by round", "median", "min..max"],
      ...ratios.map(({ row, reference, spread }) => [
        `${row} / ${reference}`,
        short(spread.median),
        range(spread),
      ]),
    ]),
    table([
      ["must", "wanted", "is", ""],
      ...musts.map(({ must, value, met, failed }) => [
        must.id,
        must.atLeast === undefined ? `< ${must.atMost}` : `>= ${must.atLeast}`,
        short(value),
        met ? "met" : failed ? "FAILED" : "missed",
      ]),
    ]),
    ...Object.entries(skipped).map(([subject, reason]) => `  not measured: ${subject}: ${reason}`),
  ];
  return parts.join("\n\n");
}

function range({ min, max }: Spread): string {
  return `${short(min)}..${short(max)}`;
}

/** Three digits that count. */
function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toPrecision(3);
}

/** Cells as text: the first column to the left, the others to the right. */
function table(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))))
    .map((line) => `  ${line.join("   ")}`.trimEnd())
    .join("\n");
}
