import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { type FramePort, messagePortDevice } from "@mnet/devices";
import { createStack } from "@mnet/stack";
import { expect, onTestFinished, test } from "vitest";
import { echo, readAll } from "../support/streams.ts";
import { octets, sameOctets } from "../support/world.ts";

const SERVER = "10.0.0.2";

async function client(port: FramePort) {
  const device = messagePortDevice(port, { mac: "02:00:00:00:00:01" });
  const stack = await createStack({ device, ipv4: "10.0.0.1/24" });
  onTestFinished(() => stack.kill({ timeout: 0 }));
  return stack;
}

async function exchange(port: FramePort, length: number): Promise<void> {
  const stack = await client(port);
  const data = octets(length);
  const flow = await stack.tcp.connect({ host: SERVER, port: 7 });
  const sending = flow.write(data).then(() => flow.shutdown("write"));
  expect(sameOctets(await readAll(flow), data)).toBe(true);
  await sending;
  await stack.kill();
}

test("two stacks on one message channel echo a megabyte", async () => {
  const { port1, port2 } = new MessageChannel();
  const device = messagePortDevice(port2, { mac: "02:00:00:00:00:02", release: () => port2.close() });
  const server = await createStack({ device, ipv4: `${SERVER}/24` });
  onTestFinished(() => server.kill({ timeout: 0 }));
  const serving = server.tcp
    .listen(7)
    .serve(echo)
    .catch(() => {});
  await exchange(port1, 1_000_000);
  await server.kill();
  await serving;
});

test("a stack lives in a worker, and ends when the other end of its cable is gone", async () => {
  const worker = new Worker(new URL("echo-worker.mjs", import.meta.url), {
    execArgv: ["--conditions=@mnet/source"],
  });
  onTestFinished(() => void worker.terminate());
  const ended = once(worker, "exit");
  await exchange(worker, 200_000);
  expect(await ended).toEqual([0]);
});
