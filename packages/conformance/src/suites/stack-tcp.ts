import { streamOctets } from "../model/stream-content.ts";
import type { SuiteApi } from "./api.ts";
import { collect, held, NOBODY, SERVICE, type StackBench, text, thrownBy } from "./stack-bench.ts";

export type StackCase = (name: string, run: (bench: StackBench) => Promise<void>) => void;

const LARGE = 300_000;

export function tcpCases(api: SuiteApi, test: StackCase): void {
  openingCases(api, test);
  listenerCases(api, test);
  streamCases(api, test);
  readingCases(api, test);
  closingCases(api, test);
}

function openingCases(api: SuiteApi, test: StackCase): void {
  test("both ends of a connection know each other's addresses", async (bench) => {
    const { near, far } = await bench.connect();
    const { clientAddress, serverAddress } = bench.under;
    api.expect([near.remote.address, near.remote.port].map(String)).toEqual([serverAddress, String(SERVICE)]);
    api.expect(String(near.local.address)).toBe(clientAddress);
    api.expect(String(far.remote.address)).toBe(clientAddress);
    api.expect(far.remote.port).toBe(near.local.port);
  });

  test("where nobody listens is ECONNREFUSED, where no way leads ENETUNREACH", async (bench) => {
    const host = bench.under.serverAddress;
    api.expect(await bench.outcome(bench.client.tcp.connect({ host, port: NOBODY }))).toBe("ECONNREFUSED");
    const nowhere = bench.client.tcp.connect({ host: bench.under.unreachable, port: SERVICE });
    api.expect(await bench.outcome(nowhere)).toBe("ENETUNREACH");
  });

  test("connecting ends with the reason of its signal", async (bench) => {
    const abort = new AbortController();
    const to = { host: bench.under.serverAddress, port: SERVICE };
    const connecting = held(bench.client.tcp.connect(to, { signal: abort.signal }));
    abort.abort(new RangeError("changed my mind"));
    api.expect(await bench.outcome(connecting)).toBe("RangeError");
  });
}

function listenerCases(api: SuiteApi, test: StackCase): void {
  test("a port has one listener; 0 chooses a free one", async ({ server }) => {
    server.tcp.listen({ port: SERVICE });
    api.expect(thrownBy(() => server.tcp.listen({ port: SERVICE }))).toBe("EADDRINUSE");
    const chosen = server.tcp.listen({ port: 0 }).local.port;
    api.expect(chosen).toBeGreaterThan(0);
    api.expect(thrownBy(() => server.tcp.listen({ port: chosen }))).toBe("EADDRINUSE");
    api.expect(thrownBy(() => server.tcp.listen({ port: 70_000 }))).toBe("RangeError");
  });

  test("concurrent accepts get different connections", async (bench) => {
    const listener = bench.server.tcp.listen({ port: SERVICE });
    const accepts = [held(listener.accept()), held(listener.accept())];
    const to = { host: bench.under.serverAddress, port: SERVICE };
    const nears = await bench.settle(
      Promise.all([bench.client.tcp.connect(to), bench.client.tcp.connect(to)]),
    );
    const fars = await bench.settle(Promise.all(accepts));
    const ports = (flows: readonly { local: { port: number } }[]): number[] =>
      flows.map(({ local }) => local.port).sort();
    api.expect(fars.map(({ remote }) => remote.port).sort()).toEqual(ports(nears));
  });

  test("a closed listener accepts nobody, tells who waits, and frees its port", async (bench) => {
    const listener = bench.server.tcp.listen({ port: SERVICE });
    const waiting = held(listener.accept());
    await bench.settle(listener.close());
    await bench.settle(listener.close());
    api.expect(await bench.outcome(waiting)).toBe("ECONNABORTED");
    const to = { host: bench.under.serverAddress, port: SERVICE };
    api.expect(await bench.outcome(bench.client.tcp.connect(to))).toBe("ECONNREFUSED");
    bench.server.tcp.listen({ port: SERVICE });
  });

  test("serve runs a handler for each connection and closes the flow after it", async (bench) => {
    const listener = bench.server.tcp.listen({ port: SERVICE });
    const serving = held(
      listener.serve(async (flow) => {
        await flow.write(await flow.readExactly(4));
      }),
    );
    const flow = await bench.settle(
      bench.client.tcp.connect({ host: bench.under.serverAddress, port: SERVICE }),
    );
    await bench.settle(flow.write("ping"));
    flow.shutdown("write");
    api.expect(text(await bench.readAll(flow))).toBe("ping");
    await bench.settle(listener.close());
    api.expect(await bench.outcome(serving)).toBe("resolved");
  });
}

