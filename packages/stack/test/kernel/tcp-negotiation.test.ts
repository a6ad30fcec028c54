import { gateway, run, runOk, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { TcpFlow } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import { linuxSends, weSend } from "./support/transfer.ts";
import { HOST, HOST6, STACK, tapStack } from "./support.ts";

/** What Linux says that it agreed on with us, and what a router of Linux that marks packets gets from us for it. */

const OCTETS = 4 * 2 ** 20;

/** ss(8)'s view of Linux's end of the connection with `port`. */
async function linuxKnows(port: number): Promise<string> {
  const ends = `( sport = :${port} or dport = :${port} )`;
  const { stdout } = await runOk("ss", ["-tionOH", "state", "established", ends]);
  return stdout.trim();
}

/** The switches of Linux's TCP in this namespace; put back when the test ends. */
async function linuxWith(settings: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    const key = `net.ipv4.${name}`;
    const { stdout } = await runOk("sysctl", ["-n", key]);
    onTestFinished(async () => void (await run("sysctl", ["-q", "-w", `${key}=${stdout.trim()}`])));
    await runOk("sysctl", ["-q", "-w", `${key}=${value}`]);
  }
}

/** Something each way, so that both ends have measured a round trip. */
async function exchange(flow: TcpFlow): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await flow.write(new Uint8Array(10_000));
    await flow.readExactly(10_000);
  }
}

kernelSuite(
  "what is agreed with Linux",
  () => {
    test.each([
      ["IPv4", HOST],
      ["IPv6", HOST6],
    ])("%s: selective acknowledgments, timestamps, window scaling, and no ECN", async (_, host) => {
      const { stack, finish } = await tapStack({}, { ipv6: true });
      const { peer, port } = await tcpServer({ mode: "echo", host: "::" });
      const flow = await stack.tcp.connect({ host, port });
      await exchange(flow);
      const info = flow.info();
      expect(info).toMatchObject({ timestamps: true, selectiveAcknowledgments: true });
      const seen = await linuxKnows(port);
      expect(seen).toMatch(/ ts sack [^e]/);
      // Linux names the peer's shift first.
      expect(seen).toContain(`wscale:${info["receiveScale"]},${info["sendScale"]}`);
      expect(seen).toContain(`mss:${info["sendSegment"]}`);
      await flow.close();
      await peer.stop();
      await finish();
    });

    test.each([
      ["window scaling", { windowScaling: false }, { tcp_window_scaling: 0 }, / ts sack (?!.*wscale)/],
      ["timestamps", { timestamps: false }, { tcp_timestamps: 0 }, /^(?!.* ts ).* sack .*wscale/],
      [
        "selective acknowledgments",
        { selectiveAcknowledgments: false },
        { tcp_sack: 0 },
        /^(?!.* sack ).* ts .*wscale/,
      ],
    ])("without %s, whichever side does not want it", async (_, ours, theirs, expected) => {
      const { peer, port } = await tcpServer({ mode: "echo" });
      onTestFinished(() => peer.stop());
      for (const side of ["ours", "theirs"]) {
        const { stack, tap } = await tapStack(side === "ours" ? { parameters: { tcp: ours } } : {});
        if (side === "theirs") await linuxWith(theirs);
        const flow = await stack.tcp.connect({ host: HOST, port });
        await exchange(flow);
        expect(await linuxKnows(port)).toMatch(expected);
        await flow.close();
        await stack.kill();
        await tap.close();
      }
    });

    test("ECN: a router marks what both send; we slow down without a loss, and tell Linux of its marks", async () => {
      const { stack, tap, finish } = await tapStack({}, { judged: false });
      const router = await gateway({ link: tap.name, address: `${HOST}/24` });
      onTestFinished(() => router.stop());
      stack.setGateway(HOST);
      // What Linux sends passes the router segment by segment, not in heaps of them.
      await runOk("ip", ["link", "set", router.hostInterface, "gso_max_segs", "1"]);
      // One in a hundred packets that may be marked has met congestion.
      const mark = "ip ecn { ect0, ect1 } numgen random mod 100 == 0 counter ip ecn set ce";
      const chain = `chain forward {\ntype filter hook forward priority 0;\n${mark}\n}\n`;
      await router.namespace.runOk("nft", ["-f", "-"], { input: `table ip marker {\n${chain}}\n` });
      const count = (name: string): number => stack.stats()["tcp"]![name]!;

      // Linux agrees when it is asked.
      await linuxWith({ tcp_ecn: 2 });
      const sent = await weSend(stack, router.host, OCTETS, { ecn: "on" });
      expect(sent).toMatchObject({ explicitCongestionNotification: true, octetsRetransmitted: 0 });
      expect(sent["slowStartThreshold"]).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(count("markedWindows")).toBeGreaterThan(0);

      // We agree when Linux asks, and tell it of every mark.
      await linuxWith({ tcp_ecn: 1 });
      let seen = "";
      await linuxSends(stack, STACK, OCTETS, {
        listen: { ecn: "passive" },
        accepted: async (flow) => {
          expect(flow.info()["explicitCongestionNotification"]).toBe(true);
          seen = await linuxKnows(flow.local.port);
        },
      });
      expect(seen).toContain(" ecn ");
      expect(count("congestionExperienced")).toBeGreaterThan(0);

      // Who was not asked sends nothing that could be marked.
      const before = count("markedWindows");
      const plain = await weSend(stack, router.host, OCTETS);
      expect(plain["explicitCongestionNotification"]).toBe(false);
      expect(count("markedWindows")).toBe(before);
      await finish();
    });
  },
  { commands: ["nft", "nsenter", "ss", "sysctl", "tshark"] },
);
