import { udpClient, udpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";
import { HOST, STACK, tapStack } from "./support.ts";

const SIZES = [0, 1, 1472, 1473, 65_507];

kernelSuite(
  "UDP with Linux",
  () => {
    test(`Linux sends ${SIZES.join(", ")} octets and gets them back`, async () => {
      const { stack, finish } = await tapStack();
      const socket = stack.udp.bind({ port: 9000 });
      const echoing = (async () => {
        for await (const { data, remote } of socket) await socket.send(data, remote);
      })().catch(() => {});
      const report = await udpClient({ host: STACK, port: 9000, sizes: SIZES });
      expect(report).toMatchObject({ echoed: SIZES.length, missing: [], errors: {} });
      await finish();
      await echoing;
    });

    test.each(SIZES)("we send %i octets and get them back from Linux", async (size) => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await udpServer();
      const socket = stack.udp.bind();
      const data = new Uint8Array(size).map((_, i) => i * 7);
      await socket.send(data, { host: HOST, port });
      const { data: back, remote } = await socket.recv({ signal: AbortSignal.timeout(5000) });
      expect(back).toEqual(data);
      expect(remote).toMatchObject({ port });
      await peer.stop();
      await finish();
    });

    test("a closed port is ECONNREFUSED for a connected socket, both ways", async () => {
      const { stack, finish } = await tapStack();
      const { errors } = await udpClient({ host: STACK, port: 9001, sizes: [10], patience: 2000 });
      expect(errors).toMatchObject({ ECONNREFUSED: 1 });
      const socket = stack.udp.bind();
      socket.connect({ host: HOST, port: 9001 });
      await socket.send("anyone?");
      await expect(socket.recv({ signal: AbortSignal.timeout(5000) })).rejects.toMatchObject({
        code: "ECONNREFUSED",
      });
      await finish();
    });
  },
  { commands: ["tshark"] },
);
