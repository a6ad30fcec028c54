import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { capture } from "./example.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("the example of the README reads back what it wrote", () => {
  expect(capture.interfaces).toHaveLength(1);
  expect(capture.truncated).toBe(false);
  expect(capture.packets).toMatchObject([
    { originalLength: 60, timestampMicroseconds: 1_700_000_000_000_000, direction: "out", comment: "hello" },
  ]);
});

it("is what the README shows", () => {
  expect(read("../README.md")).toContain(read("example.ts").replaceAll("export ", ""));
});
