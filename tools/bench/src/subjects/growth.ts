import { PerformanceObserver } from "node:perf_hooks";
import type { TcpFlow } from "@mnet/stack";
import type { Subject } from "../subject.ts";
import { framesSent, SERVER, stackPair } from "./pair.ts";
import { BLOCK } from "./transfer.ts";

const PORT = 9000;
/** Octets moved: enough frames to count by, few enough for a young generation that is never collected. */
const OCTETS = 64 * 2 ** 20;
/** Transfers until the compiler is done with what they run. */
const WARM_UPS = 4;
const ATTEMPTS = 5;

/**
 * What the heap grows by for each frame of a bulk transfer, everything that is allocated counted: no collection runs meanwhile. It is one
 * connection from the first transfer to the last: with the last connection V8 would forget what it compiled for connections.
 */
export async function growth(): Promise<Subject> {
  const pair = await stackPair();
  const listener = pair.server.tcp.listen(PORT);
  const [sender, receiver] = await Promise.all([
    pair.client.tcp.connect({ host: SERVER, port: PORT }),
    listener.accept(),
  ]);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  const block = new Uint8Array(BLOCK).fill(0x55);
  const into = new Uint8Array(BLOCK);
  const move = (): Promise<unknown> => Promise.all([send(sender, block), receive(receiver, into)]);
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) await move();
  return {
    async round() {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        await collected();
        collections = 0;
        const frames = framesSent(pair);
        const heap = process.memoryUsage().heapUsed;
        await move();
        const grown = process.memoryUsage().heapUsed - heap;
        const sent = framesSent(pair) - frames;
        await turn();
        if (collections === 0) return { "octets/frame": grown / sent };
      }
      throw new Error(
        "the heap was collected in every attempt: more is allocated than the young generation takes",
      );
    },
    async close() {
      observer.disconnect();
      await pair.close();
    },
  };
}

async function send(flow: TcpFlow, block: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let sent = 0; sent < OCTETS; sent += block.length) await flow.write(block);
}

async function receive(flow: TcpFlow, into: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let received = 0; received < OCTETS; ) received += await flow.read(into);
}

async function collected(): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  await turn();
}

/** Lets the observer hear of collections that are over. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
