import { createHash, randomBytes } from "node:crypto";
import type { AddressLike, Stack, TcpFlow } from "@mnet/stack";

/** Octets made, hashed and written at a time. */
const CHUNK = 65536;

/** Where an echo service is. */
export interface ServerAddress {
  readonly host: AddressLike;
  readonly port: number;
}

export interface EchoClientResult {
  readonly octets: number;
  readonly sent: string;
  readonly received: string;
  /** Whether the SHA-256 hashes agree. */
  readonly equal: boolean;
  readonly milliseconds: number;
}

/** Sends `length` random octets to an echo service and compares the hash of what comes back. */
export async function echoClient(
  stack: Stack,
  server: ServerAddress,
  length: number,
): Promise<EchoClientResult> {
  const started = performance.now();
  const flow = await stack.tcp.connect({ host: server.host, port: server.port });
  const [sent, received] = await Promise.all([send(flow, length), receive(flow)]);
  await flow.close();
  const milliseconds = performance.now() - started;
  return {
    octets: received.octets,
    sent,
    received: received.hash,
    equal: sent === received.hash,
    milliseconds,
  };
}

async function send(flow: TcpFlow, length: number): Promise<string> {
  const hash = createHash("sha256");
  for (let left = length; left > 0; left -= CHUNK) {
    const chunk = randomBytes(Math.min(left, CHUNK));
    hash.update(chunk);
    await flow.write(chunk);
  }
  flow.shutdown("write");
  return hash.digest("hex");
}

async function receive(flow: TcpFlow): Promise<{ hash: string; octets: number }> {
  const hash = createHash("sha256");
  let octets = 0;
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) {
      hash.update(chunk);
      octets += chunk.length;
    }
  }
  return { hash: hash.digest("hex"), octets };
}
