import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Expectations } from "../src/collection/expectations.ts";
import { findScripts } from "../src/collection/find.ts";
import { describeFailure } from "../src/collection/report.ts";
import { runCollection } from "../src/collection/run-collection.ts";
import {
  parseScript,
  printScript,
  type RunOptions,
  runScript,
  type Script,
  type ScriptEvent,
} from "../src/index.ts";

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const files = findScripts([place("../scripts")]);
const scripts = files.map(({ name, path }) => ({ name, script: parseScript(readFileSync(path, "utf8")) }));

/** Bare packets and frames, IPv4, IPv6 and AF_INET6 over IPv4 (scripts that name an `--ip_version` keep it), numbers that wrap while the script runs, other ports and other randomness. */
const ways: readonly [string, RunOptions][] = [
  ["as bare packets", {}],
  ["over Ethernet", { medium: "ethernet" }],
  ["over IPv6", { family: 6 }],
  ["for sockets of AF_INET6", { family: "mapped" }],
  ["near 2^32", { initialSequence: 0xffff_ff00, seed: 7 }],
  ["near 2^31", { initialSequence: 0x7fff_ff00, portShift: 321, seed: 11 }],
];

it("there are at least 200 of them", () => {
  expect(scripts.length).toBeGreaterThanOrEqual(200);
});

/** Those about what IPv6 has not, or has other numbers for: 576 octets, source quench, paths below 1280. */
it("hardly any of them is about IPv4 alone", () => {
  const bound = scripts.filter(({ script }) =>
    script.options.some(({ name, value }) => name === "ip_version" && value === "ipv4"),
  );
  expect(bound.length).toBeGreaterThan(0);
  expect(bound.length).toBeLessThan(scripts.length / 40);
});

it("all that tell of the host's timestamps have them compared", () => {
  const stamped = scripts.filter(({ script }) => script.events.some(({ action }) => tellsTimestamp(action)));
  const compared = stamped.filter(({ script }) =>
    script.options.some(({ name, value }) => name === "tcp_ts_tick_usecs" && value === "1000"),
  );
  expect(stamped.length).toBeGreaterThan(10);
  expect(compared).toEqual(stamped);
});

function tellsTimestamp(action: ScriptEvent["action"]): boolean {
  if (action.kind !== "packet" || action.direction !== "out" || action.body.kind !== "tcp") return false;
  const { options } = action.body;
  return options !== "anything" && options.some(({ kind }) => kind === "TS");
}

describe("every script", () => {
  it.each(ways)("passes %s", (_way, options) => {
    const others = scripts
      .map(({ name, script }) => ({ name, verdict: runScript(script, options) }))
      .filter(({ verdict }) => verdict.kind !== "pass");
    expect(others).toEqual([]);
  });

  // The list must name exactly those that do not: one that is named and passes fails as well.
  it("is not harmed when every packet arrives twice, but for those that count packets", () => {
    const known = new Expectations(readFileSync(place("../lists/duplicate.list"), "utf8"));
    const results = [...runCollection(files, known, { duplicate: true })];
    expect(results.map(describeFailure).filter((text) => text !== "")).toEqual([]);
    expect(known.unused()).toEqual([]);
    expect(results.filter(({ outcome }) => outcome.kind !== "pass").length).toBeLessThan(files.length / 20);
  });

  it("is the same when it was printed and read again", () => {
    const actions = ({ events }: Script): unknown => events.map(({ when, action }) => ({ when, action }));
    for (const { script } of scripts)
      expect(actions(parseScript(printScript(script)))).toEqual(actions(script));
  });
});
