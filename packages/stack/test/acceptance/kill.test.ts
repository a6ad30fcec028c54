import { describe, expect, test } from "vitest";
import { codeOf, FAMILIES, settle, world as worldOf } from "../support/world.ts";

describe.each(FAMILIES)("IPv%i", (family) => {
  const world = () => worldOf({ family });

  test("23: kill rejects a pending accept, read, connect, recv and ping with ENETDOWN", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const accepting = listener.accept();
    const flow = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
    await settle(timeline, accepting);
    const pending = [
      client.tcp.listen(90).accept(),
      flow.read(new Uint8Array(1)),
      flow.readExactly(4),
      client.tcp.connect({ host: places.nobody, port: 80 }),
      client.udp.bind({ port: 7 }).recv(),
      client.ping(places.nobody, { timeout: 60_000 }),
    ];
    const codes = Promise.all(
      pending.map((promise) =>
        promise.then(
          () => "resolved",
          (error) => error.code,
        ),
      ),
    );
    await timeline.run(5);
    const killed = client.kill();
    expect(await settle(timeline, codes)).toEqual(pending.map(() => "ENETDOWN"));
    await settle(timeline, killed);
    expect(() => client.tcp.listen(91)).toThrow(/ENETDOWN/);
    expect(() => client.udp.bind()).toThrow(/ENETDOWN/);
    expect(await codeOf(timeline, client.tcp.connect({ host: places.server, port: 80 }))).toBe("ENETDOWN");
  });

  test("kill sends a FIN: the peer sees the end of the stream, not a reset", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const accepting = listener.accept();
    const near = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
    const far = await settle(timeline, accepting);
    await settle(timeline, near.write("goodbye"));
    const killed = client.kill();
    expect(new TextDecoder().decode(await settle(timeline, far.readExactly(7)))).toBe("goodbye");
    expect(await settle(timeline, far.read(new Uint8Array(1)))).toBe(0);
    await settle(timeline, far.close());
    await settle(timeline, killed);
  });

  test("kill with a deadline resets what does not end: the peer sees ECONNRESET", async () => {
    const { timeline, client, server, places } = await world();
    const listener = server.tcp.listen(80);
    const accepting = listener.accept();
    await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
    const far = await settle(timeline, accepting);
    const started = timeline.now();
    await settle(timeline, client.kill({ timeout: 500 }));
    expect(timeline.now() - started).toBeLessThanOrEqual(501);
    await timeline.run(10);
    expect(await codeOf(timeline, far.write(new Uint8Array(1)))).toBe("ECONNRESET");
  });

  test("kill is idempotent, emits closed once, and leaves nothing on the timeline", async () => {
    const { timeline, client, server } = await world();
    let closed = 0;
    client.on("closed", ({ error }) => {
      expect(error).toBeNull();
      closed++;
    });
    await settle(timeline, Promise.all([client.kill(), client.kill(), server.kill()]));
    await settle(timeline, Promise.resolve(client[Symbol.asyncDispose]()));
    expect(closed).toBe(1);
    // What was still on the cable arrives nowhere.
    await timeline.run(10);
    expect(timeline.peek()).toBeNull();
  });

  test("a served connection gets its FIN when the stack is killed, though its handler rejects", async () => {
    const { timeline, client, server, places } = await world();
    server.tcp
      .listen(80)
      .serve(async (flow) => {
        for await (const chunk of flow) await flow.write(chunk);
      })
      .catch(() => {});
    const near = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
    await settle(timeline, near.write("hi"));
    await settle(timeline, near.readExactly(2));
    const killed = server.kill();
    expect(await settle(timeline, near.read(new Uint8Array(1)))).toBe(0);
    await settle(timeline, near.close());
    await settle(timeline, killed);
    expect(server.stats()["stack"]).toMatchObject({ handlerFailures: 0 });
  });
});
