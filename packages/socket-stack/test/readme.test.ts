import { readFileSync } from "node:fs";
import { LoopbackDevice } from "@mnet/conformance";
import { createSocketStack } from "@mnet/socket-stack";
import { createStack } from "@mnet/stack";
import { expect, test } from "vitest";
import { echoed } from "./example.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = read("../README.md");

test("the README shows the example, and the example works", () => {
  const shown = read("example.ts").replace("export const echoed: string =", "const echoed =");
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
  expect(echoed).toBe("hello");
});

/** The rows of the support matrix, `supports.NAME` to what its two columns say. */
function matrix(): Record<string, [string, string]> {
  const rows = [...readme.matchAll(/^\| .* \| `supports\.(\w+)` \| (yes|no) \| (yes|no) \|$/gm)];
  return Object.fromEntries(rows.map(([, name, direct, socket]) => [name!, [direct!, socket!]]));
}

test("the support matrix says what the stacks say", async () => {
  const device = new LoopbackDevice({ schedule: (run) => void setImmediate(run) });
  const stacks = [await createStack({ device, ipv4: "10.0.0.1/24" }), await createSocketStack()] as const;
  const [direct, socket] = stacks.map(({ supports }) => supports);
  const said = (can: boolean): string => (can ? "yes" : "no");
  // Which families there are depends on the machine and on the options, not on the kind of stack.
  const names = (Object.keys(direct!) as (keyof typeof direct)[]).filter((name) => !/^ipv/.test(name));
  const actual = names.map((name) => [name, [said(direct![name]), said(socket![name])]]);
  expect(matrix()).toEqual(Object.fromEntries(actual));
  await Promise.all(stacks.map((stack) => stack.kill({ timeout: 0 })));
});
