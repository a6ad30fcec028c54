import { existsSync, readFileSync } from "node:fs";
import { defaultIpv4Parameters } from "@mnet/ipv4";
import { Pulse, Storm, tcpClient } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import { defaultParameters } from "@mnet/tcp";
import { expect, onTestFinished, test } from "vitest";
import { HOST, STACK, type TapStack, tapStack } from "./support.ts";

/** Bad frames by the ten thousand, injected from the kernel's side of a TAP, beside a connection that lives through it. */

const PORT = 9000;
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

interface Besieged extends TapStack {
  readonly pulse: Pulse;
  count(layer: string, name: string): number;
}

/** An echo service behind a TAP, with a connection that beats. */
async function besieged(): Promise<Besieged> {
  const all = await tapStack({ gateway: HOST }, { queue: 10_000, judged: false });
  serve(all.stack);
  const pulse = await Pulse.start({ host: STACK, port: PORT });
  onTestFinished(() => pulse.stop());
  return { ...all, pulse, count: (layer, name) => all.stack.stats()[layer]?.[name] ?? 0 };
}

function serve(stack: Stack): void {
  stack.tcp
    .listen(PORT)
    .serve(async (flow) => {
      for await (const chunk of flow) await flow.write(chunk);
    })
    .catch(() => {});
}

/** The storm and what must hold through it and after it. */
async function weather(
  target: Besieged,
  kind: "malformed" | "syn" | "fragment",
  count: number,
): Promise<void> {
  const { stack, tap, pulse } = target;
  const flood = {
    name: tap.name,
    kind,
    to: String(stack.mac),
    source: HOST,
    destination: STACK,
    port: PORT,
    rate: RATE,
  };
  // A first gust: code is compiled, queues and heaps have their size.
  await (await Storm.ready({ ...flood, count: count / 20, seed: 2 })).run();
  const storm = await Storm.ready({ ...flood, count });
  await pulse.report();
  const before = process.memoryUsage.rss();
  let report = { sent: 0, milliseconds: 0 };
  const delay = await delayDuring(async () => {
    report = await storm.run();
  });
  expect(report.sent).toBe(count);
  const { exchanges, worst } = await pulse.report();
  expect(worst).toBeLessThan(LONGEST_ECHO);
  expect(exchanges).toBeGreaterThan(report.milliseconds / LONGEST_ECHO);
  expect(process.memoryUsage.rss() - before).toBeLessThan(GROWTH);
  expect(delay).toBeLessThan(STALL);
  const client = await tcpClient({ host: STACK, port: PORT, octets: 10_000 });
  expect(client).toMatchObject({ established: 1, echoed: 1, errors: {} });
  expect(client.milliseconds).toBeLessThan(2 * LONGEST_ECHO);
  // And the old one is still the one it was.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await pulse.report()).exchanges).toBeGreaterThan(0);
}

kernelSuite("storms over a TAP", () => {
  test("20 000 malformed frames", async () => {
    const target = await besieged();
    const { stack, count } = target;
    await weather(target, "malformed", 20_000);
    expect(count("ethernet", "receivedHandlerFault")).toBe(0);
    expect(count("ipv4", "receivedBadHeaderLength")).toBeGreaterThan(500);
    expect(count("ipv4", "receivedBadChecksum")).toBeGreaterThan(1000);
    expect(count("ipv4", "receivedBadLength")).toBeGreaterThan(500);
    expect(stack.stats()["arp"]!["neighbors"]).toBeLessThanOrEqual(1024);
    await target.finish();
  });

  test("100 000 spoofed SYNs", async () => {
    const target = await besieged();
    const { count } = target;
    await weather(target, "syn", 100_000);
    const { synQueue } = defaultParameters;
    expect(count("tcp", "passiveOpens")).toBeGreaterThan(90_000);
    expect(count("tcp", "halfOpen")).toBeLessThanOrEqual(synQueue);
    expect(count("tcp", "halfOpen")).toBeGreaterThan(synQueue / 2);
    await target.finish();
  });

  test("60 000 fragments that never complete", async () => {
    const target = await besieged();
    const { count } = target;
    await weather(target, "fragment", 60_000);
    const { reassemblyOctets, reassemblyQueues } = defaultIpv4Parameters;
    expect(count("ipv4", "reassemblyEvictions")).toBeGreaterThan(50_000);
    expect(count("ipv4", "reassemblyQueues")).toBeLessThanOrEqual(reassemblyQueues);
    expect(count("ipv4", "reassemblyOctets")).toBeLessThanOrEqual(reassemblyOctets);
    await target.finish();
  });
});
