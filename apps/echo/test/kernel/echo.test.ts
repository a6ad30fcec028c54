import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { describeFrame } from "@mnet/conformance";
import { PacketSocket, run, runOk, tcpClient, tcpServer, udpClient } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const HOST = "10.0.0.1";
const SERVICE = "10.0.0.2";
const source = ["--conditions=@mnet/source", "--import", "tsx", main];

function startServer(...argv: string[]) {
  const child = spawn(process.execPath, [...source, "server", ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const serving = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (output.includes("serving")) resolve();
    });
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, serving, output: () => output };
}

kernelSuite(
  "echo on a TAP",
  () => {
    test("--limit N connections, TCP and UDP, then it exits with 0 and tells what it did", async () => {
      const server = startServer(
        "--net",
        "echo0",
        "--ipv4",
        `${SERVICE}/24`,
        "--host-ipv4",
        `${HOST}/24`,
        "--port",
        "7",
        "--limit",
        "2",
      );
      await server.serving;
      const exited = once(server.child, "exit");
      const sizes = [0, 1, 1472, 1473, 65_507];
      expect(await udpClient({ host: SERVICE, port: 7, sizes })).toMatchObject({ echoed: 5 });
      const samePort = await udpClient({ host: SERVICE, port: 7, localPort: 7, sizes: [10], patience: 300 });
      expect(samePort).toMatchObject({ echoed: 0, missing: [10] });
      for (let i = 0; i < 2; i++) {
        const { first } = await tcpClient({ host: SERVICE, port: 7, octets: 1_000_000 });
        expect(first).toMatchObject({ received: 1_000_000, receivedHash: first.sentHash });
      }
      expect(await exited).toEqual([0, null]);
      expect(server.output()).toContain("served 2 connections and 5 datagrams");
    });

    test("both families: the addresses are checked on the wire, then it serves TCP and UDP over either", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap6", "mode", "tap"]);
      await runOk("ip", ["addr", "add", `${HOST}/24`, "dev", "tap6"]);
      await runOk("ip", ["addr", "add", "fd00::1/64", "dev", "tap6", "nodad"]);
      await runOk("ip", ["link", "set", "tap6", "up"]);
      const watch = new PacketSocket("tap6");
      onTestFinished(() => watch.close());
      const server = startServer(
        ..."--net service=tap6 --ipv4 10.0.0.2/24 --ipv4-gateway 10.0.0.1".split(" "),
        ..."--ipv6 fd00::2/64 --ipv6-gateway fd00::1 --port 7 --limit 2".split(" "),
      );
      await server.serving;
      expect(server.output()).toMatch(/10\.0\.0\.2:7, \[fd00::2\]:7, \[fe80::/);
      const said = watch.received().map((frame) => describeFrame(frame));
      expect(said.filter((line) => /:: > .* ND who has/.test(line))).toEqual([
        expect.stringContaining("who has fd00::2"),
        expect.stringContaining("who has fe80::"),
      ]);
      const exited = once(server.child, "exit");
      for (const host of [SERVICE, "fd00::2"]) {
        expect(await udpClient({ host, port: 7, sizes: [0, 1453, 65_507] })).toMatchObject({ echoed: 3 });
        const { first } = await tcpClient({ host, port: 7, octets: 1_000_000 });
        expect(first).toMatchObject({ received: 1_000_000, receivedHash: first.sentHash });
      }
      expect(await exited).toEqual([0, null]);
      expect(server.output()).toContain("served 2 connections and 6 datagrams");
      await runOk("ip", ["link", "delete", "tap6"]);
    });

    test("the client over IPv6, global and link-local with its zone", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap7", "mode", "tap"]);
      await runOk("ip", ["addr", "add", "fd00::1/64", "dev", "tap7", "nodad"]);
      await runOk("ip", ["addr", "add", "fe80::1/64", "dev", "tap7", "nodad"]);
      await runOk("ip", ["link", "set", "tap7", "up"]);
      const { peer, port } = await tcpServer({ mode: "echo", host: "::" });
      for (const host of ["fd00::1", "fe80::1%service"]) {
        const argv = ["client", `[${host}]:${port}`, "500000", "--net", "tap7", "--ipv6", "fd00::2/64"];
        const { stdout } = await runOk(process.execPath, [...source, ...argv]);
        expect(stdout).toMatch(/500000 of 500000 octets back/);
      }
      await peer.stop();
      await runOk("ip", ["link", "delete", "tap7"]);
    });

    test("the client compares what comes back: equal is exit code 0", async () => {
      await runOk("ip", ["tuntap", "add", "dev", "tap1", "mode", "tap"]);
      await runOk("ip", ["addr", "add", `${HOST}/24`, "dev", "tap1"]);
      await runOk("ip", ["link", "set", "tap1", "up"]);
      const { peer, port } = await tcpServer({ mode: "echo" });
      const argv = ["client", `${HOST}:${port}`, "5000000", "--net", "tap1", "--ipv4", `${SERVICE}/24`];
      const { stdout } = await runOk(process.execPath, [...source, ...argv]);
      expect(stdout).toMatch(/5000000 of 5000000 octets back/);
      await peer.stop();
    });

    test("the client exits with 1 when the answer differs", async () => {
      const { peer, port } = await tcpServer({ mode: "source", octets: 5000 });
      const argv = ["client", `${HOST}:${port}`, "5000", "--net", "tap1", "--ipv4", `${SERVICE}/24`];
      const { code, stderr } = await run(process.execPath, [...source, ...argv]);
      expect(stderr).toContain("differs");
      expect(code).toBe(1);
      await peer.stop();
    });

    test("SIGINT while a connection is open: the peer gets its end, exit code 0", async () => {
      const server = startServer("--net", "echo1", "--ipv4", "10.0.1.2/24", "--host-ipv4", "10.0.1.1/24");
      await server.serving;
      const exited = once(server.child, "exit");
      const client = connect({ host: "10.0.1.2", port: 9000 });
      let received = "";
      client.setEncoding("utf8").on("data", (text: string) => {
        received += text;
      });
      client.write("ten octets");
      await expect.poll(() => received, { timeout: 30_000 }).toBe("ten octets");
      const ended = once(client, "end");
      server.child.kill("SIGINT");
      await ended;
      expect(received).toBe("ten octets");
      expect(await exited).toEqual([0, null]);
    });
  },
  { commands: ["ip"] },
);
