import { stackSuite } from "@mnet/conformance";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack } from "@mnet/stack";
import { describe, expect, it } from "vitest";

// Two stacks on one link and one virtual clock; once on a perfect link, once on one that loses a frame of fifty.
describe.each([0, 0.02])("two stacks on a link with a loss of %d", (loss) => {
  stackSuite({ describe, it, expect }, async () => {
    const timeline = new Timeline({ seed: 5 });
    const [near, far] = simulatedLink(timeline, { latency: 1, loss });
    const host = () => ({ host: timeline.host(), random: timeline.random.fork() });
    return {
      client: await createStack({ device: near, name: "client", ipv4: "10.0.0.1/24", ...host() }),
      server: await createStack({ device: far, name: "server", ipv4: "10.0.0.2/24", ...host() }),
      clientAddress: "10.0.0.1",
      serverAddress: "10.0.0.2",
      unreachable: "192.0.2.1",
      settle: async (promise) => {
        let settled = false;
        const note = () => {
          settled = true;
        };
        promise.then(note, note);
        await timeline.runUntil(() => settled, 60_000);
        return promise;
      },
      quiet: () => timeline.run(500),
    };
  });
});
