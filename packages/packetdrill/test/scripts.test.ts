import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findScripts } from "../src/collection/find.ts";
import { parseScript, printScript, type RunOptions, runScript, type Script } from "../src/index.ts";

const scripts = findScripts([fileURLToPath(new URL("../scripts", import.meta.url))]).map(
  ({ name, path }) => ({
    name,
    script: parseScript(readFileSync(path, "utf8")),
  }),
);

/** Bare packets and frames, numbers that wrap while the script runs, other ports and other randomness. */
const ways: readonly [string, RunOptions][] = [
  ["as bare packets", {}],
  ["over Ethernet", { medium: "ethernet" }],
  ["near 2^32", { initialSequence: 0xffff_ff00, seed: 7 }],
  ["near 2^31", { initialSequence: 0x7fff_ff00, portShift: 321, seed: 11 }],
];

it("there are at least 200 of them", () => {
  expect(scripts.length).toBeGreaterThanOrEqual(200);
});

describe("every script", () => {
  it.each(ways)("passes %s", (_way, options) => {
    const others = scripts
      .map(({ name, script }) => ({ name, verdict: runScript(script, options) }))
      .filter(({ verdict }) => verdict.kind !== "pass");
    expect(others).toEqual([]);
  });

  it("is the same when it was printed and read again", () => {
    const actions = ({ events }: Script): unknown => events.map(({ when, action }) => ({ when, action }));
    for (const { script } of scripts)
      expect(actions(parseScript(printScript(script)))).toEqual(actions(script));
  });
});
