import { randomBytes } from "node:crypto";
import { isNetError } from "@mnet/core";
import { devicePair } from "@mnet/devices";
import { echoClient } from "@mnet/echo/client";
import { echoService } from "@mnet/echo/service";
import { createStack, type Stack } from "@mnet/stack";
import { firstPackets } from "./first-packets.ts";
import { pingRow, type Row, step } from "./report.ts";

const CLIENT = "10.0.0.1";
const SERVER = "10.0.0.2";
const PORT = 9000;
const TRANSFER_OCTETS = 64 * 2 ** 20;

/** The echo service on one stack, a client on another, an in-memory link between them. */
export async function memoryScenario(pcapFile: string): Promise<Row[]> {
  const [near, far] = devicePair();
  const recorded = firstPackets(far, pcapFile);
  const server = await createStack({ device: recorded.device, name: "server", ipv4: `${SERVER}/24` });
  const client = await createStack({ device: near, name: "client", ipv4: `${CLIENT}/24` });
  const serving = echoService(server, { port: PORT }).catch(() => {});
  console.log(`  server  ${SERVER}  ${server.mac}\n  client  ${CLIENT}  ${client.mac}\n`);
  try {
    return [
      await step("ping, 56 octets, 5 times", () => ping(client, 56)),
      await step("ping, 9000 octets in fragments, 5 times", () => ping(client, 9000)),
      await step("TCP echo of 64 MiB", () => transfer(client)),
      await step("UDP echo of 0, 1, 1472, 1473, 65507 octets", () =>
        datagrams(client, [0, 1, 1472, 1473, 65507]),
      ),
      await step("TCP to a closed port", () => refused(client)),
    ];
  } finally {
    await Promise.all([client.kill(), server.kill()]);
    await serving;
    recorded.close();
  }
}

async function ping(client: Stack, size: number): Promise<Omit<Row, "what">> {
  return pingRow(await client.ping(SERVER, { count: 5, size, interval: 10 }));
}

async function transfer(client: Stack): Promise<Omit<Row, "what">> {
  const server = { host: SERVER, port: PORT };
  const { octets, sent, equal, milliseconds } = await echoClient(client, server, TRANSFER_OCTETS);
  const result = equal ? `SHA-256 ${sent.slice(0, 12)}... equal` : "the octets differ";
  return { ok: equal, result, time: milliseconds, octets: TRANSFER_OCTETS + octets };
}

async function datagrams(client: Stack, sizes: readonly number[]): Promise<Omit<Row, "what">> {
  const socket = client.udp.bind();
  const started = performance.now();
  let answered = 0;
  let octets = 0;
  for (const size of sizes) {
    const data = randomBytes(size);
    await socket.send(data, { host: SERVER, port: PORT });
    const answer = await socket.recv({ signal: AbortSignal.timeout(3000) });
    if (data.equals(answer.data)) answered++;
    octets += 2 * size;
  }
  const time = performance.now() - started;
  await socket.close();
  return { ok: answered === sizes.length, result: `${answered} of ${sizes.length} echoed`, time, octets };
}

async function refused(client: Stack): Promise<Omit<Row, "what">> {
  const started = performance.now();
  const outcome = await client.tcp.connect({ host: SERVER, port: PORT + 1 }).then(
    () => "connected",
    (error: unknown) => (isNetError(error) ? error.code : String(error)),
  );
  return { ok: outcome === "ECONNREFUSED", result: outcome, time: performance.now() - started };
}
