import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isEnd, story, text } from "./example.ts";

it("the README shows the example, and the example works", () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("example.ts")}\`\`\``);
  expect([text, isEnd]).toEqual(["hello", true]);
  expect(story).toBe("established, finished, readable, closed in order");
});

it("the README shows the congestion controller that is tested", () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("congestion-example.ts")}\`\`\``);
});
