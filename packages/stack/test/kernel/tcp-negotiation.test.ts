import { tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { TcpFlow } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import { linuxKnows, linuxWith } from "./support/linux-tcp.ts";
import { HOST, HOST6, tapStack } from "./support.ts";

/** What Linux says that it agreed on with us. */

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
  },
  { commands: ["ss", "sysctl", "tshark"] },
);
