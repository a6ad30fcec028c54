import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const docs = readFileSync(new URL("../../../docs/compose.md", import.meta.url), "utf8");

/** Each example of docs/compose.md, and what its exported value is. */
const examples = [
  ["one-layer", "answer"],
  ["own-ip-layer", "echoed"],
  ["captured-stack", "seen"],
  ["without-udp", "found"],
] as const;

describe("docs/compose.md", () => {
  it.each(examples)("shows %s, and it does what the page says", async (name, exported) => {
    const source = readFileSync(new URL(`./compose/${name}.ts`, import.meta.url), "utf8");
    const module: Record<string, unknown> = await import(`./compose/${name}.ts`);
    const value = await module[exported];
    expect(docs).toContain(`\`\`\`ts\n${source}\`\`\`\n\n\`\`\`text\n${value}\n\`\`\``);
  });
});
