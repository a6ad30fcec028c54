import { type Gateway, gateway } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, onTestFinished, test } from "vitest";
import { linuxSends, weSend } from "./support/transfer.ts";
import { HOST, HOST6, STACK, STACK6, type TapStack, tapStack } from "./support.ts";

/** Paths that are narrower than their ends know, behind a router of Linux that says so, or that must not. */

const OCTETS = 4 * 2 ** 20;
const BEYOND6 = "fd01::2";
/** Octets of the IP and TCP headers, timestamps included. */
const HEADERS = { 4: 20 + 32, 6: 40 + 32 };

interface Path extends TapStack {
  readonly router: Gateway;
  /** The host behind the router, and ours. */
  readonly there: string;
  readonly here: string;
}

/** Our stack, a router, and Linux behind it at a link of `mtu`. */
async function behindRouter(family: 4 | 6, mtu: number, judged = false): Promise<Path> {
  const world = await tapStack({}, { ipv6: family === 6, judged });
  const router = await gateway({
    link: world.tap.name,
    address: `${HOST}/24`,
    mtu,
    ...(family === 6 ? { ipv6: { address: HOST6, farSide: "fd01::1", host: BEYOND6 } } : {}),
  });
  onTestFinished(() => router.stop());
  world.stack.setGateway(HOST);
  if (family === 6) world.stack.setGateway(HOST6);
  const ends = family === 4 ? { there: router.host, here: STACK } : { there: BEYOND6, here: STACK6 };
  return { ...world, ...ends, router };
}

kernelSuite(
  "TCP and the MTU of the path",
  () => {
    test.each([
      [4, 1400],
      [6, 1280],
    ] as const)("IPv%i: a link of %i behind the router, which says so", async (family, mtu) => {
      const { stack, there, here, finish } = await behindRouter(family, mtu, true);
      const { sendSegment, pathMtu } = await weSend(stack, there, OCTETS);
      expect({ sendSegment, pathMtu }).toEqual({ sendSegment: mtu - HEADERS[family], pathMtu: mtu });
      await linuxSends(stack, here, OCTETS);
      expect(stack.stats()["tcp"]).toMatchObject({ blackHoles: 0, timeouts: 0 });
      await finish();
    });

    test("IPv4: the link becomes narrower in the middle of a transfer", async () => {
      const { stack, router, there, finish } = await behindRouter(4, 1500);
      const narrower = async (mtu: number): Promise<void> => {
        await router.namespace.runOk("ip", ["link", "set", router.farInterface, "mtu", String(mtu)]);
      };
      const { sendSegment } = await weSend(stack, there, OCTETS, {
        reached: async (part) => {
          if (part === 0.25) await narrower(1400);
          if (part === 0.5) await narrower(1300);
        },
      });
      expect(sendSegment).toBe(1300 - HEADERS[4]);
      await finish();
    });

    test.each([4, 6] as const)("IPv%i: a router that is not heard: the size is found", async (family) => {
      const mtu = 1400;
      const { stack, router, there, finish } = await behindRouter(family, mtu);
      const tooBig = family === 4 ? "icmp type destination-unreachable" : "icmpv6 type packet-too-big";
      const chain = `chain out {\ntype filter hook output priority 0;\n${tooBig} counter drop\n}\n`;
      await router.namespace.runOk("nft", ["-f", "-"], { input: `table inet silent {\n${chain}}\n` });
      const { sendSegment } = await weSend(stack, there, 2 * OCTETS);
      // Within the 8 octets at which the search is content (RFC 8899 5.3.3), and never above what the path carries.
      expect(sendSegment).toBeLessThanOrEqual(mtu - HEADERS[family]);
      expect(sendSegment).toBeGreaterThan(mtu - HEADERS[family] - 16);
      const { blackHoles, pathMtuProbes } = stack.stats()["tcp"]!;
      expect(blackHoles).toBe(1);
      expect(pathMtuProbes).toBeGreaterThan(2);
      const dropped = await router.namespace.runOk("nft", ["list", "ruleset"]);
      expect(dropped.stdout).toMatch(/counter packets [1-9]/);
      await finish();
    });
  },
  { commands: ["nft", "nsenter", "sysctl", "tshark"] },
);
