import type { SuiteApi } from "./api.ts";
import { held, type StackCase, thrownBy } from "./stack-bench.ts";

export function killCases(api: SuiteApi, test: StackCase): void {
  pendingCases(api, test);
  laterCases(api, test);
  peerCases(api, test);
}

function pendingCases(api: SuiteApi, test: StackCase): void {
  test("everything that waits ends with ENETDOWN", async (bench) => {
    const { near, far } = await bench.connect();
    const other = await bench.settle(bench.client.tcp.connect(bench.there));
    const listener = bench.client.tcp.listen({ port: bench.nobody });
    const serving = bench.client.tcp.listen(0);
    const socket = bench.client.udp.bind();
    const iterate = async (items: AsyncIterable<unknown>): Promise<void> => {
      for await (const _ of items);
    };
    const waiting: Promise<unknown>[] = [
      near.read(new Uint8Array(1)),
      near.get(),
      near.readExactly(5),
      iterate(near),
      other.readable.getReader().read(),
      listener.accept(),
      iterate(listener),
      serving.serve(async () => {}),
      socket.recv(),
      iterate(socket),
      bench.client.tcp.connect(bench.there),
    ];
    for (const promise of waiting) held(promise);
    await bench.settle(bench.client.kill());
    const outcomes: string[] = [];
    for (const promise of waiting) outcomes.push(await bench.outcome(promise));
    api.expect(outcomes).toEqual(waiting.map(() => "ENETDOWN"));
    held(far.close());
  });

  test("writes that wait end with ENETDOWN", async (bench) => {
    const { near } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
    const writes = [held(near.write(new Uint8Array(64 * 1024 * 1024))), held(near.write("more"))];
    await bench.settle(bench.client.kill({ timeout: 0 }));
    for (const write of writes) api.expect(await bench.outcome(write)).toBe("ENETDOWN");
  });
}

function laterCases(api: SuiteApi, test: StackCase): void {
  test("what comes later ends with ENETDOWN too", async (bench) => {
    const { client, service } = bench;
    const { near } = await bench.connect();
    const listener = client.tcp.listen(0);
    const socket = client.udp.bind();
    await bench.settle(client.kill());
    const rejected: Promise<unknown>[] = [
      client.tcp.connect(bench.there),
      near.read(new Uint8Array(1)),
      near.write("x"),
      listener.accept(),
      socket.recv(),
      socket.send("x", bench.there),
    ];
    for (const promise of rejected) held(promise);
    for (const promise of rejected) api.expect(await bench.outcome(promise)).toBe("ENETDOWN");
    api.expect(thrownBy(() => client.tcp.listen(service))).toBe("ENETDOWN");
    api.expect(thrownBy(() => client.udp.bind())).toBe("ENETDOWN");
  });

  test("is told once, by an event and to everybody who kills", async (bench) => {
    const events: unknown[] = [];
    const stop = bench.client.on("closed", () => events.push("not me"));
    bench.client.on("closed", ({ error }) => events.push(error));
    stop();
    api.expect(thrownBy(() => held(bench.client.kill({ timeout: -1 })))).toBe("RangeError");
    await bench.settle(Promise.all([bench.client.kill(), bench.client.kill()]));
    await bench.settle(bench.client[Symbol.asyncDispose]());
    api.expect(events).toEqual([null]);
    api.expect(thrownBy(() => bench.client.on("opened" as never, () => {}))).toBe("RangeError");
  });
}

function peerCases(api: SuiteApi, test: StackCase): void {
  test("with time, the peer's stream ends after everything that was written", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("the end"));
    const killing = held(bench.client.kill({ timeout: 20_000 }));
    api.expect(await bench.readText(far, 7)).toBe("the end");
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
    await bench.settle(far.close());
    await bench.settle(killing);
  });

  // A timer of the platform takes 2^31 - 1 ms at most, and comes at once for more.
  for (const timeout of [2 ** 31, Number.POSITIVE_INFINITY]) {
    test(`with ${timeout} ms, it waits for a peer that takes its time`, async (bench) => {
      const { near, far } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
      const written = await bench.fill(near);
      const killing = held(bench.client.kill({ timeout }));
      await bench.under.quiet();
      api.expect((await bench.readAll(far)).length).toBe(written);
      await bench.settle(far.close());
      await bench.settle(killing);
    });
  }

  test("with unread data, and with connections that nobody accepted, the peer is reset", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(far.write("unread"));
    const other = bench.client.tcp.listen({ port: bench.nobody });
    const to = { host: bench.under.clientAddress, port: bench.nobody };
    const waiting = await bench.settle(bench.server.tcp.connect(to));
    await bench.under.quiet();
    await bench.settle(bench.client.kill());
    api.expect(await bench.outcome(far.read(new Uint8Array(1)))).toBe("ECONNRESET");
    api.expect(await bench.outcome(waiting.read(new Uint8Array(1)))).toBe("ECONNRESET");
    api.expect(await bench.outcome(near.close())).toBe("ENETDOWN");
    api.expect(await bench.outcome(other.close())).toBe("resolved");
  });

  test("without time, the peer's stream ends, or is reset, but does not hang", async (bench) => {
    const { far } = await bench.connect();
    const reading = held(far.read(new Uint8Array(1)));
    await bench.settle(bench.client.kill({ timeout: 0 }));
    api.expect(["resolved", "ECONNRESET"].includes(await bench.outcome(reading))).toBe(true);
  });
}
