import { fileURLToPath } from "node:url";
import { run, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("kill-program.ts", import.meta.url));

kernelSuite("kill", () => {
  test("with accept, read, connect and recv pending: all reject, the process exits", async () => {
    const { peer, port } = await tcpServer({ mode: "discard", host: "0.0.0.0" });
    const result = await run(
      process.execPath,
      ["--conditions=@mnet/source", "--import", "tsx", program, String(port)],
      { timeout: 20_000 },
    );
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toEqual({
      accept: "ENETDOWN",
      read: "ENETDOWN",
      connect: "ENETDOWN",
      recv: "ENETDOWN",
    });
    await peer.stop();
  });
});
