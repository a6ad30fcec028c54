import { stackSuite } from "@mnet/conformance";
import { SeededRandom } from "@mnet/core";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack } from "@mnet/stack";
import { describe, expect, it } from "vitest";

// Two stacks on one link and one virtual clock; once on a perfect link, once on one that loses a TCP segment of fifty. Who sends datagrams
// has to live with loss, and the cases of the suite do not.
describe.each([0, 0.02])("two stacks on a link that loses TCP segments: %d", (loss) => {
  stackSuite({ describe, it, expect }, async () => {
    const timeline = new Timeline({ seed: 5 });
    const random = new SeededRandom(5);
    const passes = (frame: Uint8Array) => frame[23] !== 6 || random.u32() >= loss * 2 ** 32;
    const [near, far] = simulatedLink(timeline, { latency: 1, filter: passes });
    const host = () => ({ host: timeline.host(), random: timeline.random.fork(), ipv4Only: true });
    return {
      client: await createStack({ device: near, name: "client", ipv4: "10.0.0.1/24", ...host() }),
      server: await createStack({ device: far, name: "server", ipv4: "10.0.0.2/24", ...host() }),
      clientAddress: "10.0.0.1",
      serverAddress: "10.0.0.2",
      unreachable: "192.0.2.1",
      // What a world does not have, its cases are left out for.
      silent: "10.0.0.99",
      group: "239.1.2.3",
      broadcast: "10.0.0.255",
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
