import type { SuiteApi } from "./api.ts";
import { collect, ENDLESS, held, type StackBench, type StackCase, text, thrownBy } from "./stack-bench.ts";
import type { TcpFlowLike } from "./stack-contract.ts";

/** Writes to somebody who does not listen, until that is known; the outcome. */
async function writeOn(bench: StackBench, flow: TcpFlowLike): Promise<string> {
  let outcome = "resolved";
  for (let i = 0; i < 100 && outcome === "resolved"; i++) {
    outcome = await bench.outcome(flow.write("anybody?"));
    await bench.under.quiet();
  }
  return outcome;
}

export function closingCases(api: SuiteApi, test: StackCase): void {
  halfCases(api, test);
  closeCases(api, test);
  resetCases(api, test);
}

function halfCases(api: SuiteApi, test: StackCase): void {
  test("half-closed, the other direction goes on", async (bench) => {
    const { near, far } = await bench.connect();
    near.shutdown("write");
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
    await bench.settle(far.write("still here"));
    far.shutdown("write");
    api.expect(text(await bench.readAll(near))).toBe("still here");
    api.expect(await bench.outcome(near.write("too late"))).toBe("EPIPE");
  });

  test("half-closed, a large answer arrives whole", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("all of it, please"));
    near.shutdown("write");
    api.expect(text(await bench.readAll(far))).toBe("all of it, please");
    const reading = held(collect(near));
    await bench.settle(far.write(new Uint8Array(500_000)));
    await bench.settle(far.close());
    api.expect((await bench.settle(reading)).length).toBe(500_000);
    await bench.settle(near.close());
  });

  test("shutdown of both ends both", async (bench) => {
    const { near, far } = await bench.connect();
    near.shutdown("both");
    api.expect(await bench.settle(near.read(new Uint8Array(1)))).toBe(0);
    api.expect(await bench.outcome(near.write("x"))).toBe("EPIPE");
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
  });
}

function closeCases(api: SuiteApi, test: StackCase): void {
  test("close resolves when all that was written is through, more than once", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("last words"));
    const closing = held(near.close());
    api.expect(text(await bench.readAll(far))).toBe("last words");
    await bench.settle(far.close());
    api.expect(await bench.outcome(closing)).toBe("resolved");
    api.expect(await bench.outcome(near.close())).toBe("resolved");
    api.expect(await bench.outcome(near[Symbol.asyncDispose]())).toBe("resolved");
  });

  test("writes that wait go before the end", async (bench) => {
    const { near, far } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
    const writing = held(near.write(new Uint8Array(400_000)));
    const closing = held(near.close());
    api.expect((await bench.readAll(far)).length).toBe(400_000);
    await bench.settle(writing);
    held(far.close());
    api.expect(await bench.outcome(closing)).toBe("resolved");
  });

  test("who reads, or comes later, learns of the close", async (bench) => {
    const { near } = await bench.connect();
    const reading = held(near.read(new Uint8Array(1)));
    held(near.close());
    api.expect(await bench.outcome(reading)).toBe("ECONNABORTED");
    api.expect(await bench.outcome(near.write("x"))).toBe("EPIPE");
  });

  test("closed with unread data, the peer is reset (RFC 2525 2.17)", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(far.write("unread"));
    api.expect(await bench.readText(near, 2)).toBe("un");
    api.expect(await bench.outcome(near.close())).toBe("resolved");
    api.expect(await bench.outcome(far.read(new Uint8Array(1)))).toBe("ECONNRESET");
    api.expect(await bench.outcome(far.write("x"))).toBe("ECONNRESET");
    api.expect(await bench.outcome(far.close())).toBe("ECONNRESET");
  });

  test("closed with data that nobody wanted to read, the peer's stream ends", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(far.write("unread"));
    api.expect(await bench.readText(near, 2)).toBe("un");
    near.shutdown("read");
    const closing = held(near.close());
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
    held(far.close());
    api.expect(await bench.outcome(closing)).toBe("resolved");
  });

  test("both ends may close at once", async (bench) => {
    const { near, far } = await bench.connect();
    const closing = [held(near.close()), held(far.close())];
    for (const promise of closing) api.expect(await bench.outcome(promise)).toBe("resolved");
  });

  test("what arrives after the close resets the peer (RFC 9293 MUST-12)", async (bench) => {
    const { near, far } = await bench.connect();
    held(near.close());
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
    api.expect(await writeOn(bench, far)).toBe("ECONNRESET");
  });
}

function resetCases(api: SuiteApi, test: StackCase): void {
  test("abort is ECONNABORTED here and ECONNRESET there, after what had arrived", async (bench) => {
    const { near, far } = await bench.connect();
    const reading = held(near.read(new Uint8Array(1)));
    await bench.settle(near.write("1before"));
    api.expect(await bench.readText(far, 1)).toBe("1");
    near.abort();
    near.abort();
    api.expect(await bench.outcome(reading)).toBe("ECONNABORTED");
    await bench.under.quiet();
    api.expect(await bench.readText(far, 6)).toBe("before");
    api.expect(await bench.outcome(far.read(new Uint8Array(1)))).toBe("ECONNRESET");
  });

  test("abort right after the end of writing still resets", async (bench) => {
    const { near, far } = await bench.connect();
    near.shutdown("write");
    near.abort();
    api.expect(await writeOn(bench, far)).toBe("ECONNRESET");
  });

  test("abort ends a close that waits", async (bench) => {
    const { near } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
    await bench.fill(near);
    const closing = held(near.close());
    near.abort();
    api.expect(await bench.outcome(closing)).toBe("ECONNABORTED");
    api.expect(await bench.outcome(near.close())).toBe("ECONNABORTED");
  });

  test("a peer that resets ends what waits here", async (bench) => {
    const { near, far } = await bench.connect();
    const writing = held(far.write(new Uint8Array(ENDLESS)));
    await bench.under.quiet();
    near.abort();
    api.expect(await bench.outcome(writing)).toBe("ECONNRESET");
    api.expect(await bench.outcome(far.read(new Uint8Array(1)))).toBe("ECONNRESET");
    api.expect(await bench.outcome(far.close())).toBe("ECONNRESET");
  });

  test("what is over can be asked, set and ended again", async (bench) => {
    const { near, far } = await bench.connect();
    near.abort();
    await bench.under.quiet();
    held(far.close());
    await bench.under.quiet();
    for (const flow of [near, far]) {
      const calls = [
        () => flow.setNoDelay(true),
        () => flow.setKeepAlive(true),
        () => flow.setKeepAlive(false),
        () => flow.shutdown("both"),
        () => flow.abort(),
        () => flow.peers(),
      ];
      api.expect(calls.map(thrownBy)).toEqual(calls.map(() => "nothing"));
      api.expect(flow.info()["state"]).toBe("CLOSED");
      api.expect(thrownBy(() => flow.setKeepAlive({ idle: 0 }))).toBe("RangeError");
      api.expect(thrownBy(() => flow.tryWrite(new Uint8Array(1)))).toBe("EPIPE");
    }
  });

  test("after abort every call says so, close included", async (bench) => {
    const { near } = await bench.connect();
    near.abort();
    api.expect(await bench.outcome(near.read(new Uint8Array(1)))).toBe("ECONNABORTED");
    api.expect(await bench.outcome(near.get())).toBe("ECONNABORTED");
    api.expect(await bench.outcome(near.write("x"))).toBe("ECONNABORTED");
    api.expect(await bench.outcome(near.close())).toBe("ECONNABORTED");
  });
}
