import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { said } from "./example.ts";

it("the README shows the example, and the example works", () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("example.ts")}\`\`\``);
  expect(said).toEqual(["1000 octets from 10.0.0.2 in 7 ms"]);
});
