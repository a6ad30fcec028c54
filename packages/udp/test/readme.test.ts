import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { received } from "./example.ts";

it("the README shows the example, and the example works", () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("example.ts")}\`\`\``);
  expect(received).toBe("hello to 0.0.0.0:7");
});
