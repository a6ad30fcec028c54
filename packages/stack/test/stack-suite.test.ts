import { stackSuite } from "@mnet/conformance";
import { describe, expect, it } from "vitest";
import { CLIENT, SERVER, settle, world } from "./support/world.ts";

for (const [name, loss] of [
  ["a perfect link", 0],
  ["a link that loses one frame of fifty", 0.02],
] as const) {
  describe(`two stacks on ${name}`, () => {
    stackSuite({ describe, it, expect }, async () => {
      const { timeline, client, server } = await world({ seed: 5, loss });
      return {
        client,
        server,
        clientAddress: CLIENT,
        serverAddress: SERVER,
        unreachable: "192.0.2.1",
        settle: (promise) => settle(timeline, promise),
        quiet: () => timeline.run(500),
      };
    });
  });
}
