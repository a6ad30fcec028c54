import { runOk, tcpClient, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";

kernelSuite(
  "the kernel against itself",
  () => {
    test("lo answers", async () => {
      await runOk("ping", ["-c", "1", "127.0.0.1"]);
    });

    test("a mebibyte comes back unchanged", async () => {
      const { peer, port } = await tcpServer({ mode: "echo" });
      const report = await tcpClient({ host: "127.0.0.1", port, octets: 1 << 20 });
      expect(report).toMatchObject({ echoed: 1, errors: {} });
      await peer.stop();
    });
  },
  { commands: ["ping"] },
);
