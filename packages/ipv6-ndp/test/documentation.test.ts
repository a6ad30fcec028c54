import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** The lines of tables, without their heads. */
const lines = read("docs/ipv6.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (requirement|test) \|/.test(line));

it("docs/ipv6.md names a test in every line, and each is there", () => {
  expect(lines.length).toBeGreaterThan(70);
  const wrong: string[] = [];
  for (const line of lines) {
    const named = [...line.matchAll(/`([\w./-]+\.test\.ts)` "([^"]+)"/g)];
    if (named.length === 0) wrong.push(`no test: ${line}`);
    for (const [, path, title] of named) {
      if (!existsSync(new URL(path!, root))) wrong.push(`no file ${path}`);
      else if (!read(path!).includes(title!)) wrong.push(`not in ${path}: ${title}`);
    }
  }
  expect(wrong).toEqual([]);
});
