import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the README's example is test/kernel/example.test.ts", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = readFileSync(new URL("./kernel/example.test.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
