/** The process of a peer: an application over the kernel's sockets, told what to do by its parent. */
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import { enterNamespace, runOk } from "@mnet/kernel-tools";
import type { PeerReport, PeerTask } from "./peer.ts";
import { writeFor } from "./socket-writer.ts";
import { exchangesFor } from "./subjects/exchanges.ts";

const BLOCK = 262_144;

type Result = Omit<PeerReport, "cpuSeconds">;

const nothing: Result = { octets: 0, seconds: 0, figures: {} };

/** Node's cheapest way to read: into one buffer, without a stream. */
function open(host: string, port: number, received: (octets: number) => void): Promise<Socket> {
  const options: TcpNetConnectOpts = {
    host,
    port,
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(BLOCK),
      callback: (octets) => {
        received(octets);
        return true;
      },
    },
  };
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => resolve(socket));
    socket.once("error", reject);
  });
}

async function read(host: string, port: number): Promise<Result> {
  let octets = 0;
  let began = 0;
  let last = 0;
  const socket = await open(host, port, (more) => {
    last = performance.now();
    if (octets === 0) began = last;
    octets += more;
  });
  socket.resume();
  await new Promise((resolve, reject) => socket.once("close", resolve).once("error", reject));
  return { octets, seconds: (last - began) / 1000, figures: {} };
}

async function write(host: string, port: number, duration: number): Promise<Result> {
  const socket = await open(host, port, () => {});
  socket.resume();
  const closed = new Promise((resolve, reject) => socket.once("close", resolve).once("error", reject));
  const began = performance.now();
  const octets = await writeFor(socket, duration);
  await closed;
  return { octets, seconds: (performance.now() - began) / 1000, figures: {} };
}

async function pingPong(host: string, port: number, duration: number): Promise<Result> {
  let answered = (): void => {};
  const socket = await open(host, port, () => answered());
  const octet = Buffer.alloc(1);
  const exchange = (): Promise<void> =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(octet);
    });
  const figures = await exchangesFor(exchange, duration);
  socket.destroy();
  return { ...nothing, figures };
}

async function run(task: PeerTask): Promise<Result> {
  switch (task.task) {
    case "read":
      return read(task.host, task.port);
    case "write":
      return write(task.host, task.port, task.duration);
    case "ping-pong":
      return pingPong(task.host, task.port, task.duration);
    case "leave":
      enterNamespace();
      return nothing;
    case "run":
      await runOk(task.command, task.parameters);
      return nothing;
  }
}

process.on("message", async (task: PeerTask) => {
  const before = process.cpuUsage();
  try {
    const result = await run(task);
    const { user, system } = process.cpuUsage(before);
    process.send?.({ ...result, cpuSeconds: (user + system) / 1e6 });
  } catch (error) {
    process.send?.({ error: (error as Error).message });
  }
});
