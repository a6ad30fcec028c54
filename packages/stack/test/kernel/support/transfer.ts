import { createHash, randomBytes } from "node:crypto";
import { tcpClient, tcpServer, udpClient, udpServer } from "@mnet/kernel-tools";
import type { Stack, TcpFlow } from "@mnet/stack";
import { expect } from "vitest";

const CHUNK = 2 ** 16;

/** Sends back whatever comes on a flow. */
export async function echo(flow: TcpFlow): Promise<void> {
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) await flow.write(chunk);
  }
}

/** Writes random octets and ends the stream. @returns their SHA-256. */
export async function sendRandom(flow: TcpFlow, octets: number): Promise<string> {
  const hash = createHash("sha256");
  for (let left = octets; left > 0; left -= CHUNK) {
    const chunk = randomBytes(Math.min(left, CHUNK));
    hash.update(chunk);
    await flow.write(chunk);
  }
  flow.shutdown("write");
  return hash.digest("hex");
}

/** Reads a stream to its end. */
export async function receiveAll(flow: TcpFlow): Promise<{ octets: number; hash: string }> {
  const hash = createHash("sha256");
  let octets = 0;
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) {
      hash.update(chunk);
      octets += chunk.length;
    }
  }
  return { octets, hash: hash.digest("hex") };
}

/** Linux sends `octets` to our echo and gets them back. */
export async function linuxEchoesThroughUs(stack: Stack, host: string, octets: number): Promise<void> {
  const listener = stack.tcp.listen(0);
  const serving = listener.serve(echo);
  const { first } = await tcpClient({ host, port: listener.local.port, octets });
  expect(first).toMatchObject({ received: octets, receivedHash: first.sentHash, ended: true, error: null });
  await listener.close();
  await serving;
}

/** We send `octets` to an echo of Linux and get them back. */
export async function weEchoThroughLinux(stack: Stack, host: string, octets: number): Promise<void> {
  const { peer, port } = await tcpServer({ mode: "echo", host: anyLike(host) });
  const flow = await stack.tcp.connect({ host, port });
  const [sent, received] = await Promise.all([sendRandom(flow, octets), receiveAll(flow)]);
  expect(received).toEqual({ octets, hash: sent });
  await flow.close();
  await peer.stop();
}

/** Linux sends a datagram of each size to us and gets it back. */
export async function linuxDatagrams(stack: Stack, host: string, sizes: readonly number[]): Promise<void> {
  const socket = stack.udp.bind();
  const echoing = (async () => {
    for await (const { data, remote } of socket) await socket.send(data, remote);
  })();
  const report = await udpClient({ host, port: socket.local.port, sizes });
  expect(report).toMatchObject({ echoed: sizes.length, missing: [], errors: {} });
  await socket.close();
  await echoing;
}

/** We send a datagram of each size to Linux and get it back. */
export async function ourDatagrams(stack: Stack, host: string, sizes: readonly number[]): Promise<void> {
  const { peer, port } = await udpServer({ host: anyLike(host) });
  const socket = stack.udp.bind();
  for (const size of sizes) {
    const data = randomBytes(size);
    await socket.send(data, { host, port });
    const { data: back } = await socket.recv({ signal: AbortSignal.timeout(5000) });
    expect([back.length, Buffer.compare(back, data)]).toEqual([size, 0]);
  }
  await socket.close();
  await peer.stop();
}

/** Every address of the family of `host`. */
function anyLike(host: string): string {
  return host.includes(":") ? "::" : "0.0.0.0";
}
