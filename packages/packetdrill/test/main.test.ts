import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPcapng } from "@mnet/pcap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The command, as a process of its own. */
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const passes = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0.1 < S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
`;
const fails = passes.replace("S. 0:0", "R. 0:0");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mnet-packetdrill-main-"));
  mkdirSync(join(folder, "good"));
  mkdirSync(join(folder, "bad"));
  writeFileSync(join(folder, "good", "passes.pkt"), passes);
  writeFileSync(join(folder, "bad", "fails.pkt"), fails);
  writeFileSync(join(folder, "known.list"), "difference fails.pkt: RFC 9293 3.10.7.2 answers a SYN\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command with the folder as its working directory. */
function command(...parameters: string[]): Promise<{ code: number; out: string; err: string }> {
  const node = ["--conditions=@mnet/source", "--import", import.meta.resolve("tsx"), main, ...parameters];
  return new Promise((resolve) => {
    execFile(process.execPath, node, { cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

describe("the command", { timeout: 60_000 }, () => {
  it("ends with 0 when everything passes, and can tell it as a table", async () => {
    const { code, out } = await command("--table", "good");
    expect(code).toBe(0);
    expect(out).toContain("| **all** | 1 | 1 | 0 | 0 | 0 |");
    expect(out).toMatch(/1 passed, 0 expected differences, 0 skipped, 0 failed\n$/);
  });

  it("ends with 1 when something fails, tells the line, and writes what was on the wire", async () => {
    const { code, out } = await command("--pcap", "captures", "bad");
    expect(code).toBe(1);
    expect(out).toContain("fails.pkt:5: flags differ");
    const file = join(folder, "captures", "fails.pkt.pcapng");
    expect(existsSync(file)).toBe(true);
    const { packets } = readPcapng(readFileSync(file));
    expect(packets.map(({ direction }) => direction)).toEqual(["in", "out"]);
  });

  it("ends with 0 when the list knows of it, and with 1 when the list names what is not there", async () => {
    expect((await command("--list", "known.list", "bad")).code).toBe(0);
    const { code, out } = await command("--list", "known.list", "good");
    expect(code).toBe(1);
    expect(out).toContain("the list names fails.pkt, which is no script");
  });

  it("ends with 2 and its usage without scripts, and with 2 for what it cannot read", async () => {
    const without = await command();
    expect(without.code).toBe(2);
    expect(without.out).toContain("mnet-packetdrill [options] FILE-OR-FOLDER...");
    expect((await command("--medium", "carrier-pigeon", "good")).err).toContain(
      "--medium must be ip or ethernet",
    );
    expect((await command("--medium", "carrier-pigeon", "good")).code).toBe(2);
    expect((await command("--family", "5", "good")).err).toBe("--family must be 4, 6 or mapped, not 5\n");
    expect((await command("--nothing-like-it", "good")).code).toBe(2);
    expect((await command("nowhere")).code).toBe(2);
  });

  it.each([
    ["--tolerance", ""],
    ["--tolerance", "-1"],
    ["--tolerance", "1.5"],
    ["--port-shift", "70000"],
    ["--initial-sequence", "4294967296"],
    ["--seed", "x"],
  ])("ends with 2 for %s %j", async (option, value) => {
    const { code, err } = await command(`${option}=${value}`, "good");
    expect(err).toMatch(new RegExp(`^${option} must be an integer from 0 to \\d+, not "${value}"`));
    expect(code).toBe(2);
  });

  it("does not end with 0 when there was nothing to run", async () => {
    mkdirSync(join(folder, "empty"));
    mkdirSync(join(folder, "hollow"));
    writeFileSync(join(folder, "hollow", "empty.pkt"), "// nothing yet\n");
    expect(await command("empty", "good")).toMatchObject({ code: 2, err: "no scripts in empty\n" });
    const { code, out } = await command("hollow");
    expect(code).toBe(1);
    expect(out).toContain("empty.pkt: cannot be run, and is not in the list: a script without events");
  });

  it("ends with 0 after --help", async () => {
    const { code, out } = await command("--help");
    expect(code).toBe(0);
    expect(out).toContain("--tolerance N");
  });
});
