import type { PingResult } from "@mnet/stack";

/** One thing that was tried. */
export interface Row {
  readonly what: string;
  readonly ok: boolean;
  readonly result: string;
  /** Milliseconds. */
  readonly time?: number;
  /** Payload octets moved, both directions added. */
  readonly octets?: number;
}

/** Runs one step; a step that throws is a failed row, not the end. */
export async function step(what: string, run: () => Promise<Omit<Row, "what">>): Promise<Row> {
  try {
    return { what, ...(await run()) };
  } catch (error) {
    return { what, ok: false, result: (error as Error).message };
  }
}

/** A series of echo requests as a row: how many were answered, and the average round trip. */
export function pingRow({ sent, received, results }: PingResult): Omit<Row, "what"> {
  const times = results.flatMap((entry) => ("roundTrip" in entry ? [entry.roundTrip] : []));
  const time = times.reduce((sum, next) => sum + next, 0) / times.length;
  return {
    ok: received === sent,
    result: `${received} of ${sent} answered`,
    ...(received > 0 ? { time } : {}),
  };
}

/** The rows as a table of plain text. */
export function table(rows: readonly Row[]): string {
  const cells = [
    ["", "what", "result", "time", "MB/s"],
    ...rows.map((row) => [row.ok ? "ok" : "FAILED", row.what, row.result, milliseconds(row.time), rate(row)]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const rightAligned = 3;
  return cells
    .map((line) =>
      line.map((cell, i) => (i < rightAligned ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))),
    )
    .map((line) => `  ${line.join("   ")}`.trimEnd())
    .join("\n");
}

function milliseconds(time: number | undefined): string {
  if (time === undefined) return "";
  return time < 10 ? `${time.toFixed(2)} ms` : `${time.toFixed(0)} ms`;
}

function rate({ octets, time }: Row): string {
  return octets === undefined || time === undefined ? "" : (octets / 1000 / time).toFixed(0);
}
