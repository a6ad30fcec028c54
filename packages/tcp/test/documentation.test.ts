import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const page = readFileSync(new URL("docs/tcp.md", root), "utf8");

/** The tests that docs/tcp.md names, as a file and a title. */
const named = [...page.matchAll(/`([\w./-]+\.test\.ts)` "([^"]+)"/g)].map(([, file, title]) => ({
  file: file!,
  title: title!,
}));

function source(file: string): string | null {
  const path = new URL(file.startsWith("packages/") ? file : `packages/tcp/test/${file}`, root);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

describe("docs/tcp.md", () => {
  it("names tests that exist", () => {
    const missing = named.filter(({ file, title }) => {
      const text = source(file);
      return text === null || !['"', "'", "`"].some((quote) => text.includes(`${quote}${title}${quote}`));
    });
    expect(missing).toEqual([]);
  });

  it("every file it mentions comes with a test", () => {
    const mentioned = [...page.matchAll(/[\w./-]+\.test\.ts/g)].length;
    expect(named).toHaveLength(mentioned);
  });

  it("has each of the 69 requirements of RFC 9293, with a test but for source routes", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("| MUST-"));
    const numbers = rows.flatMap((row) =>
      [...row.split("|")[1]!.matchAll(/MUST-(\d+)/g)].map((match) => Number(match[1])),
    );
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 69 }, (_, i) => i + 1));
    for (const row of rows) {
      if (!row.startsWith("| MUST-51, MUST-52, MUST-53 |")) expect(row).toMatch(/\.test\.ts/);
    }
  });
});
