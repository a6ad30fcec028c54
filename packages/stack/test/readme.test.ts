import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { echoed } from "./example.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the READMEs show the example, and the example works", () => {
  const block = `\`\`\`ts\n${read("example.ts").replace("export const echoed: string =", "const echoed =")}\`\`\``;
  expect(read("../README.md")).toContain(block);
  expect(read("../../../README.md")).toContain(block);
  expect(echoed).toBe("hello");
});
