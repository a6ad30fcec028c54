import { echoService } from "@mnet/echo/service";
import { missingCommands, runOk, tcpClient, udpClient } from "@mnet/kernel-tools";
import { createStack, type Stack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { firstPackets } from "./first-packets.ts";
import { pingRow, type Row, step } from "./report.ts";

const HOST = "10.0.0.1";
const STACK = "10.0.0.2";
const PORT = 9000;
const TRANSFER_OCTETS = 64 * 2 ** 20;
const DATAGRAM_SIZES = [0, 1, 1472, 1473, 65_507];

/** The echo service on a TAP, and the Linux kernel of this namespace using it. @param pcapFile takes the first packets. */
export async function kernelScenario(pcapFile: string): Promise<Row[]> {
  const recorded = firstPackets(openTap({ name: "tap0", host: { ipv4: `${HOST}/24` } }), pcapFile);
  const stack = await createStack({ device: recorded.device, name: "echo", ipv4: `${STACK}/24` });
  const serving = echoService(stack, { port: PORT }).catch(() => {});
  console.log(`  the stack     ${STACK}  ${stack.mac}  TypeScript, this process`);
  console.log(`  Linux kernel  ${HOST}  at the other end of tap0\n`);
  try {
    return [
      await step("ping, 56 octets, 5 times", () => pingFromKernel(stack, 56)),
      await step("ping, 9000 octets in fragments, 5 times", () => pingFromKernel(stack, 9000)),
      await step("TCP echo of 64 MiB", transfer),
      await step(`UDP echo of ${DATAGRAM_SIZES.join(", ")} octets`, datagrams),
      await step("TCP to a closed port", refused),
    ];
  } finally {
    await stack.kill();
    await serving;
    recorded.close();
  }
}

/** Linux pings the stack; where no `ping` is installed the stack pings Linux. */
async function pingFromKernel(stack: Stack, size: number): Promise<Omit<Row, "what">> {
  if (missingCommands(["ping"]).length > 0) {
    const row = pingRow(await stack.ping(HOST, { count: 5, size, interval: 10 }));
    return { ...row, result: `${row.result} by Linux (no ping command)` };
  }
  const { stdout } = await runOk("ping", ["-n", "-c5", "-i0.01", "-w5", "-s", String(size), STACK]);
  const received = Number(/(\d+) received/.exec(stdout)?.[1]);
  const average = Number(/= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1]);
  return { ok: received === 5, result: `${received} of 5 answered`, time: average };
}

async function transfer(): Promise<Omit<Row, "what">> {
  const report = await tcpClient({ host: STACK, port: PORT, octets: TRANSFER_OCTETS });
  const { received, receivedHash, sentHash } = report.first;
  const ok = received === TRANSFER_OCTETS && receivedHash === sentHash;
  const result = ok ? `SHA-256 ${sentHash.slice(0, 12)}... equal` : "the octets differ";
  return { ok, result, time: report.milliseconds, octets: TRANSFER_OCTETS + received };
}

async function datagrams(): Promise<Omit<Row, "what">> {
  const { echoed, milliseconds } = await udpClient({ host: STACK, port: PORT, sizes: DATAGRAM_SIZES });
  const sent = DATAGRAM_SIZES.length;
  const octets = 2 * DATAGRAM_SIZES.reduce((sum, size) => sum + size, 0);
  return { ok: echoed === sent, result: `${echoed} of ${sent} echoed`, time: milliseconds, octets };
}

async function refused(): Promise<Omit<Row, "what">> {
  const { first, milliseconds } = await tcpClient({ host: STACK, port: PORT + 1 });
  return { ok: first.error === "ECONNREFUSED", result: first.error ?? "connected", time: milliseconds };
}
