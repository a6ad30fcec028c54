import { expect, test } from "vitest";
import { Peer, runOk, tcpClient, tcpServer, udpClient, udpServer } from "../../src/index.ts";
import { kernelSuite } from "../../src/suite.ts";

// The peers against each other over lo: whatever they report of a stack, they report it of Linux first.
kernelSuite(
  "peers",
  () => {
    const host = "127.0.0.1";

    test("echo brings back what was sent, on many connections at once", async () => {
      const server = await tcpServer({ mode: "echo" });
      const report = await tcpClient({
        host,
        port: server.port,
        octets: 100_000,
        connections: 50,
        together: true,
      });
      expect(report).toMatchObject({ established: 50, ended: 50, echoed: 50, errors: {} });
      await server.peer.stop();
    });

    test("one after another", async () => {
      const server = await tcpServer({ mode: "echo" });
      const report = await tcpClient({
        host,
        port: server.port,
        octets: 1,
        connections: 100,
        concurrency: 4,
      });
      expect(report).toMatchObject({ established: 100, echoed: 100 });
      await server.peer.stop();
    });

    test("sink answers with the hash", async () => {
      const server = await tcpServer({ mode: "sink" });
      const { first } = await tcpClient({ host, port: server.port, octets: 1_000_000 });
      expect(first).toMatchObject({ sent: 1_000_000, received: 64, ended: true, error: null });
      expect(await server.peer.event("closed")).toMatchObject({
        received: 1_000_000,
        receivedHash: first.sentHash,
        ended: true,
      });
      await server.peer.stop();
    });

    test("source sends and ends", async () => {
      const server = await tcpServer({ mode: "source", octets: 1_000_000 });
      const { first } = await tcpClient({ host, port: server.port });
      expect(await server.peer.event("closed")).toMatchObject({
        sent: 1_000_000,
        sentHash: first.receivedHash,
      });
      await server.peer.stop();
    });

    test("either side resets in the middle", async () => {
      const resetting = await tcpServer({ mode: "reset", octets: 10 });
      expect((await tcpClient({ host, port: resetting.port, octets: 10, halfClose: false })).errors).toEqual({
        ECONNRESET: 1,
      });
      await resetting.peer.stop();
      const source = await tcpServer({ mode: "source", octets: 100_000_000 });
      await tcpClient({ host, port: source.port, reset: 1000 });
      expect((await source.peer.event("error"))["code"]).toMatch(/ECONNRESET|EPIPE/);
      await source.peer.stop();
    });

    test("a stalled reader holds the writer back until it goes on", async () => {
      const server = await tcpServer({ mode: "stall" });
      const client = Peer.start("tcp-client", { host, port: server.port, octets: 20_000_000 });
      await server.peer.event("connection");
      // The kernel waits for the window to open (timer "persist"): for as long as one looks, which a reader that is only slow does not bring about.
      let looks = 0;
      await expect
        .poll(
          async () => {
            const { stdout } = await runOk("ss", ["-Htno", "dport", "=", `:${server.port}`]);
            looks = stdout.includes("timer:(persist") ? looks + 1 : 0;
            return looks;
          },
          { timeout: 30_000 },
        )
        .toBeGreaterThanOrEqual(10);
      expect([client.count("done"), server.peer.count("closed")]).toEqual([0, 0]);
      server.peer.command("resume");
      const closed = await server.peer.event("closed");
      const done = await client.event("done");
      expect(closed["receivedHash"]).toBe((done["first"] as { sentHash: string }).sentHash);
      await client.stop();
      await server.peer.stop();
    });

    test("a port nobody listens on refuses", async () => {
      expect((await tcpClient({ host, port: 1 })).errors).toEqual({ ECONNREFUSED: 1 });
      expect((await udpClient({ host, port: 1, sizes: [1], patience: 5000 })).errors).toEqual({
        ECONNREFUSED: 1,
      });
    });

    test("datagrams of all sizes come back", async () => {
      const server = await udpServer();
      const report = await udpClient({ host, port: server.port, sizes: [0, 1, 1472, 1473, 65_507] });
      expect(report).toMatchObject({ echoed: 5, missing: [], errors: {} });
      await server.peer.stop();
    });

    test("a peer that ends says so to whoever waits", async () => {
      const server = await tcpServer();
      const waiting = server.peer.event("never");
      await server.peer.stop();
      await expect(waiting).rejects.toThrow('ended without telling "never"');
    });
  },
  { commands: ["ss"] },
);
