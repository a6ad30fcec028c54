import { runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";
import { HOST, STACK, tapStack } from "./support.ts";

kernelSuite(
  "ICMP with Linux",
  () => {
    test.each([0, 1, 56, 1472, 1473, 9000, 65_507])("Linux pings us with %i octets", async (size) => {
      const { finish } = await tapStack();
      const { stdout } = await runOk("ping", ["-n", "-c5", "-i0.02", "-w5", "-s", String(size), STACK]);
      expect(stdout).toContain("5 received");
      await finish();
    });

    test("ping -f of 10 000 loses none", async () => {
      const { finish } = await tapStack();
      const { stdout } = await runOk("ping", ["-n", "-f", "-c10000", "-q", STACK]);
      expect(stdout).toMatch(/10000 packets transmitted, 10000 received/);
      await finish();
    });

    test.each([0, 56, 1473, 65_507])("we ping Linux with %i octets", async (size) => {
      const { stack, finish } = await tapStack();
      const { received } = await stack.ping(HOST, { count: 3, size, interval: 10 });
      expect(received).toBe(3);
      await finish();
    });
  },
  { commands: ["ping", "tshark"] },
);
