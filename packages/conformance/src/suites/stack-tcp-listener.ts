import type { SuiteApi } from "./api.ts";
import { held, type StackCase, text, thrownBy } from "./stack-bench.ts";
import type { TcpFlowLike } from "./stack-contract.ts";

export function listenerCases(api: SuiteApi, test: StackCase): void {
  portCases(api, test);
  acceptCases(api, test);
  endCases(api, test);
  serveCases(api, test);
}

function portCases(api: SuiteApi, test: StackCase): void {
  test("a port has one listener; 0 chooses a free one", async ({ server, service }) => {
    server.tcp.listen({ port: service });
    api.expect(thrownBy(() => server.tcp.listen({ port: service }))).toBe("EADDRINUSE");
    const chosen = server.tcp.listen(0).local.port;
    api.expect(chosen).toBeGreaterThan(0);
    api.expect(thrownBy(() => server.tcp.listen({ port: chosen }))).toBe("EADDRINUSE");
  });

  test("a port at one address is a port at every address, too", async (bench) => {
    const { tcp } = bench.server;
    const host = bench.under.serverAddress;
    tcp.listen(bench.service);
    api.expect(thrownBy(() => tcp.listen({ port: bench.service, host }))).toBe("EADDRINUSE");
    tcp.listen({ port: bench.nobody, host });
    api.expect(thrownBy(() => tcp.listen(bench.nobody))).toBe("EADDRINUSE");
  });

  test("listens at one address, if it is the stack's", async (bench) => {
    const { serverAddress, unreachable } = bench.under;
    const listener = bench.server.tcp.listen({ port: bench.service, host: serverAddress });
    api.expect([String(listener.local.address), listener.local.port]).toEqual([serverAddress, bench.service]);
    const { far } = await bench.connectTo(listener, bench.there);
    api.expect(String(far.local.address)).toBe(serverAddress);
    const foreign = () => bench.server.tcp.listen({ port: bench.nobody, host: unreachable });
    api.expect(thrownBy(foreign)).toBe("EADDRNOTAVAIL");
  });

  test("wrong arguments throw at once", async ({ server, service }) => {
    const listen = (change: object) => thrownBy(() => server.tcp.listen({ port: service, ...change }));
    api.expect(listen({ port: 70_000 })).toBe("RangeError");
    api.expect(listen({ port: 1.5 })).toBe("RangeError");
    api.expect(listen({ host: "everywhere" })).toBe("RangeError");
    api.expect(listen({ host: 4 })).toBe("TypeError");
    api.expect(listen({ backlog: 0 })).toBe("RangeError");
    api.expect(listen({})).toBe("nothing");
  });
}

function acceptCases(api: SuiteApi, test: StackCase): void {
  test("concurrent accepts get different connections", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const accepts = [held(listener.accept()), held(listener.accept())];
    const connecting = [bench.client.tcp.connect(bench.there), bench.client.tcp.connect(bench.there)];
    const nears = await bench.settle(Promise.all(connecting));
    const fars = await bench.settle(Promise.all(accepts));
    const local = nears.map((flow) => flow.local.port).sort();
    api.expect(fars.map(({ remote }) => remote.port).sort()).toEqual(local);
  });

  test("connections that wait are accepted oldest first, with what they sent meanwhile", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const first = await bench.settle(bench.client.tcp.connect(bench.there));
    await bench.settle(first.write("first"));
    const second = await bench.settle(bench.client.tcp.connect(bench.there));
    await bench.settle(second.write("second"));
    const words: string[] = [];
    for (const length of [5, 6]) {
      const flow = await bench.settle(listener.accept());
      words.push(await bench.readText(flow, length));
    }
    api.expect(words).toEqual(["first", "second"]);
  });

  test("what closed before it was accepted is accepted with everything that it sent", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const near = await bench.settle(bench.client.tcp.connect(bench.there));
    await bench.settle(near.write("gone"));
    held(near.close());
    await bench.under.quiet();
    const far = await bench.settle(listener.accept());
    api.expect(text(await bench.readAll(far))).toBe("gone");
    api.expect(await bench.outcome(far.close())).toBe("resolved");
  });

  test("an aborted accept rejects with the reason and loses no connection", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const abort = new AbortController();
    const aborted = held(listener.accept({ signal: abort.signal }));
    abort.abort(new TypeError("enough"));
    api.expect(await bench.outcome(aborted)).toBe("TypeError");
    const { near, far } = await bench.connectTo(listener, bench.there);
    api.expect(far.remote.port).toBe(near.local.port);
  });

  test("iterates over connections until it is closed", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const seen: number[] = [];
    const iterating = held(
      (async () => {
        for await (const flow of listener) {
          seen.push(flow.remote.port);
          if (seen.length === 2) await listener.close();
        }
      })(),
    );
    const ports: number[] = [];
    for (let i = 0; i < 2; i++)
      ports.push((await bench.settle(bench.client.tcp.connect(bench.there))).local.port);
    await bench.settle(iterating);
    api.expect(seen).toEqual(ports);
  });
}

