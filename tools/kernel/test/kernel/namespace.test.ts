import { readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { currentNamespace, enterNamespace, missingCommands, runOk } from "../../src/index.ts";
import { IPV6_ON, switchIpv6On } from "../../src/ipv6-on.ts";
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

  test.each([
    ["this process", switchIpv6On],
    ["the shell of a remote namespace", () => runOk("sh", ["-c", IPV6_ON])],
  ])("IPv6 is on whatever the machine begins with: switched on by %s", async (_, switchOn) => {
    const switches = ["all", "default", "lo"].map((name) => `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
    const read = () => switches.map((file) => readFileSync(file, "utf8").trim());
    await switchOn();
    expect(read()).toEqual(["0", "0", "0"]);
    for (const file of switches) writeFileSync(file, "1");
    expect(networkInterfaces()["lo"]!.map(({ address }) => address)).toEqual(["127.0.0.1"]);
    await switchOn();
    expect(read()).toEqual(["0", "0", "0"]);
    await expect.poll(() => networkInterfaces()["lo"]!.map(({ address }) => address)).toContain("::1");
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
