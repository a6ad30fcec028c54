import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { isNetError } from "@mnet/core";
import { capture, devicePair } from "@mnet/devices";
import { echoService } from "@mnet/echo/service";
import { PcapngWriter } from "@mnet/pcap";
import { createStack, type Stack } from "@mnet/stack";
import { type Row, step } from "./report.ts";

const CLIENT = "10.0.0.1";
const SERVER = "10.0.0.2";
const PORT = 9000;
const TRANSFER_OCTETS = 64 * 2 ** 20;
const CHUNK = 1 << 16;
const CAPTURED_PACKETS = 1000;

/** The echo service on one stack, a client on another, an in-memory link between them. */
export async function memoryScenario(pcapFile: string): Promise<Row[]> {
  const [near, far] = devicePair();
  const file = openSync(pcapFile, "w");
  const writer = new PcapngWriter({ write: (bytes) => void writeSync(file, bytes), application: "@mnet" });
  const clock = { now: () => performance.now() };
  const device = capture(far, { writer, clock, origin: performance.timeOrigin, limit: CAPTURED_PACKETS });
  const server = await createStack({ device, name: "server", ipv4: `${SERVER}/24` });
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
    closeSync(file);
  }
}

async function ping(client: Stack, size: number): Promise<Omit<Row, "what">> {
  const { received, results } = await client.ping(SERVER, { count: 5, size, interval: 10 });
  const times = results.flatMap((entry) => ("roundTrip" in entry ? [entry.roundTrip] : []));
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { ok: received === 5, result: `${received} of 5 answered`, time: average };
}

async function transfer(client: Stack): Promise<Omit<Row, "what">> {
  const [sent, received] = [createHash("sha256"), createHash("sha256")];
  const started = performance.now();
  const flow = await client.tcp.connect({ host: SERVER, port: PORT });
  const sending = (async () => {
    const chunk = randomBytes(CHUNK);
    for (let left = TRANSFER_OCTETS; left > 0; left -= CHUNK) {
      sent.update(chunk);
      await flow.write(chunk);
    }
    flow.shutdown("write");
  })();
  let octets = 0;
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) {
      received.update(chunk);
      octets += chunk.length;
    }
  }
  await sending;
  await flow.close();
  const time = performance.now() - started;
  const hash = sent.digest("hex");
  const ok = hash === received.digest("hex");
  return {
    ok,
    result: ok ? `SHA-256 ${hash.slice(0, 12)}... equal` : "the octets differ",
    time,
    octets: 2 * octets,
  };
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