function endCases(api: SuiteApi, test: StackCase): void {
  test("a closed listener accepts nobody, tells who waits, and frees its port", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const waiting = held(listener.accept());
    await bench.settle(listener.close());
    await bench.settle(listener.close());
    api.expect(await bench.outcome(waiting)).toBe("ECONNABORTED");
    api.expect(await bench.outcome(listener.accept())).toBe("ECONNABORTED");
    api.expect(await bench.outcome(bench.client.tcp.connect(bench.there))).toBe("ECONNREFUSED");
    const again = bench.server.tcp.listen({ port: bench.service });
    await bench.settle(again[Symbol.asyncDispose]());
    bench.server.tcp.listen({ port: bench.service });
  });

  test("closing resets what was not accepted; what was accepted goes on, beside the next listener", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const { near, far } = await bench.connectTo(listener, bench.there);
    const left = await bench.settle(bench.client.tcp.connect(bench.there));
    await bench.under.quiet();
    await bench.settle(listener.close());
    api.expect(await bench.outcome(left.read(new Uint8Array(1)))).toBe("ECONNRESET");
    bench.server.tcp.listen({ port: bench.service });
    await bench.settle(near.write("on"));
    api.expect(await bench.readText(far, 2)).toBe("on");
  });
}

function serveCases(api: SuiteApi, test: StackCase): void {
  test("serve runs a handler for each connection and closes the flow after it", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const serving = held(
      listener.serve(async (flow) => {
        await flow.write(await flow.readExactly(4));
      }),
    );
    const flow = await bench.settle(bench.client.tcp.connect(bench.there));
    await bench.settle(flow.write("ping"));
    flow.shutdown("write");
    api.expect(text(await bench.readAll(flow))).toBe("ping");
    await bench.settle(listener.close());
    api.expect(await bench.outcome(serving)).toBe("resolved");
  });

  test("a handler that fails resets its own flow, is counted, and disturbs nobody", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    const handler = async (flow: TcpFlowLike): Promise<void> => {
      const word = text(await flow.readExactly(4));
      if (word === "fail") throw new Error("as asked");
      await flow.write(word);
    };
    const serving = held(listener.serve(handler));
    const [bad, good] = await bench.settle(
      Promise.all([bench.client.tcp.connect(bench.there), bench.client.tcp.connect(bench.there)]),
    );
    await bench.settle(bad.write("fail"));
    api.expect(await bench.outcome(bad.read(new Uint8Array(1)))).toBe("ECONNRESET");
    await bench.settle(good.write("fine"));
    api.expect(await bench.readText(good, 4)).toBe("fine");
    api.expect(bench.server.stats()["stack"]!["handlerFailures"]).toBe(1);
    await bench.settle(listener.close());
    await bench.settle(serving);
  });

  test("serve ends when all handlers have", async (bench) => {
    const listener = bench.server.tcp.listen({ port: bench.service });
    let ended = false;
    const serving = held(
      listener.serve(async (flow) => {
        await flow.write("go");
        await flow.readExactly(1);
        ended = true;
      }),
    );
    const flow = await bench.settle(bench.client.tcp.connect(bench.there));
    api.expect(await bench.readText(flow, 2)).toBe("go");
    await bench.settle(listener.close());
    api.expect(ended).toBe(false);
    await bench.settle(flow.write("x"));
    await bench.settle(serving);
    api.expect(ended).toBe(true);
    api.expect(await bench.outcome(listener.serve(undefined as never))).toBe("TypeError");
  });
}
