import { PerformanceObserver } from "node:perf_hooks";
import type { Subject } from "../subject.ts";
import { transfer } from "./memory-bulk.ts";
import { framesSent, stackPair } from "./pair.ts";

/** Octets moved: enough frames to drown what opening the connection takes, few enough for a young generation that is never collected. */
const OCTETS = 64 * 2 ** 20;
const ATTEMPTS = 5;

/** What the heap grows by for each frame of a bulk transfer, everything that is allocated counted: no collection runs meanwhile. */
export async function growth(): Promise<Subject> {
  const pair = await stackPair();
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  const move = (): Promise<unknown> => transfer(pair.client, pair.server, 60_000, OCTETS);
  await move();
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

async function collected(): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  await turn();
}

/** Lets the observer hear of collections that are over. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
