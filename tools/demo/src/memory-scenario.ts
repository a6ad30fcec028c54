import { randomBytes } from "node:crypto";
import { isNetError } from "@mnet/core";
import { devicePair } from "@mnet/devices";
import { echoClient } from "@mnet/echo/client";
import { echoService } from "@mnet/echo/service";
import { createStack, type Stack } from "@mnet/stack";
import { addressesOf, FAMILIES, inEachFamily, introduce, type Places } from "./families.ts";
import { firstPackets } from "./first-packets.ts";
import { pingRow, type Row } from "./report.ts";

const PORT = 9000;
const TRANSFER_OCTETS = 32 * 2 ** 20;
const DATAGRAM_SIZES = [0, 1, 1472, 1473, 65_507];

/** The echo service on one stack, a client on another, an in-memory link between them. */
export async function memoryScenario(pcapFile: string): Promise<Row[]> {
  const [near, far] = devicePair();
  const recorded = firstPackets(far, pcapFile);
  const [server, client] = await Promise.all([
    createStack({ device: recorded.device, name: "server", ...addressesOf("far") }),
    createStack({ device: near, name: "client", ...addressesOf("near") }),
  ]);
  const serving = echoService(server, { port: PORT }).catch(() => {});
  console.log(introduce("server", "far", String(server.mac)));
  console.log(`${introduce("client", "near", String(client.mac))}\n`);
  try {
    return await inEachFamily(FAMILIES, [
      ["ping, 56 octets, 5 times", (places) => ping(client, places, 56)],
      ["ping, 9000 octets in fragments, 5 times", (places) => ping(client, places, 9000)],
      ["TCP echo of 32 MiB", (places) => transfer(client, places)],
      [`UDP echo of ${DATAGRAM_SIZES.join(", ")} octets`, (places) => datagrams(client, places)],
      ["TCP to a closed port", (places) => refused(client, places)],
    ]);
  } finally {
    await Promise.all([client.kill(), server.kill()]);
    await serving;
    recorded.close();
  }
}

async function ping(client: Stack, { far: host }: Places, size: number): Promise<Omit<Row, "what">> {
  return pingRow(await client.ping(host, { count: 5, size, interval: 10 }));
}

async function transfer(client: Stack, { far: host }: Places): Promise<Omit<Row, "what">> {
  const server = { host, port: PORT };
  const { octets, sent, equal, milliseconds } = await echoClient(client, server, TRANSFER_OCTETS);
  const result = equal ? `SHA-256 ${sent.slice(0, 12)}... equal` : "the octets differ";
  return { ok: equal, result, time: milliseconds, octets: TRANSFER_OCTETS + octets };
}

async function datagrams(client: Stack, { far: host }: Places): Promise<Omit<Row, "what">> {
  const socket = client.udp.bind();
  const started = performance.now();
  let answered = 0;
  let octets = 0;
  for (const size of DATAGRAM_SIZES) {
    const data = randomBytes(size);
    await socket.send(data, { host, port: PORT });
    const answer = await socket.recv({ signal: AbortSignal.timeout(3000) });
    if (data.equals(answer.data)) answered++;
    octets += 2 * size;
  }
  const time = performance.now() - started;
  await socket.close();
  return {
    ok: answered === DATAGRAM_SIZES.length,
    result: `${answered} of ${DATAGRAM_SIZES.length} echoed`,
    time,
    octets,
  };
}

async function refused(client: Stack, { far: host }: Places): Promise<Omit<Row, "what">> {
  const started = performance.now();
  const outcome = await client.tcp.connect({ host, port: PORT + 1 }).then(
    () => "connected",
    (error: unknown) => (isNetError(error) ? error.code : String(error)),
  );
  return { ok: outcome === "ECONNREFUSED", result: outcome, time: performance.now() - started };
}
