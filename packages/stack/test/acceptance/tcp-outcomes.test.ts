import { describe, expect, test } from "vitest";
import { readAll } from "../support/streams.ts";
import {
  codeOf,
  FAMILIES,
  octets,
  sameOctets,
  settle,
  type WorldOptions,
  world as worldOf,
} from "../support/world.ts";

describe.each(FAMILIES)("IPv%i", (family) => {
  const world = (options: WorldOptions = {}) => worldOf({ family, ...options });

  test("13: two concurrent accepts get two flows", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const accepted = Promise.all([listener.accept(), listener.accept()]);
    const connected = [80, 80].map((port) => client.tcp.connect({ host: places.server, port }));
    const opened = await settle(timeline, Promise.all(connected));
    const flows = await settle(timeline, accepted);
    expect(flows[0]).not.toBe(flows[1]);
    expect(flows.map((flow) => flow.remote.port).sort()).toEqual(
      opened.map((flow) => flow.local.port).sort(),
    );
  });

  test("14: a reset is ECONNRESET, the end of the stream is 0 octets", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const pair = async () => {
      const accepting = listener.accept();
      const near = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
      return { near, far: await settle(timeline, accepting) };
    };

    const ended = await pair();
    ended.far.shutdown("write");
    expect(await settle(timeline, ended.near.read(new Uint8Array(10)))).toBe(0);
    expect(await settle(timeline, ended.near.read(new Uint8Array(10)))).toBe(0);

    const reset = await pair();
    const pending = codeOf(timeline, reset.near.read(new Uint8Array(10)));
    reset.far.abort();
    expect(await pending).toBe("ECONNRESET");
    expect(await codeOf(timeline, reset.near.write("late"))).toBe("ECONNRESET");
  });

  test("data that arrived before a reset can still be read", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const accepting = listener.accept();
    const near = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
    const far = await settle(timeline, accepting);
    await settle(timeline, far.write("last words"));
    await timeline.run(100);
    far.abort();
    await timeline.run(100);
    expect(new TextDecoder().decode(await settle(timeline, near.readExactly(10)))).toBe("last words");
    expect(await codeOf(timeline, near.read(new Uint8Array(1)))).toBe("ECONNRESET");
  });

  test("15: without a gateway an off-link connect rejects at once, and refused differs from timed out", async () => {
    const { timeline, client, places } = await world();
    const before = timeline.now();
    expect(await codeOf(timeline, client.tcp.connect({ host: places.beyond, port: 80 }), 1)).toBe(
      "ENETUNREACH",
    );
    expect(timeline.now()).toBe(before);
    expect(await codeOf(timeline, client.tcp.connect({ host: places.server, port: 81 }))).toBe(
      "ECONNREFUSED",
    );

    // A server that answers ARP or Neighbor Discovery, and loses every segment.
    const segments = (frame: Uint8Array): boolean => frame[family === 4 ? 23 : 20] !== 6;
    const silent = await world({ filter: segments });
    const began = silent.timeline.now();
    const attempt = silent.client.tcp.connect({ host: places.server, port: 80 }, { timeout: 5000 });
    expect(await codeOf(silent.timeline, attempt)).toBe("ETIMEDOUT");
    expect(silent.timeline.now() - began).toBeCloseTo(5000, -1);
  });

  test("a neighbour that does not answer is EHOSTUNREACH", async () => {
    const { timeline, client, places } = await world();
    expect(await codeOf(timeline, client.tcp.connect({ host: places.nobody, port: 80 }), 300_000)).toBe(
      "EHOSTUNREACH",
    );
  });

  test("an aborted signal cancels a connect, an accept and a read", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const controller = new AbortController();
    const { signal } = controller;
    const outcomes = [
      client.tcp.connect({ host: places.nobody, port: 80 }, { signal }),
      listener.accept({ signal }),
    ].map((promise) => promise.catch((error: unknown) => error));
    await timeline.run(10);
    const reason = new Error("changed my mind");
    controller.abort(reason);
    expect(await settle(timeline, Promise.all(outcomes))).toEqual([reason, reason]);
    const accepting = listener.accept();
    const near = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
    const far = await settle(timeline, accepting);
    const reading = new AbortController();
    const read = near.read(new Uint8Array(4), { signal: reading.signal }).catch((error: unknown) => error);
    reading.abort(reason);
    expect(await settle(timeline, read)).toBe(reason);
    await settle(timeline, far.write("kept"));
    expect(await settle(timeline, near.read(new Uint8Array(4)))).toBe(4);
  });

  test.each(family === 4 ? [1500, 1400, 1280, 576] : [1500, 1280])(
    "22: bulk transfer both ways at MTU %i",
    async (mtu) => {
      const { timeline, client, server, places } = await world({ mtu, latency: 1 });
      const data = octets(300_000);
      const listener = server.tcp.listen(80);
      const serving = listener.serve(async (flow) => {
        const received = await readAll(flow);
        await flow.write(received);
      });
      const flow = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
      const sending = flow.write(data).then(() => flow.shutdown("write"));
      const back = await settle(timeline, readAll(flow));
      await settle(timeline, sending);
      expect(sameOctets(back, data)).toBe(true);
      await listener.close();
      await settle(timeline, serving);
      expect(flow.local.address.toString()).toBe(places.client);
    },
  );
});
