import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runOk, tcpClient } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("../example.ts", import.meta.url));
const SERVICE = "10.0.0.2";
const CLOSED = 9001;

/** Until the service answers. */
async function reachable(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { first } = await tcpClient({ host: SERVICE, port: 9000, octets: 1000 });
    if (first.error === null) return;
    if (attempt === 300) throw new Error(`the service does not answer: ${first.error}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Sends a datagram to a port that nobody has bound, and waits for what the kernel makes of the answer. */
async function refusedDatagram(): Promise<string> {
  const socket = createSocket("udp4");
  socket.connect(CLOSED, SERVICE);
  await once(socket, "connect");
  socket.send("hello");
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  socket.close();
  return error.code ?? "";
}

async function refusedConnection(): Promise<string> {
  const socket = connect(CLOSED, SERVICE);
  return new Promise((resolve) =>
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "")),
  );
}

kernelSuite(
  "--pcap",
  () => {
    test("Wireshark opens the file and shows why frames were dropped", async () => {
      const folder = mkdtempSync(join(tmpdir(), "mnet-pcap-"));
      const file = join(folder, "service.pcapng");
      const parameters = [
        "--net",
        "pcap0",
        "--ipv4",
        `${SERVICE}/24`,
        "--host-ipv4",
        "10.0.0.1/24",
        "--pcap",
        file,
      ];
      const child = spawn(
        process.execPath,
        ["--conditions=@mnet/source", "--import", "tsx", program, ...parameters],
        { stdio: "inherit" },
      );
      onTestFinished(() => {
        child.kill("SIGKILL");
        rmSync(folder, { recursive: true });
      });
      await reachable();
      expect(await refusedDatagram()).toBe("ECONNREFUSED");
      expect(await refusedConnection()).toBe("ECONNREFUSED");
      child.kill("SIGTERM");
      await once(child, "exit");

      const shown = async (filter: string): Promise<string[]> => {
        const columns = ["-T", "fields", "-e", "frame.comment"];
        const { stdout } = await runOk("tshark", ["-n", "-r", file, "-Y", filter, ...columns]);
        return stdout.split("\n").slice(0, -1);
      };
      expect(await shown(`udp.dstport == ${CLOSED} && !icmp`)).toEqual(["PortUnreachable"]);
      expect(await shown(`tcp.dstport == ${CLOSED}`)).toEqual(["NoConnection"]);
      // What the kernel repeats on a slow machine has arrived before, and is dropped for that.
      const sentOnce = "!tcp.analysis.retransmission && !tcp.analysis.spurious_retransmission";
      expect(await shown(`frame.comment && tcp.dstport == 9000 && tcp.len > 0 && ${sentOnce}`)).toEqual([]);
      expect((await shown("tcp.dstport == 9000 && tcp.len > 0")).length).toBeGreaterThan(0);
    });
  },
  { commands: ["tshark"] },
);
