import { type Row, step } from "./report.ts";

/** Where the two ends are in each family. */
export interface Places {
  readonly family: string;
  /** Linux, or the client. */
  readonly near: string;
  /** The stack that serves. */
  readonly far: string;
  readonly length: number;
}

export const FAMILIES: readonly Places[] = [
  { family: "IPv4", near: "10.0.0.1", far: "10.0.0.2", length: 24 },
  { family: "IPv6", near: "fd00::1", far: "fd00::2", length: 64 },
];

/** The options of a stack that has both addresses of one end, checked before it is used. */
export function addressesOf(end: "near" | "far"): {
  readonly ipv4: string;
  readonly ipv6: string;
  readonly waitFor: "dad";
} {
  const [ipv4, ipv6] = FAMILIES.map((places) => `${places[end]}/${places.length}`);
  return { ipv4: ipv4!, ipv6: ipv6!, waitFor: "dad" };
}

/** One line that says who an end is. */
export function introduce(who: string, end: "near" | "far", more: string): string {
  return `  ${who}  ${FAMILIES.map((places) => places[end].padEnd(8)).join("  ")}  ${more}`;
}

/** Tries each thing in each family, so that the first packets show both. */
export async function inEachFamily(
  families: readonly Places[],
  things: readonly (readonly [what: string, run: (places: Places) => Promise<Omit<Row, "what">>])[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, run] of things) {
    for (const places of families) rows.push(await step(`${places.family} ${what}`, () => run(places)));
  }
  return rows;
}
