import { createHash, randomBytes } from "node:crypto";
import { tcpClient, tcpServer, udpClient, udpServer } from "@mnet/kernel-tools";
import type { Stack, TcpFlow, TcpSocketOptions } from "@mnet/stack";
import { expect } from "vitest";

const CHUNK = 2 ** 16;
/** Milliseconds for one transfer, however slow. */
const PATIENCE = 110_000;

/** Sends back whatever comes on a flow. */
export async function echo(flow: TcpFlow): Promise<void> {
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) await flow.write(chunk);
  }
}

/** What `flow.info()` tells, and how fast it went. */
export type TcpSnapshot = ReturnType<TcpFlow["info"]> & {
  /** From the handshake to the last octet. */
  readonly milliseconds: number;
  /** Octets a second: the median of sixteen parts of the transfer. Whatever stops the whole machine for a moment is in one or two of them. */
  readonly rate: number;
};

const PARTS = 16;

/** When the parts of a transfer were done. */
class Progress {
  readonly #octets: number;
  readonly #began = performance.now();
  readonly #marks: number[] = [this.#began];

  constructor(octets: number) {
    this.#octets = octets;
  }

  done(octets: number): void {
    if (octets >= (this.#marks.length * this.#octets) / PARTS) this.#marks.push(performance.now());
  }

  speed(): { milliseconds: number; rate: number } {
    const marks = this.#marks;
    const parts = marks.slice(1).map((at, i) => at - marks[i]!);
    const median = parts.sort((a, b) => a - b)[parts.length >> 1]!;
    return { milliseconds: performance.now() - this.#began, rate: (this.#octets * 1000) / PARTS / median };
  }
}

/** Writes random octets and ends the stream. @param reached is told each quarter of them. @returns their SHA-256. */
export async function sendRandom(
  flow: TcpFlow,
  octets: number,
  reached?: (part: number) => Promise<void>,
  progress: Progress = new Progress(octets),
): Promise<string> {
  const hash = createHash("sha256");
  let quarters = 0;
  for (let left = octets; left > 0; left -= CHUNK) {
    const chunk = randomBytes(Math.min(left, CHUNK));
    hash.update(chunk);
    await flow.write(chunk);
    progress.done(octets - left + chunk.length);
    if (octets - left < ((quarters + 1) * octets) / 4) continue;
    quarters++;
    await reached?.(quarters / 4);
  }
  flow.shutdown("write");
  return hash.digest("hex");
}

/** Reads a stream to its end. */
export async function receiveAll(
  flow: TcpFlow,
  progress?: Progress,
): Promise<{ octets: number; hash: string }> {
  const hash = createHash("sha256");
  let octets = 0;
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) {
      hash.update(chunk);
      octets += chunk.length;
    }
    progress?.done(octets);
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

/**
 * Linux sends `octets` to us, who say nothing.
 * @param more the listener's options, and what happens before anything is read.
 * @returns what the connection was when everything had arrived, and how fast it went.
 */
export async function linuxSends(
  stack: Stack,
  host: string,
  octets: number,
  more: { listen?: TcpSocketOptions; accepted?: (flow: TcpFlow) => Promise<void> } = {},
): Promise<TcpSnapshot> {
  const listener = stack.tcp.listen({ port: 0, ...more.listen });
  const report = tcpClient({ host, port: listener.local.port, octets }, PATIENCE);
  const flow = await listener.accept();
  const progress = new Progress(octets);
  await more.accepted?.(flow);
  const received = await receiveAll(flow, progress);
  const info = { ...flow.info(), ...progress.speed() };
  await flow.close();
  const { first } = await report;
  expect(first).toMatchObject({ sent: octets, ended: true, error: null });
  expect(received).toEqual({ octets, hash: first.sentHash });
  await listener.close();
  return info;
}

/**
 * We send `octets` to Linux, which answers with the hash of what it got.
 * @param more the connection's options; and `reached`, which is told each quarter of the octets that is written: writing waits for it.
 * @returns what the connection was when everything had arrived, and how fast it went.
 */
export async function weSend(
  stack: Stack,
  host: string,
  octets: number,
  { reached, ...options }: TcpSocketOptions & { reached?: (part: number) => Promise<void> } = {},
): Promise<TcpSnapshot> {
  const { peer, port } = await tcpServer({ mode: "sink", host: anyLike(host) });
  try {
    const flow = await stack.tcp.connect({ host, port, ...options });
    const progress = new Progress(octets);
    const sent = await sendRandom(flow, octets, reached, progress);
    expect(new TextDecoder().decode(await flow.readExactly(64))).toBe(sent);
    const info = { ...flow.info(), ...progress.speed() };
    await flow.close();
    return info;
  } finally {
    await peer.stop();
  }
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
