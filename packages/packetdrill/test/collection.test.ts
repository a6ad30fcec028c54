import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Expectations } from "../src/collection/expectations.ts";
import { findScripts } from "../src/collection/find.ts";
import {
  acceptedTableOf,
  describeFailure,
  describeTotals,
  tableOf,
  totalsOf,
} from "../src/collection/report.ts";
import { type CollectionResult, runCollection } from "../src/collection/run-collection.ts";
import type { AcceptedDifference } from "../src/index.ts";

const passes = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
const fails = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(3, ..., 1) = 0\n";
const cannot = "0 epoll_create(1) = 3\n";
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mnet-packetdrill-"));
  mkdirSync(join(folder, "deep"));
  writeFileSync(join(folder, "deep", "passes.pkt"), passes);
  writeFileSync(join(folder, "fails.pkt"), fails);
  writeFileSync(join(folder, "cannot.pkt"), cannot);
  writeFileSync(join(folder, "notes.txt"), "no script");
});

afterAll(() => rmSync(folder, { recursive: true }));

function results(list: string): CollectionResult[] {
  return [...runCollection(findScripts([folder]), new Expectations(list), {})];
}

describe("a collection", () => {
  it("is all scripts below a folder, by name", () => {
    expect(findScripts([folder]).map(({ name }) => name)).toEqual([
      "cannot.pkt",
      "deep/passes.pkt",
      "fails.pkt",
    ]);
  });

  it("must pass but for what its list names", () => {
    const kinds = results("skip cannot.pkt: no epoll\ndifference fail*: RFC 9293 says so\n").map(
      ({ file, outcome }) => [file.name, outcome.kind],
    );
    expect(kinds).toEqual([
      ["cannot.pkt", "skip"],
      ["deep/passes.pkt", "pass"],
      ["fails.pkt", "difference"],
    ]);
  });

  it("fails with a skip or failure that the list does not name, so that neither can grow silently", () => {
    const [skipped, , failed] = results("");
    expect(skipped!.outcome).toMatchObject({
      kind: "fail",
      what: "cannot be run, and is not in the list: epoll_create",
    });
    expect(failed!.outcome).toMatchObject({ kind: "fail", what: "read returned something else" });
    expect(describeFailure(failed!)).toBe(
      "fails.pkt:2: read returned something else\n  expected 0\n  actual   -1 ENOTCONN   in read(3, ..., 1) = 0",
    );
  });

  it("fails when what the list names passes by now", () => {
    const [, passed] = results("difference deep/*: once upon a time\nskip *: x");
    expect(passed!.outcome).toEqual({
      kind: "fail",
      what: "passes, but the list says difference: once upon a time",
      failure: null,
    });
  });

  it("goes on behind a script that waits forever and behind one that throws", () => {
    const place = join(folder, "..", `${basename(folder)}-hard`);
    mkdirSync(place);
    const listens =
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n";
    writeFileSync(join(place, "a.pkt"), `${listens}* > . 1:1(0) ack 1\n`);
    writeFileSync(join(place, "b.pkt"), `--mtu=1\n${listens}`);
    writeFileSync(join(place, "c.pkt"), listens);
    const files = findScripts([place]);
    const told = [...runCollection(files, new Expectations(""), {})];
    // No list covers what is thrown.
    const [, listed] = runCollection(files, new Expectations("difference *: whatever"), {});
    expect(listed!.outcome).toMatchObject({
      kind: "fail",
      what: "RangeError: mtu must be at least 68, not 1",
    });
    rmSync(place, { recursive: true });
    expect(told.map(({ file, outcome }) => [file.name, outcome.kind])).toEqual([
      ["a.pkt", "fail"],
      ["b.pkt", "fail"],
      ["c.pkt", "pass"],
    ]);
    expect(describeFailure(told[0]!)).toContain("a.pkt:4: no packet came");
  });

  it("is told as totals and as a table", () => {
    const all = results("skip cannot.pkt: no epoll");
    expect(describeTotals(totalsOf(all))).toBe("1 passed, 0 expected differences, 1 skipped, 1 failed");
    expect(tableOf(all).split("\n").slice(2)).toEqual([
      "| . | 2 | 0 | 0 | 1 | 1 |",
      "| deep | 1 | 1 | 0 | 0 | 0 |",
      "| **all** | 3 | 1 | 0 | 1 | 1 |",
    ]);
  });
});

describe("what is accepted", () => {
  it("is told as a table, of the scripts that pass", () => {
    const passing = (name: string, uses: readonly [AcceptedDifference, number][]): CollectionResult => ({
      file: { name, path: name },
      outcome: { kind: "pass", accepted: new Map(uses) },
      packets: [],
    });
    const all = [
      passing("a", [["segmentation", 2]]),
      passing("b", [
        ["segmentation", 3],
        ["option order", 1],
      ]),
      ...results("skip cannot.pkt: no epoll"),
    ];
    expect(acceptedTableOf(all).split("\n").slice(2)).toEqual([
      "| option order | 1 | 1 |",
      "| segmentation | 2 | 5 |",
    ]);
  });
});

describe("a list", () => {
  it("tells lines that stand for nothing", () => {
    const known = new Expectations("# remark\n\nskip a.pkt: x\nskip b.pkt: y\n");
    expect(known.of("a.pkt")).toMatchObject({ kind: "skip", reason: "x" });
    expect(known.of("c.pkt")).toBeNull();
    expect(known.unused()).toEqual(["b.pkt"]);
  });

  it("cannot hold lines without a reason", () => {
    expect(() => new Expectations("skip a.pkt")).toThrow('not a line of a list: "skip a.pkt"');
  });
});
