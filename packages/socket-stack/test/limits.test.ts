import { connect } from "node:net";
import { createSocketStack } from "@mnet/socket-stack";
import { expect, it, onTestFinished } from "vitest";
import { outcome, quiet } from "./support.ts";

const host = "127.0.0.1";

async function make() {
  const stack = await createSocketStack({ ipv4: host });
  onTestFinished(() => stack.kill({ timeout: 0 }));
  return stack;
}

it("connections beyond the backlog are reset and counted, those before are kept", async () => {
  const stack = await make();
  const listener = stack.tcp.listen({ port: 0, backlog: 2 });
  const { port } = listener.local;
  const flows = [];
  for (let i = 0; i < 2; i++) flows.push(await stack.tcp.connect({ host, port }));
  await quiet();
  // By when the reset comes it is the outcome of connecting, or of reading.
  const beyond = stack.tcp.connect({ host, port }).then((flow) => flow.read(new Uint8Array(1)));
  expect(await outcome(beyond)).toBe("ECONNRESET");
  expect(stack.stats()["tcp"]!["refused"]).toBe(1);
  for (const flow of flows) expect((await listener.accept()).remote.port).toBe(flow.local.port);
});

it("what waits to be read is bounded, and nothing of it is lost", async () => {
  const stack = await make();
  const listener = stack.tcp.listen({ port: 0, receiveBuffer: 16_384 });
  const peer = connect({ host, port: listener.local.port });
  const flow = await listener.accept();
  peer.end(new Uint8Array(10_000_000));
  await quiet();
  // One array of Node's beyond.
  expect(flow.info()["octetsReadable"]).toBeLessThanOrEqual(16_384 + 65_536);
  let octets = 0;
  for await (const chunk of flow) octets += chunk.length;
  expect(octets).toBe(10_000_000);
});

it("what was received before a reset is kept, however slowly it is read", async () => {
  const stack = await make();
  const listener = stack.tcp.listen({ port: 0, receiveBuffer: 4096 });
  const peer = connect({ host, port: listener.local.port });
  const flow = await listener.accept();
  const sent = new Uint8Array(50_000).fill(5);
  await new Promise((resolve) => peer.write(sent, resolve));
  await quiet();
  peer.resetAndDestroy();
  await quiet();
  let octets = 0;
  const end = await outcome(
    (async () => {
      for await (const chunk of flow) {
        octets += chunk.length;
        await new Promise(setImmediate);
      }
    })(),
  );
  expect([octets, end]).toEqual([sent.length, "ECONNRESET"]);
});

it("a connection whose peer does not read is reset when the time of a kill is over, and is told from its end", async () => {
  const [stack, other] = [await make(), await make()];
  // More than the host's buffers of both ends: some of it waits in this process, and the end of the stream behind it.
  const sendBuffer = 128 * 1024 * 1024;
  const listener = stack.tcp.listen({ port: 0, sendBuffer });
  const accepted = listener.accept();
  const peer = await other.tcp.connect({ host, port: listener.local.port });
  const flow = await accepted;
  expect(flow.tryWrite(new Uint8Array(sendBuffer))).toBe(sendBuffer);
  await stack.kill({ timeout: 50 });
  let octets = 0;
  const end = (async () => {
    for await (const chunk of peer) octets += chunk.length;
  })();
  expect(await outcome(end)).toBe("ECONNRESET");
  expect(octets < sendBuffer).toBe(true);
});

it("dropped datagrams are counted", async () => {
  const stack = await make();
  const socket = stack.udp.bind({ receiveBuffer: 1 });
  for (let i = 0; i < 3; i++) await socket.send("x", { host, port: socket.local.port });
  await quiet();
  expect(stack.stats()["udp"]!["dropped"]).toBe(2);
});

it("groups are bounded, closing frees what a group took", async () => {
  const stack = await make();
  const socket = stack.udp.bind();
  const before = process.getActiveResourcesInfo().length;
  for (let i = 1; i <= 20; i++) socket.joinGroup(`239.1.1.${i}`);
  const join = () => socket.joinGroup("239.1.1.21");
  expect(join).toThrow("ENOBUFS");
  await socket.close();
  await quiet();
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
});
