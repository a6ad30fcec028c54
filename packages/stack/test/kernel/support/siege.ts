import { existsSync, readFileSync } from "node:fs";
import { Pulse, Storm, type StormOptions, tcpClient } from "@mnet/kernel-tools";
import { expect, onTestFinished } from "vitest";
import { HOST, HOST6, STACK, STACK6, type TapStack, tapStack } from "../support.ts";
import { echo } from "./transfer.ts";

/** Of the echo service. */
export const PORT = 9000;
/** Milliseconds in which the live connection gets each echo. */
const LONGEST_ECHO = 500;
/** Octets the process may grow by. */
const GROWTH = 64 * 1024 * 1024;
/** Milliseconds: 99 of 100 turns of the event loop come no later than this. */
const STALL = 20;
/** Milliseconds between the samples of the event loop's delay. */
const RESOLUTION = 2;
/** Frames a second. */
const RATE = 10_000;

const SCHEDULER = "/proc/self/schedstat";

/** Milliseconds that this thread was ready to run while the machine ran others; 0 where the kernel does not say. */
function waitedForProcessor(): number {
  return existsSync(SCHEDULER) ? Number(readFileSync(SCHEDULER, "utf8").split(" ")[1]) / 1e6 : 0;
}

/**
 * The 99th percentile of the event loop's delay while `run` is under way, milliseconds. What other processes took of a busy machine
 * does not count: it says nothing about how long our turns are.
 */
async function delayDuring(run: () => Promise<unknown>): Promise<number> {
  const delays: number[] = [];
  let since = performance.now();
  let waited = waitedForProcessor();
  const timer = setInterval(() => {
    const now = performance.now();
    const waitedNow = waitedForProcessor();
    delays.push(now - since - RESOLUTION - (waitedNow - waited));
    since = now;
    waited = waitedNow;
  }, RESOLUTION);
  await run();
  clearInterval(timer);
  expect(delays.length).toBeGreaterThan(50);
  return delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)]!;
}

export interface Besieged extends TapStack {
  readonly pulse: Pulse;
  /** An honest host, in whose name some of a storm is sent. */
  readonly source: string;
  /** Our address. */
  readonly destination: string;
  /** The port that is attacked: that of the echo service. */
  readonly port: number;
  count(layer: string, name: string): number;
}

/** An echo service behind a TAP, with a connection that beats. */
export async function besieged(family: 4 | 6 = 4): Promise<Besieged> {
  const [source, destination] = family === 4 ? [HOST, STACK] : [HOST6, STACK6];
  const link = { queue: 10_000, judged: false, ipv6: family === 6 };
  const all = await tapStack(family === 4 ? { gateway: HOST } : { ipv6Only: true }, link);
  all.stack.tcp
    .listen(PORT)
    .serve(echo)
    .catch(() => {});
  const pulse = await Pulse.start({ host: destination, port: PORT });
  onTestFinished(() => pulse.stop());
  const count = (layer: string, name: string): number => all.stack.stats()[layer]?.[name] ?? 0;
  return { ...all, pulse, source, destination, port: PORT, count };
}

interface Strain {
  /** 99th percentile of the event loop's delay, milliseconds. */
  readonly delay: number;
  /** The longest echo of the live connection, milliseconds. */
  readonly worst: number;
}

/**
 * The storm and what must hold through it and after it. Up to three storms, of which one has to be borne with short turns and short echoes:
 * whatever else the machine does makes them longer, nothing makes them shorter.
 * @param meanwhile what else goes on while it lasts.
 * @returns how many storms there were, the first gust included.
 */
export async function weather(
  target: Besieged,
  kind: StormOptions["kind"],
  count: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<number> {
  const { stack, tap, pulse, source, destination, port } = target;
  const to = { name: tap.name, to: String(stack.mac), source, destination, port };
  // A first gust: code is compiled, queues and heaps have their size.
  await (await Storm.ready({ ...to, kind, rate: RATE, count: count / 20, seed: 2 })).run();
  const before = process.memoryUsage.rss();
  let storms = 1;
  const strains: Strain[] = [];
  const isBorne = ({ delay, worst }: Strain): boolean => delay < STALL && worst < LONGEST_ECHO;
  while (!strains.some(isBorne) && strains.length < 3) {
    const storm = await Storm.ready({ ...to, kind, rate: RATE, count, seed: 2 + storms++ });
    strains.push(await strainOf(storm, count, pulse, meanwhile));
  }
  expect(strains).toContainEqual(expect.toSatisfy(isBorne));
  expect(process.memoryUsage.rss() - before).toBeLessThan(GROWTH);
  const client = await tcpClient({ host: destination, port: PORT, octets: 10_000 });
  expect(client).toMatchObject({ established: 1, echoed: 1, errors: {} });
  // And the old one is still the one it was.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await pulse.report()).exchanges).toBeGreaterThan(0);
  return storms;
}

async function strainOf(
  storm: Storm,
  count: number,
  pulse: Pulse,
  meanwhile: () => Promise<void>,
): Promise<Strain> {
  await pulse.report();
  let sent = 0;
  const delay = await delayDuring(async () => {
    const [report] = await Promise.all([storm.run(), meanwhile()]);
    sent = report.sent;
  });
  expect(sent).toBe(count);
  const { exchanges, worst } = await pulse.report();
  expect(exchanges).toBeGreaterThan(0);
  return { delay, worst };
}
