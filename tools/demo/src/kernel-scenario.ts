import { existsSync } from "node:fs";
import { echoService } from "@mnet/echo/service";
import { hostAddressesReady, missingCommands, runOk, tcpClient, udpClient } from "@mnet/kernel-tools";
import { createStack, type Stack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { addressesOf, FAMILIES, inEachFamily, introduce, type Places } from "./families.ts";
import { firstPackets } from "./first-packets.ts";
import { pingRow, type Row } from "./report.ts";

const PORT = 9000;
const TRANSFER_OCTETS = 64 * 2 ** 20;
const DATAGRAM_SIZES = [0, 1, 1472, 1473, 65_507];

/** The echo service on a TAP, and the Linux kernel of this namespace using it. @param pcapFile takes the first packets. */
export async function kernelScenario(pcapFile: string): Promise<Row[]> {
  // A kernel may be built or booted without IPv6.
  const families = existsSync("/proc/net/if_inet6") ? FAMILIES : FAMILIES.slice(0, 1);
  const [ipv4, ipv6] = families.map(({ near, length }) => `${near}/${length}`);
  const host = { ipv4: ipv4!, ...(ipv6 === undefined ? {} : { ipv6 }) };
  const recorded = firstPackets(openTap({ name: "tap0", host }), pcapFile);
  const stack = await createStack({ device: recorded.device, name: "echo", ...addressesOf("far") });
  if (ipv6 !== undefined) await hostAddressesReady("tap0");
  const serving = echoService(stack, { port: PORT }).catch(() => {});
  console.log(introduce("the stack   ", "far", `${stack.mac}  TypeScript, this process`));
  console.log(`${introduce("Linux kernel", "near", "at the other end of tap0")}\n`);
  try {
    return await inEachFamily(families, [
      ["ping, 56 octets, 5 times", (places) => pingFromKernel(stack, places, 56)],
      ["ping, 9000 octets in fragments, 5 times", (places) => pingFromKernel(stack, places, 9000)],
      ["TCP echo of 64 MiB", transfer],
      [`UDP echo of ${DATAGRAM_SIZES.join(", ")} octets`, datagrams],
      ["TCP to a closed port", refused],
    ]);
  } finally {
    await stack.kill();
    await serving;
    recorded.close();
  }
}

/** Linux pings the stack; where no `ping` is installed the stack pings Linux. */
async function pingFromKernel(stack: Stack, { near, far }: Places, size: number): Promise<Omit<Row, "what">> {
  if (missingCommands(["ping"]).length > 0) {
    const row = pingRow(await stack.ping(near, { count: 5, size, interval: 10 }));
    return { ...row, result: `${row.result} by Linux (no ping command)` };
  }
  const { stdout } = await runOk("ping", ["-n", "-c5", "-i0.01", "-w5", "-s", String(size), far]);
  const received = Number(/(\d+) received/.exec(stdout)?.[1]);
  const average = Number(/= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1]);
  return { ok: received === 5, result: `${received} of 5 answered`, time: average };
}

async function transfer({ far: host }: Places): Promise<Omit<Row, "what">> {
  const report = await tcpClient({ host, port: PORT, octets: TRANSFER_OCTETS });
  const { received, receivedHash, sentHash } = report.first;
  const ok = received === TRANSFER_OCTETS && receivedHash === sentHash;
  const result = ok ? `SHA-256 ${sentHash.slice(0, 12)}... equal` : "the octets differ";
  return { ok, result, time: report.milliseconds, octets: TRANSFER_OCTETS + received };
}

async function datagrams({ far: host }: Places): Promise<Omit<Row, "what">> {
  const { echoed, milliseconds } = await udpClient({ host, port: PORT, sizes: DATAGRAM_SIZES });
  const sent = DATAGRAM_SIZES.length;
  const octets = 2 * DATAGRAM_SIZES.reduce((sum, size) => sum + size, 0);
  return { ok: echoed === sent, result: `${echoed} of ${sent} echoed`, time: milliseconds, octets };
}

async function refused({ far: host }: Places): Promise<Omit<Row, "what">> {
  const { first, milliseconds } = await tcpClient({ host, port: PORT + 1 });
  return { ok: first.error === "ECONNREFUSED", result: first.error ?? "connected", time: milliseconds };
}
