import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@mnet/kernel-tools";
import { readPcapng } from "@mnet/pcap";
import { expect, onTestFinished, test } from "vitest";
import { table } from "../src/report.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

test("without a way to a TAP it says so in one line, and shows two stacks in memory", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mnet-demo-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { code, stdout } = await run(
    process.execPath,
    ["--conditions=@mnet/source", "--import", loader, main],
    {
      // Without a PATH there is no unshare.
      environment: { PATH: "" },
      directory,
      timeout: 60_000,
    },
  );
  expect(stdout).toMatch(/^No TAP here \(.+\): two stacks on an in-memory link instead\.\n/);
  expect(stdout.match(/^ {2}ok /gm)).toHaveLength(10);
  expect(stdout).not.toContain("FAILED");
  expect(code).toBe(0);
  const { packets } = readPcapng(readFileSync(join(directory, "mnet-demo.pcapng")));
  expect(packets).toHaveLength(1000);
});

test("the table: failures stand out, times and rates line up", () => {
  const rows = [
    { what: "a transfer", ok: true, result: "equal", time: 500, octets: 50_000_000 },
    { what: "a ping", ok: false, result: "0 of 5 answered" },
  ];
  expect(table(rows)).toBe(
    [
      "           what         result              time   MB/s",
      "  ok       a transfer   equal             500 ms    100",
      "  FAILED   a ping       0 of 5 answered",
    ].join("\n"),
  );
});
