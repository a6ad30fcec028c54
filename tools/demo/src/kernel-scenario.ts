import { execFile } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { capture } from "@mnet/devices";
import { echoService } from "@mnet/echo/service";
import { PcapngWriter } from "@mnet/pcap";
import { createStack, type Stack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import type { PeerReport } from "./peer.ts";
import { type Row, step } from "./report.ts";

const execute = promisify(execFile);
const peerScript = fileURLToPath(new URL("./peer.ts", import.meta.url));

const HOST = "10.0.0.1";
const STACK = "10.0.0.2";
const PORT = 9000;
const TRANSFER_OCTETS = 64 * 2 ** 20;
const CAPTURED_PACKETS = 1000;

/** The echo service on a TAP, and the Linux kernel of this namespace using it. @param pcapFile takes the first packets. */
export async function kernelScenario(pcapFile: string): Promise<Row[]> {
  const file = openSync(pcapFile, "w");
  const writer = new PcapngWriter({ write: (bytes) => void writeSync(file, bytes), application: "@mnet" });
  const tap = openTap({ name: "tap0", host: { ipv4: `${HOST}/24` } });
  const clock = { now: () => performance.now() };
  const device = capture(tap, { writer, clock, origin: performance.timeOrigin, limit: CAPTURED_PACKETS });
  const stack = await createStack({ device, name: "echo", ipv4: `${STACK}/24` });
  const serving = echoService(stack, { port: PORT }).catch(() => {});
  console.log(
    `  the stack     ${STACK}  ${stack.mac}  TypeScript, this process\n  Linux kernel  ${HOST}  over tap0\n`,
  );
  try {
    return [
      await step("ping, 56 octets, 5 times", () => pingFromKernel(stack, 56)),
      await step("ping, 9000 octets in fragments, 5 times", () => pingFromKernel(stack, 9000)),
      await step("TCP echo of 64 MiB", () => peer("transfer", STACK, PORT, TRANSFER_OCTETS)),
      await step("UDP echo of 0, 1, 1472, 1473, 65507 octets", () =>
        peer("datagrams", STACK, PORT, 0, 1, 1472, 1473, 65507),
      ),
      await step("TCP to a closed port", () => peer("refused", STACK, PORT + 1)),
    ];
  } finally {
    await stack.kill();
    await serving;
    closeSync(file);
  }
}

async function peer(...args: (string | number)[]): Promise<PeerReport> {
  const { stdout } = await execute(process.execPath, [...process.execArgv, peerScript, ...args.map(String)], {
    timeout: 60_000,
  });
  return JSON.parse(stdout) as PeerReport;
}

/** Linux pings the stack; where no `ping` is installed the stack pings Linux. */
async function pingFromKernel(stack: Stack, size: number): Promise<Omit<Row, "what">> {
  try {
    const { stdout } = await execute("ping", [
      "-n",
      "-c",
      "5",
      "-i",
      "0.01",
      "-W",
      "2",
      "-s",
      String(size),
      STACK,
    ]);
    const received = Number(/(\d+) received/.exec(stdout)?.[1]);
    const average = Number(/= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1]);
    return { ok: received === 5, result: `${received} of 5 answered`, time: average };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const { received, results } = await stack.ping(HOST, { count: 5, size, interval: 10 });
  const times = results.flatMap((entry) => ("roundTrip" in entry ? [entry.roundTrip] : []));
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  return {
    ok: received === 5,
    result: `${received} of 5 answered by Linux (no ping command)`,
    time: average,
  };
}
