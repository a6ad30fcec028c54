import { writeFileSync } from "node:fs";
import { type DualStacksUnderTest, dualStackSuite, stackSuite } from "@mnet/conformance";
import { hostTap, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { createSocketStack } from "@mnet/socket-stack";
import { createStack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { beforeAll, describe, expect, it } from "vitest";
import { settle } from "../support.ts";

const api = { describe, it, expect };
const TAP = "contract0";

/** Addresses of both ends of the TAP, by family. */
const ends = {
  4: { kernel: "10.0.0.1", direct: "10.0.0.2", silent: "10.0.0.99", beyond: "192.0.2.1", group: "239.1.2.3" },
  6: { kernel: "fd00::1", direct: "fd00::2", silent: "fd00::99", beyond: "2001:db8::1", group: "ff05::1:3" },
} as const;

/** Of both ends. Several turns: after a stop of the machine timers come first, and only then what has arrived meanwhile. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A TAP whose kernel's side has its addresses at once, and a way for groups. */
async function makeTap(): Promise<void> {
  await hostTap({ name: TAP });
  writeFileSync(`/proc/sys/net/ipv6/conf/${TAP}/accept_dad`, "0");
  await runOk("ip", ["address", "add", `${ends[4].kernel}/24`, "broadcast", "+", "dev", TAP]);
  await runOk("ip", ["address", "add", `${ends[6].kernel}/64`, "dev", TAP, "nodad"]);
  await runOk("ip", ["route", "add", "224.0.0.0/4", "dev", TAP]);
}

const direct = () =>
  createStack({
    device: openTap({ name: TAP }),
    name: "direct",
    ipv4: `${ends[4].direct}/24`,
    ipv6: `${ends[6].direct}/64`,
    // Checking addresses takes a second, and this is done for each test.
    parameters: { ipv6: { duplicateAddressDetectTransmits: 0 } },
    waitFor: "dad",
  });

/** The two ends of the TAP, either of them as the client, by the addresses of a family. */
async function underTest(client: "direct" | "kernel", family: 4 | 6): Promise<DualStacksUnderTest> {
  const server = client === "direct" ? "kernel" : "direct";
  const here = ends[family];
  // As the client the kernel's side is bound to its addresses, as the server it uses all there are.
  const bound = { ipv4: ends[4].kernel, ipv6: ends[6].kernel };
  const kernel = await createSocketStack({ name: "kernel", ...(client === "kernel" ? bound : {}) });
  const stacks = { direct: await direct(), kernel };
  return {
    client: stacks[client],
    server: stacks[server],
    clientAddress: here[client],
    serverAddress: here[server],
    unreachable: here.beyond,
    silent: here.silent,
    group: here.group,
    broadcast: family === 4 ? "10.0.0.255" : undefined,
    v4: { client: ends[4][client], server: ends[4][server] },
    v6: { client: ends[6][client], server: ends[6][server] },
    settle,
    quiet,
  };
}

kernelSuite("a direct stack and a socket stack at the ends of a TAP", () => {
  beforeAll(makeTap);

  describe.each([4, 6] as const)("by IPv%d", (family) => {
    describe("from the direct stack to the socket stack", () =>
      stackSuite(api, () => underTest("direct", family)));
    describe("from the socket stack to the direct stack", () =>
      stackSuite(api, () => underTest("kernel", family)));
  });

  describe("from the direct stack", () => dualStackSuite(api, () => underTest("direct", 6)));
  describe("from the socket stack", () => dualStackSuite(api, () => underTest("kernel", 6)));
});
