import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("the README shows the test in example.test.ts", () => {
  expect(read("../README.md")).toContain(read("example.test.ts"));
});
