import { tcpClient, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";
import { HOST, STACK, tapStack, until } from "./support.ts";

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: { code: string }) => error.code,
  );

kernelSuite(
  "TCP endings with Linux",
  () => {
    test("Linux half-closes first: it gets the rest, then our end", async () => {
      const { stack, finish } = await tapStack();
      const listener = stack.tcp.listen(9000);
      const client = tcpClient({ host: STACK, port: 9000, octets: 100_000 });
      const flow = await listener.accept();
      let octets = 0;
      for await (const chunk of flow) octets += chunk.length;
      expect(octets).toBe(100_000);
      await flow.write(new Uint8Array(50_000));
      await flow.close();
      const { first } = await client;
      expect(first).toMatchObject({ received: 50_000, ended: true, error: null });
      await finish();
    });

    test("we half-close first: we get the rest, then Linux's end", async () => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await tcpServer({ mode: "sink" });
      const flow = await stack.tcp.connect({ host: HOST, port });
      await flow.write("the whole message");
      flow.shutdown("write");
      expect((await flow.readExactly(64)).length).toBe(64);
      expect(await flow.read(new Uint8Array(1))).toBe(0);
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("a refused port, both ways", async () => {
      const { stack, finish } = await tapStack();
      const { first } = await tcpClient({ host: STACK, port: 9001 });
      expect(first.error).toBe("ECONNREFUSED");
      expect(await codeOf(stack.tcp.connect({ host: HOST, port: 9001 }))).toBe("ECONNREFUSED");
      await finish();
    });

    test("an address of the link where nobody lives is EHOSTUNREACH, one beyond it ENETUNREACH at once", async () => {
      const { stack, finish } = await tapStack();
      expect(await codeOf(stack.tcp.connect({ host: "192.0.2.1", port: 9 }))).toBe("ENETUNREACH");
      const results = await stack.ping("10.0.0.99", { timeout: 20_000 });
      expect(results.results).toEqual([{ code: "EHOSTUNREACH" }]);
      await finish();
    });

    test("Linux resets in the middle: ECONNRESET", async () => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await tcpServer({ mode: "reset", octets: 100_000 });
      const flow = await stack.tcp.connect({ host: HOST, port });
      const writing = codeOf(
        (async () => {
          for (;;) await flow.write(new Uint8Array(10_000));
        })(),
      );
      expect(await codeOf(flow.read(new Uint8Array(1)))).toBe("ECONNRESET");
      expect(await writing).toBe("ECONNRESET");
      await peer.stop();
      await finish();
    });

    test("we reset in the middle: Linux sees ECONNRESET", async () => {
      const { stack, finish } = await tapStack();
      const listener = stack.tcp.listen(9000);
      const client = tcpClient({ host: STACK, port: 9000, octets: 1_000_000 });
      const flow = await listener.accept();
      await flow.readExactly(10_000);
      flow.abort();
      expect((await client).first.error).toMatch(/ECONNRESET|EPIPE/);
      await finish();
    });

    test("Linux stalls: our writer is held back, and goes on when it reads again", async () => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await tcpServer({ mode: "stall" });
      const flow = await stack.tcp.connect({ host: HOST, port });
      const data = new Uint8Array(32 * 2 ** 20);
      let written = false;
      const writing = flow.write(data).then(() => {
        written = true;
        flow.shutdown("write");
      });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(written).toBe(false);
      peer.command("resume");
      await writing;
      expect((await flow.readExactly(64)).length).toBe(64);
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("we stall: Linux is held back by our window, and everything arrives when we read", async () => {
      const { stack, finish } = await tapStack();
      const listener = stack.tcp.listen(9000);
      const octets = 32 * 2 ** 20;
      const client = tcpClient({ host: STACK, port: 9000, octets });
      const flow = await listener.accept();
      // The window reads 0 on the wire: its unit is two to the power of the scale.
      await until(() => Number(flow.info()["receiveWindow"]) < 2 ** Number(flow.info()["receiveScale"]));
      expect(flow.info()["octetsReceived"]).toBeLessThan(octets);
      let received = 0;
      for await (const chunk of flow) received += chunk.length;
      expect(received).toBe(octets);
      await flow.close();
      expect((await client).first).toMatchObject({ sent: octets, error: null });
      await finish();
    });
  },
  { commands: ["tshark"] },
);
