import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { currentNamespace, enterNamespace, missingCommands, runOk } from "../../src/index.ts";
import { kernelSuite } from "../../src/suite.ts";

kernelSuite("enterNamespace", () => {
  test("leaves nothing but lo, up, for this process and its children", async () => {
    const { stdout } = await runOk("ip", ["-brief", "link", "show"]);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(stdout).toMatch(/^lo\s+UNKNOWN.*UP/);
    expect(Object.keys(networkInterfaces())).toEqual(["lo"]);
  });

  test("makes another namespace each time", () => {
    const before = currentNamespace();
    enterNamespace();
    expect(currentNamespace()).not.toBe(before);
  });
});

kernelSuite(
  "kernelSuite",
  () => {
    test("requires what it says", () => {
      expect(missingCommands(["ping"])).toEqual([]);
    });
  },
  { commands: ["ping"] },
);
