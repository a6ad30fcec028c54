import { runOk, tcpClient, tcpServer } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, test } from "vitest";
import { echo, receiveAll, sendRandom } from "../support/transfer.ts";
import { HOST, openConnections, STACK, tapStack, until } from "../support.ts";

const OCTETS = 64 * 2 ** 20;

kernelSuite(
  "TCP transfers with Linux",
  () => {
    test("64 MiB each way: Linux is the client of our echo", async () => {
      const { stack, finish } = await tapStack();
      stack.tcp
        .listen(9000)
        .serve(echo)
        .catch(() => {});
      const { first } = await tcpClient({ host: STACK, port: 9000, octets: OCTETS });
      expect(first).toMatchObject({
        received: OCTETS,
        receivedHash: first.sentHash,
        ended: true,
        error: null,
      });
      await finish();
    });

    test("64 MiB each way: we are the client of Linux's echo", async () => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await tcpServer({ mode: "echo" });
      const flow = await stack.tcp.connect({ host: HOST, port });
      const [sent, received] = await Promise.all([sendRandom(flow, OCTETS), receiveAll(flow)]);
      expect(received).toEqual({ octets: OCTETS, hash: sent });
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("64 MiB to a sink of Linux, which answers with the hash", async () => {
      const { stack, finish } = await tapStack();
      const { peer, port } = await tcpServer({ mode: "sink" });
      const flow = await stack.tcp.connect({ host: HOST, port });
      const sent = await sendRandom(flow, OCTETS);
      expect(new TextDecoder().decode(await flow.readExactly(64))).toBe(sent);
      await flow.close();
      await peer.stop();
      await finish();
    });

    test("TAP down and up in the middle of a transfer", async () => {
      const { stack, tap, finish } = await tapStack();
      stack.tcp
        .listen(9000)
        .serve(echo)
        .catch(() => {});
      const transfer = tcpClient({ host: STACK, port: 9000, octets: OCTETS });
      await until(() => (stack.stats()["ethernet"]!["receivedHandled"] ?? 0) > 5000);
      await runOk("ip", ["link", "set", tap.name, "down"]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await runOk("ip", ["link", "set", tap.name, "up"]);
      const { first } = await transfer;
      expect(first).toMatchObject({ received: OCTETS, receivedHash: first.sentHash, error: null });
      await finish();
    });

    test("1 000 connections at once", async () => {
      const { stack, finish } = await tapStack();
      stack.tcp
        .listen({ port: 9000, backlog: 1024 })
        .serve(echo)
        .catch(() => {});
      const report = await tcpClient({
        host: STACK,
        port: 9000,
        octets: 10_000,
        connections: 1000,
        concurrency: 1000,
        together: true,
      });
      expect(report).toMatchObject({ established: 1000, ended: 1000, echoed: 1000, errors: {} });
      await until(() => openConnections(stack) === 0);
      await finish();
    });

    test("5 000 connections one after another leave nothing but TIME-WAIT records", async () => {
      const { stack, finish } = await tapStack();
      stack.tcp
        .listen(9000)
        .serve(echo)
        .catch(() => {});
      const report = await tcpClient({ host: STACK, port: 9000, octets: 100, connections: 5000 });
      expect(report).toMatchObject({ established: 5000, ended: 5000, echoed: 5000, errors: {} });
      await until(() => openConnections(stack) === 0);
      expect(stack.stats()["stack"]).toMatchObject({ open: 1 });
      await finish();
    });
  },
  { commands: ["tshark"] },
);
