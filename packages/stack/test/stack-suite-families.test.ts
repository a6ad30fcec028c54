import { type DualStacksUnderTest, dualStackSuite, stackSuite } from "@mnet/conformance";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack, type Stack } from "@mnet/stack";
import { describe, expect, it } from "vitest";
import { settle } from "./support/world.ts";

const api = { describe, it, expect };
const v4 = { client: "10.0.0.1", server: "10.0.0.2" };
const v6 = { client: "fd00::1", server: "fd00::2" };

/** Two stacks on one link and one virtual clock, their addresses checked. */
async function underTest(families: "ipv6Only" | "both", main: typeof v4): Promise<DualStacksUnderTest> {
  const timeline = new Timeline({ seed: 5 });
  const devices = simulatedLink(timeline, { latency: 1 });
  const starting = (["client", "server"] as const).map((name, at) =>
    createStack({
      device: devices[at]!,
      name,
      ipv4: `${v4[name]}/24`,
      ipv6: `${v6[name]}/64`,
      ipv6Only: families === "ipv6Only",
      waitFor: "dad",
      host: timeline.host(),
      random: timeline.random.fork(),
    }),
  );
  const [client, server] = (await settle(timeline, Promise.all(starting))) as [Stack, Stack];
  return {
    client,
    server,
    clientAddress: main.client,
    serverAddress: main.server,
    unreachable: main === v4 ? "192.0.2.1" : "2001:db8::1",
    silent: main === v4 ? "10.0.0.99" : "fd00::99",
    group: main === v4 ? "239.1.2.3" : "ff02::fb",
    broadcast: main === v4 ? "10.0.0.255" : undefined,
    v4,
    v6,
    settle: (promise) => settle(timeline, promise),
    quiet: () => timeline.run(500),
  };
}

describe("two stacks with IPv6 alone", () => stackSuite(api, () => underTest("ipv6Only", v6)));

describe("two stacks with both families", () => {
  describe("by IPv4", () => stackSuite(api, () => underTest("both", v4)));
  describe("by IPv6", () => stackSuite(api, () => underTest("both", v6)));
  dualStackSuite(api, () => underTest("both", v6));
});
