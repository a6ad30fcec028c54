import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, tsharkExpert } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

kernelSuite(
  "npm start",
  () => {
    test("shows the Linux kernel using the echo service, and leaves a capture without a fault", async () => {
      const directory = mkdtempSync(join(tmpdir(), "mnet-demo-"));
      onTestFinished(() => rmSync(directory, { recursive: true }));
      const { code, stdout } = await run(
        process.execPath,
        ["--conditions=@mnet/source", "--import", loader, main],
        {
          directory,
          timeout: 60_000,
        },
      );
      expect(stdout).toContain("talking to the Linux kernel");
      expect(stdout.match(/^ {2}ok /gm)).toHaveLength(10);
      expect(code).toBe(0);
      const report = await tsharkExpert(join(directory, "mnet-demo.pcapng"));
      expect(report).toMatchObject({ frames: 1000, malformed: [], badChecksums: [], errors: [] });
    });
  },
  { commands: ["tshark"] },
);
