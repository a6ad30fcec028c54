import { createServer, type Server, type Socket } from "node:net";
import { missingCommands, runOk } from "@mnet/kernel-tools";
import { Peer } from "../peer.ts";
import { writeFor } from "../socket-writer.ts";
import type { Subject } from "../subject.ts";
import { Stopwatch } from "./rate.ts";

const OFFLOADS = ["rx", "tx", "sg", "tso", "gso", "gro"];

/**
 * The reference: the same applications, both over the kernel's TCP, in two namespaces joined by a pair of virtual Ethernets. Without
 * `offloads` the kernel, as a stack on a plain TAP, makes frames of 1514 octets and every checksum.
 * @param number distinguishes the pairs of one namespace.
 */
export async function veth(number: number, offloads: boolean): Promise<Subject> {
  const missing = missingCommands(offloads ? ["ip"] : ["ip", "ethtool"]);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(", ")}`);
  const peer = new Peer();
  const near = `10.${number}.0.1`;
  await makeLink(peer, number, near, offloads);
  let bulkDuration = 0;
  const bulk = await listening(near, (socket) => void writeFor(socket.resume(), bulkDuration));
  const echo = await listening(near, (socket) =>
    socket.setNoDelay().on("data", (chunk) => socket.write(chunk)),
  );
  return {
    async round({ duration }) {
      bulkDuration = duration;
      const watch = new Stopwatch();
      const { octets, seconds } = await peer.do({ task: "read", host: near, port: portOf(bulk) });
      const bulkRate = watch.rate("MB/s", octets / 1e6, seconds);
      const latency = await peer.do({ task: "ping-pong", host: near, port: portOf(echo), duration });
      return { ...bulkRate, ...latency.figures };
    },
    async close() {
      bulk.close();
      echo.close();
      await peer.close();
    },
  };
}

async function makeLink(peer: Peer, number: number, near: string, offloads: boolean): Promise<void> {
  const [here, there] = [`near${number}`, `far${number}`];
  const far = `10.${number}.0.2/24`;
  await peer.do({ task: "leave" });
  const ip = (...parameters: string[]): Promise<unknown> => runOk("ip", parameters);
  const ipThere = (...parameters: string[]): Promise<unknown> =>
    peer.do({ task: "run", command: "ip", parameters });
  await ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", String(peer.pid));
  if (!offloads) {
    const off = OFFLOADS.flatMap((name) => [name, "off"]);
    await runOk("ethtool", ["-K", here, ...off]);
    await peer.do({ task: "run", command: "ethtool", parameters: ["-K", there, ...off] });
  }
  await ip("address", "add", `${near}/24`, "dev", here);
  await ip("link", "set", here, "up");
  await ipThere("address", "add", far, "dev", there);
  await ipThere("link", "set", there, "up");
}

function listening(host: string, serve: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      // The peer resets what it has finished with.
      socket.on("error", () => {});
      serve(socket);
    });
    server.once("error", reject);
    server.listen({ host, port: 0 }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}
