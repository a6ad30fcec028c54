import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Expectations } from "../src/collection/expectations.ts";
import { findScripts } from "../src/collection/find.ts";
import { parseScript, runScript } from "../src/index.ts";

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = readFileSync(place("../../../docs/packetdrill.md"), "utf8");

describe("docs/packetdrill.md", () => {
  it("shows a script that passes", () => {
    const [, example] = /```\n(\/\/ What[^`]*(?:`(?!``)[^`]*)*)```/.exec(page)!;
    expect(runScript(parseScript(example!))).toMatchObject({ kind: "pass" });
  });

  it("counts the scripts of this repository", () => {
    const { length } = findScripts([place("../scripts")]);
    expect(page).toContain(`| own | ${length} | ${length} | 0 | 0 | 0 |`);
  });

  it("says what the figures rest on, in the numbers of its tables", () => {
    const row = (name: string, columns: number): number[] => {
      const found = new RegExp(`^\\| ${name} ${"\\| (\\d+) ".repeat(columns)}\\|$`, "m").exec(page);
      return found!.slice(1).map(Number);
    };
    const percent = (part: number, whole: number, digits: number): string =>
      ((100 * part) / whole).toFixed(digits);
    const [all, passed] = row("FreeBSD", 5) as [number, number];
    const own = row("FIN repeated", 4)[0]! + row("retransmission slop", 4)[0]!;
    expect(page).toContain(`${passed} of ${all} pass (${percent(passed, all, 1)} %)`);
    expect(page).toContain(`it is ${passed - own} (${percent(passed - own, all, 1)} %)`);
    const [googles, right] = row("Google", 5) as [number, number];
    const [gvisors, good] = row("gVisor", 5) as [number, number];
    expect(page).toContain(`Google's ${right} of ${googles} pass (${percent(right, googles, 0)} %)`);
    expect(page).toContain(`gVisor's ${good} of ${gvisors} (${percent(good, gvisors, 0)} %)`);
    expect(page).toContain(`cause, ${googles + gvisors - right - good} in all`);
  });

  it.each(["`tcpi_reordering`", "rexmit_slop", "--tolerance 100000"])("speaks of %s", (what) => {
    expect(page).toContain(what);
  });
});

describe("the lists", () => {
  it.each(readdirSync(place("../lists")))("%s can be read, and the page has a command with it", (name) => {
    const known = new Expectations(readFileSync(place(`../lists/${name}`), "utf8"));
    expect(known.unused().length).toBeGreaterThan(0);
    expect(new Set(known.unused()).size).toBe(known.unused().length);
    expect(page).toContain(`--list lists/${name}`);
  });
});
