import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack, type Stack } from "@mnet/stack";
import { expect, test } from "vitest";
import { echoClient } from "../src/client.ts";
import { echoService } from "../src/service.ts";

const PORT = 9000;

async function world(conditions: Parameters<typeof simulatedLink>[1] = {}) {
  const timeline = new Timeline({ seed: 5 });
  const [near, far] = simulatedLink(timeline, { latency: 1, ...conditions });
  const stack = (device: typeof near, name: string, ipv4: string, ipv6: string): Promise<Stack> => {
    const chance = { host: timeline.host(), random: timeline.random.fork() };
    return createStack({ device, name, ipv4, ipv6, waitFor: "dad", ...chance });
  };
  const [server, client] = await settle(
    timeline,
    Promise.all([
      stack(far, "server", "10.0.0.2/24", "fd00::2/64"),
      stack(near, "client", "10.0.0.1/24", "fd00::1/64"),
    ]),
  );
  return { timeline, server, client };
}

async function settle<T>(timeline: Timeline, promise: Promise<T>, limit = 600_000): Promise<T> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  await timeline.runUntil(() => settled, limit);
  return promise;
}

const at = (server: Stack, family: 4 | 6 = 4) => ({
  host: server.addresses().find((info) => info.family === family && info.scope === "global")!.address,
  port: PORT,
});

test.each([
  [4, 0],
  [4, 1],
  [4, 4096],
  [4, 1_000_000],
  [6, 0],
  [6, 1_000_000],
] as const)(
  "IPv%i: the client gets %i octets back with the same hash, over a bad link",
  async (family, length) => {
    const { timeline, server, client } = await world({ loss: 0.01, reordering: 0.02, duplication: 0.01 });
    const serving = echoService(server, { port: PORT, limit: 1 });
    const result = await settle(timeline, echoClient(client, at(server, family), length));
    expect(result).toMatchObject({ octets: length, equal: true });
    expect(await settle(timeline, serving)).toMatchObject({ connections: 1 });
  },
);

test("after --limit connections the service ends and the ports are free", async () => {
  const { timeline, server, client } = await world();
  const serving = echoService(server, { port: PORT, limit: 3 });
  for (let i = 0; i < 3; i++) await settle(timeline, echoClient(client, at(server), 100));
  expect(await settle(timeline, serving)).toMatchObject({ connections: 3 });
  await server.tcp.listen(PORT).close();
  await server.udp.bind({ port: PORT }).close();
});

test("a peer that half-closes gets the rest, then the end of the stream", async () => {
  const { timeline, server, client } = await world();
  echoService(server, { port: PORT }).catch(() => {});
  const flow = await settle(timeline, client.tcp.connect({ host: "10.0.0.2", port: PORT }));
  await settle(timeline, flow.write("the rest"));
  flow.shutdown("write");
  expect(new TextDecoder().decode(await settle(timeline, flow.readExactly(8)))).toBe("the rest");
  expect(await settle(timeline, flow.read(new Uint8Array(1)))).toBe(0);
  await settle(timeline, flow.close());
});

test("a reader that stalls stalls the service's reading: the writer is held back", async () => {
  const { timeline, server, client } = await world();
  echoService(server, { port: PORT }).catch(() => {});
  const flow = await settle(timeline, client.tcp.connect({ host: "10.0.0.2", port: PORT }));
  const data = new Uint8Array(16 * 2 ** 20).fill(7);
  let written = false;
  const writing = flow.write(data).then(() => {
    written = true;
  });
  await timeline.run(120_000);
  expect(written).toBe(false);
  const back = await settle(timeline, flow.readExactly(data.length));
  await settle(timeline, writing);
  expect(back.every((octet) => octet === 7)).toBe(true);
});

test.each([
  ["10.0.0.2", 0],
  ["10.0.0.2", 1],
  ["10.0.0.2", 1472],
  ["10.0.0.2", 1473],
  ["10.0.0.2", 65_507],
  ["fd00::2", 0],
  ["fd00::2", 1453],
  ["fd00::2", 65_507],
])("UDP at %s echoes %i octets", async (host, size) => {
  const { timeline, server, client } = await world();
  echoService(server, { port: PORT }).catch(() => {});
  const socket = client.udp.bind();
  const data = new Uint8Array(size).map((_, i) => i);
  await socket.send(data, { host, port: PORT });
  expect((await settle(timeline, socket.recv())).data).toEqual(data);
});

test("a datagram from the service's own port gets no answer: two echo services do not talk for ever", async () => {
  const { timeline, server, client } = await world();
  echoService(server, { port: PORT }).catch(() => {});
  echoService(client, { port: PORT }).catch(() => {});
  const socket = client.udp.bind();
  await socket.send("once", { host: "10.0.0.2", port: PORT });
  await settle(timeline, socket.recv());
  const quiet = server.stats()["udp"];
  const other = await world();
  echoService(other.server, { port: PORT }).catch(() => {});
  const same = other.client.udp.bind({ port: PORT });
  let answered = false;
  same.recv().then(
    () => {
      answered = true;
    },
    () => {},
  );
  await same.send("from your port", { host: "10.0.0.2", port: PORT });
  await other.timeline.run(10_000);
  expect(answered).toBe(false);
  await timeline.run(10_000);
  expect(server.stats()["udp"]).toEqual(quiet);
});

test("killing the stack ends the service with ENETDOWN", async () => {
  const { timeline, server } = await world();
  const outcome = echoService(server, { port: PORT }).catch((error) => error.code);
  await settle(timeline, server.kill());
  expect(await settle(timeline, outcome)).toBe("ENETDOWN");
});