function streamCases(api: SuiteApi, test: StackCase): void {
  test("a large stream arrives as it was written, both ways at once", async (bench) => {
    const { near, far } = await bench.connect();
    const there = streamOctets(1, 0, LARGE);
    const back = streamOctets(2, 0, LARGE);
    const write = async (flow: typeof near, octets: Uint8Array): Promise<void> => {
      await flow.write(octets);
      flow.shutdown("write");
    };
    const writing = held(Promise.all([write(near, there), write(far, back)]));
    const [toFar, toNear] = await bench.settle(Promise.all([collect(far), collect(near)]));
    await bench.settle(writing);
    api.expect([toFar.length, toNear.length]).toEqual([LARGE, LARGE]);
    api.expect(toFar.every((octet, at) => octet === there[at])).toBe(true);
    api.expect(toNear.every((octet, at) => octet === back[at])).toBe(true);
  });

  test("concurrent writes keep their order", async (bench) => {
    const { near, far } = await bench.connect();
    const writes = ["one ", "two ", "three"].map((word) => held(near.write(word)));
    near.shutdown("write");
    api.expect(text(await bench.readAll(far))).toBe("one two three");
    await bench.settle(Promise.all(writes));
  });

  test("a full send buffer makes tryWrite take less, then nothing, and write wait", async (bench) => {
    const { near, far } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
    const octets = new Uint8Array(100_000);
    api.expect(near.tryWrite(octets)).toBeGreaterThan(0);
    await bench.under.quiet();
    near.tryWrite(octets);
    await bench.under.quiet();
    api.expect(near.tryWrite(octets)).toBe(0);
    let written = false;
    const writing = held(
      near.write("more").then(() => {
        written = true;
      }),
    );
    await bench.under.quiet();
    api.expect(written).toBe(false);
    const reading = held(collect(far));
    await bench.settle(writing);
    near.shutdown("write");
    api.expect((await bench.settle(reading)).length).toBeGreaterThan(4096);
  });
}

function readingCases(api: SuiteApi, test: StackCase): void {
  test("read waits for at least one octet, and takes what is there", async (bench) => {
    const { near, far } = await bench.connect();
    const into = new Uint8Array(10);
    const reading = held(far.read(into));
    await bench.settle(near.write("abc"));
    api.expect(await bench.settle(reading)).toBe(3);
    api.expect(text(into.subarray(0, 3))).toBe("abc");
    api.expect(thrownBy(() => held(far.read(new Uint8Array(0))))).toBe("RangeError");
  });

  test("an aborted read rejects with the reason and takes nothing", async (bench) => {
    const { near, far } = await bench.connect();
    const abort = new AbortController();
    const reading = held(far.read(new Uint8Array(4), { signal: abort.signal }));
    abort.abort(new TypeError("enough"));
    api.expect(await bench.outcome(reading)).toBe("TypeError");
    await bench.settle(near.write("whole"));
    api.expect(text(await bench.settle(far.readExactly(5)))).toBe("whole");
  });

  test("the end of the stream: read is 0 again and again, get is null, readExactly is premature", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("x"));
    near.shutdown("write");
    api.expect(await bench.outcome(far.readExactly(2))).toBe("ERR_STREAM_PREMATURE_CLOSE");
    const into = new Uint8Array(4);
    api.expect(await bench.settle(far.read(into))).toBe(0);
    api.expect(await bench.settle(far.read(into))).toBe(0);
    api.expect(await bench.settle(far.get())).toBe(null);
  });

  test("get shows what is there without a copy", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("view"));
    const views = await bench.settle(far.get());
    api.expect(views!.map(text).join("")).toBe("view");
  });

  test("half-closed, the other direction goes on", async (bench) => {
    const { near, far } = await bench.connect();
    near.shutdown("write");
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
    await bench.settle(far.write("still here"));
    far.shutdown("write");
    api.expect(text(await bench.readAll(near))).toBe("still here");
    api.expect(await bench.outcome(near.write("too late"))).toBe("EPIPE");
  });
}

function closingCases(api: SuiteApi, test: StackCase): void {
  test("close resolves when all that was written is acknowledged, more than once", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("last words"));
    const closing = held(near.close());
    api.expect(text(await bench.readAll(far))).toBe("last words");
    await bench.settle(far.close());
    api.expect(await bench.outcome(closing)).toBe("resolved");
    api.expect(await bench.outcome(near.close())).toBe("resolved");
  });

  test("closed with unread data, the peer is reset (RFC 2525 2.17)", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(far.write("unread"));
    await bench.under.quiet();
    held(near.close());
    api.expect(await bench.outcome(far.read(new Uint8Array(1)))).toBe("ECONNRESET");
  });

  test("abort is ECONNABORTED here and ECONNRESET there, after what had arrived", async (bench) => {
    if (!bench.client.supports.abort) return;
    const { near, far } = await bench.connect();
    const reading = held(near.read(new Uint8Array(1)));
    await bench.settle(near.write("before"));
    await bench.under.quiet();
    near.abort();
    near.abort();
    api.expect(await bench.outcome(reading)).toBe("ECONNABORTED");
    await bench.under.quiet();
    api.expect(text(await bench.settle(far.readExactly(6)))).toBe("before");
    api.expect(await bench.outcome(far.read(new Uint8Array(1)))).toBe("ECONNRESET");
  });
}
