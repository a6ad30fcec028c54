import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

const examples = [
  "example.test.ts",
  "example-suites.test.ts",
  "example-fuzz.test.ts",
  "../../stack/test/stack-suite.test.ts",
];

it.each(examples)("the README shows what runs as a test: %s", (example) => {
  expect(read("../README.md")).toContain(read(example));
});
