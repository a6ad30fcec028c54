import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { arrived } from "./example.ts";

it("the README shows the example, and the example works", async () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("example.ts")}\`\`\``);
  expect(await arrived).toBe("20 octets to 10.0.0.2 at 02:00:00:00:00:02");
});
