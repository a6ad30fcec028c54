/**
 * The other side, on the Linux kernel's own TCP and UDP: run as a process of its own so that it does not share a thread with the stack.
 * Prints one line of JSON.
 */
import { createHash, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";

/** What a peer reports. */
export interface PeerReport {
  readonly ok: boolean;
  readonly result: string;
  readonly time: number;
  readonly octets?: number;
}

const CHUNK = 1 << 20;

/** Sends random octets, reads the echo, compares the hashes. */
async function transfer(host: string, port: number, length: number): Promise<PeerReport> {
  const chunk = randomBytes(CHUNK);
  const [sent, received] = [createHash("sha256"), createHash("sha256")];
  const started = performance.now();
  const socket = connect({ host, port, allowHalfOpen: true });
  let octets = 0;
  socket.on("data", (data) => {
    received.update(data);
    octets += data.length;
  });
  const ended = once(socket, "end");
  await once(socket, "connect");
  for (let left = length; left > 0; left -= CHUNK) {
    const part = chunk.subarray(0, Math.min(left, CHUNK));
    sent.update(part);
    if (!socket.write(part)) await once(socket, "drain");
  }
  socket.end();
  await ended;
  const time = performance.now() - started;
  const hash = sent.digest("hex");
  const ok = hash === received.digest("hex") && octets === length;
  return {
    ok,
    result: ok ? `SHA-256 ${hash.slice(0, 12)}... equal` : "the octets differ",
    time,
    octets: 2 * octets,
  };
}

/** One datagram of each size there and back. */
async function datagrams(host: string, port: number, sizes: readonly number[]): Promise<PeerReport> {
  const socket = createSocket("udp4");
  const started = performance.now();
  let octets = 0;
  let answered = 0;
  for (const size of sizes) {
    const data = randomBytes(size);
    const answer = once(socket, "message", { signal: AbortSignal.timeout(3000) });
    socket.send(data, port, host);
    const [message] = (await answer) as [Buffer];
    if (message.equals(data)) answered++;
    octets += 2 * size;
  }
  socket.close();
  const time = performance.now() - started;
  return { ok: answered === sizes.length, result: `${answered} of ${sizes.length} echoed`, time, octets };
}

async function refused(host: string, port: number): Promise<PeerReport> {
  const started = performance.now();
  const socket = connect({ host, port });
  const code = await new Promise<string>((resolve) => {
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("connect", () => resolve("connected"));
  });
  socket.destroy();
  return { ok: code === "ECONNREFUSED", result: code, time: performance.now() - started };
}

const [role, host = "", port = "", ...numbers] = process.argv.slice(2);
const roles: Record<string, () => Promise<PeerReport>> = {
  transfer: () => transfer(host, Number(port), Number(numbers[0])),
  datagrams: () => datagrams(host, Number(port), numbers.map(Number)),
  refused: () => refused(host, Number(port)),
};
console.log(JSON.stringify(await roles[role ?? ""]!()));
