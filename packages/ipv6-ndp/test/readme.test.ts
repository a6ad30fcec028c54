import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { received } from "./example.ts";

it("the README shows the example, and the example works", async () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("example.ts")}\`\`\``);
  expect(await received).toBe("5000 octets from 2001:db8::1, put together");
});
