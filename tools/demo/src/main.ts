import { ownNamespace } from "@mnet/kernel-tools";
import { kernelScenario } from "./kernel-scenario.ts";
import { memoryScenario } from "./memory-scenario.ts";
import { type Row, table } from "./report.ts";

const PCAP_FILE = "mnet-demo.pcapng";

async function show(title: string, scenario: (pcapFile: string) => Promise<Row[]>): Promise<number> {
  console.log(`\n@mnet: ${title}\n`);
  const rows = await scenario(PCAP_FILE);
  console.log(`${table(rows)}\n\n  first packets: ${PCAP_FILE}\n`);
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

const namespace = ownNamespace();
if (namespace === "entered") {
  process.exitCode = await show("a TCP/IP stack in TypeScript, talking to the Linux kernel", kernelScenario);
} else if ("exitCode" in namespace) {
  process.exitCode = namespace.exitCode;
} else {
  console.log(`No TAP here (${namespace.obstacle}): two stacks on an in-memory link instead.`);
  process.exitCode = await show("a TCP/IP stack in TypeScript, talking to another one", memoryScenario);
}
