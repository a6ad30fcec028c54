import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the READMEs show the example that test/kernel/example.test.ts runs", () => {
  const block = `\`\`\`ts\n${read("example.ts")}\`\`\``;
  expect(read("../README.md")).toContain(block);
  expect(read("../../../README.md")).toContain(block);
});
