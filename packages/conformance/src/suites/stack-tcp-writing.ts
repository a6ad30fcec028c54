import { streamOctets } from "../model/stream-content.ts";
import type { SuiteApi } from "./api.ts";
import {
  codeOf,
  collect,
  ENDLESS,
  held,
  type StackBench,
  type StackCase,
  same,
  text,
  thrownBy,
} from "./stack-bench.ts";
import type { TcpFlowLike } from "./stack-contract.ts";

const LARGE = 300_000;

const PIECE = 65_536;

export function writingCases(api: SuiteApi, test: StackCase): void {
  orderCases(api, test);
  pressureCases(api, test);
  borrowCases(api, test);
  endCases(api, test);
}

/**
 * A write that has to wait. A kernel's buffers grow for a while after they were found full, so what is written then may yet be taken: the next one
 * waits, or the one after it.
 */
async function writeThatWaits(
  bench: StackBench,
  flow: TcpFlowLike,
  word: string,
): Promise<{ written(): boolean; writing: Promise<void> }> {
  for (let attempt = 0; ; attempt++) {
    const full = (await bench.fill(flow)) !== null;
    let written = false;
    const writing = held(
      flow.write(word).then(() => {
        written = true;
      }),
    );
    await bench.under.quiet();
    if (!written || !full || attempt === 100) return { written: () => written, writing };
  }
}

function orderCases(api: SuiteApi, test: StackCase): void {
  test("a large stream arrives as it was written, both ways at once", async (bench) => {
    const { near, far } = await bench.connect();
    const there = streamOctets(1, 0, LARGE);
    const back = streamOctets(2, 0, LARGE);
    const write = async (flow: TcpFlowLike, octets: Uint8Array): Promise<void> => {
      await flow.write(octets);
      flow.shutdown("write");
    };
    const writing = held(Promise.all([write(near, there), write(far, back)]));
    const [toFar, toNear] = await bench.settle(Promise.all([collect(far), collect(near)]));
    await bench.settle(writing);
    api.expect([toFar.length, toNear.length]).toEqual([LARGE, LARGE]);
    api.expect([same(toFar, there), same(toNear, back)]).toEqual([true, true]);
  });

  test("concurrent writes keep their order", async (bench) => {
    const { near, far } = await bench.connect();
    const writes = ["one ", "two ", "three"].map((word) => held(near.write(word)));
    near.shutdown("write");
    api.expect(text(await bench.readAll(far))).toBe("one two three");
    await bench.settle(Promise.all(writes));
  });

  test("text is written as UTF-8, nothing is written at once", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write(""));
    await bench.settle(near.write("zwölf"));
    api.expect(await bench.readText(far, 6)).toBe("zwölf");
    api.expect(thrownBy(() => held(near.write([1] as never)))).toBe("TypeError");
    api.expect(thrownBy(() => near.tryWrite("x" as never))).toBe("TypeError");
  });
}

function pressureCases(api: SuiteApi, test: StackCase): void {
  test("a full send buffer makes tryWrite take less, then nothing, and write wait", async (bench) => {
    const { near, far } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
    const first = near.tryWrite(new Uint8Array(PIECE));
    api.expect(first).toBeGreaterThan(0);
    api.expect(first).toBeLessThanOrEqual(4096);
    const { written, writing } = await writeThatWaits(bench, near, "more");
    api.expect(written()).toBe(false);
    const reading = held(collect(far));
    await bench.settle(writing);
    near.shutdown("write");
    const all = await bench.settle(reading);
    api.expect(all.length).toBeGreaterThan(4096);
    api.expect(text(all.subarray(-4))).toBe("more");
  });

  test("a reader that stops stops the writer, and both go on", async (bench) => {
    const { near, far } = await bench.connect({ receiveBuffer: 16_384, sendBuffer: 16_384 });
    const piece = streamOctets(4, 0, PIECE);
    let pieces = 0;
    const stop = new AbortController();
    const writing = held(
      (async () => {
        for (; !stop.signal.aborted && pieces * PIECE < ENDLESS; pieces++) await near.write(piece);
        near.shutdown("write");
      })(),
    );
    for (let before = -1; before < pieces; ) {
      before = pieces;
      await bench.under.quiet();
    }
    api.expect(pieces * PIECE < ENDLESS).toBe(true);
    stop.abort();
    const all = await bench.settle(collect(far));
    await bench.settle(writing);
    api.expect(all.length).toBe(pieces * PIECE);
    const intact = Array.from({ length: pieces }, (_, at) => all.subarray(at * PIECE, (at + 1) * PIECE));
    api.expect(intact.every((got) => same(got, piece))).toBe(true);
  });
}

function borrowCases(api: SuiteApi, test: StackCase): void {
  test("octets are the writer's again when write resolves, and after tryWrite", async (bench) => {
    const { near, far } = await bench.connect();
    const octets = new Uint8Array(50_000);
    const reading = held(collect(far));
    for (let value = 1; value <= 20; value++) await bench.settle(near.write(octets.fill(value)));
    octets.fill(99);
    for (let left = octets.length; left > 0; ) {
      const took = near.tryWrite(octets.subarray(0, left).fill(99));
      octets.fill(0);
      left -= took;
      if (took === 0) await bench.under.quiet();
    }
    near.shutdown("write");
    const all = await bench.settle(reading);
    api.expect(all.length).toBe(21 * octets.length);
    api
      .expect(
        all.every(
          (octet, at) => octet === (Math.floor(at / 50_000) + 1 > 20 ? 99 : Math.floor(at / 50_000) + 1),
        ),
      )
      .toBe(true);
  });

  test("an aborted write rejects with the reason; part of it may be on the way, unchanged", async (bench) => {
    const { near, far } = await bench.connect({ sendBuffer: 16_384, receiveBuffer: 16_384 });
    api.expect(typeof (await bench.fill(near))).toBe("number");
    const abort = new AbortController();
    const octets = new Uint8Array(ENDLESS).fill(7);
    const writing = held(near.write(octets, { signal: abort.signal }));
    await bench.under.quiet();
    abort.abort(new TypeError("enough"));
    api.expect(await bench.outcome(writing)).toBe("TypeError");
    octets.fill(1);
    const last = held(near.write("last"));
    near.shutdown("write");
    const all = await bench.settle(collect(far));
    await bench.settle(last);
    api.expect(text(all.subarray(-4))).toBe("last");
    api.expect(all.subarray(0, -4).every((octet) => octet === 0 || octet === 7)).toBe(true);
  });
}

function endCases(api: SuiteApi, test: StackCase): void {
  test("after shutdown of writing there is nothing more to write", async (bench) => {
    const { near, far } = await bench.connect();
    const writing = held(near.write("the last"));
    near.shutdown("write");
    near.shutdown("write");
    api.expect(await bench.outcome(near.write("too late"))).toBe("EPIPE");
    api.expect(thrownBy(() => near.tryWrite(new Uint8Array(1)))).toBe("EPIPE");
    await bench.settle(writing);
    api.expect(text(await bench.readAll(far))).toBe("the last");
    api.expect(thrownBy(() => near.shutdown("neither" as never))).toBe("RangeError");
  });

  test("a call with a signal that has aborted does nothing", async (bench) => {
    const { near, far, listener } = await bench.connect();
    const abort = new AbortController();
    abort.abort(new TypeError("enough"));
    const { signal } = abort;
    const calls: Promise<unknown>[] = [
      near.write("not this", { signal }),
      far.readExactly(1, { signal }),
      far.get({ signal }),
      listener.accept({ signal }),
    ];
    for (const call of calls) held(call);
    for (const call of calls) api.expect(await bench.outcome(call)).toBe("TypeError");
    await bench.settle(near.write("this"));
    near.shutdown("write");
    api.expect(text(await bench.readAll(far))).toBe("this");
  });

  test("writes that wait end with the connection", async (bench) => {
    const { near, far } = await bench.connect({ sendBuffer: 4096, receiveBuffer: 4096 });
    api.expect(typeof (await bench.fill(near))).toBe("number");
    const writes = ["a", "b"].map((word) => held(near.write(word)));
    near.abort();
    for (const write of writes) api.expect(await bench.outcome(write)).toBe("ECONNABORTED");
    api.expect(await bench.outcome(near.write("c"))).toBe("ECONNABORTED");
    held(far.close());
  });

  test("writing to a peer that reset fails, once that is known", async (bench) => {
    const { near, far } = await bench.connect();
    far.abort();
    const reading = held(near.read(new Uint8Array(1)));
    api.expect(await bench.outcome(reading)).toBe("ECONNRESET");
    api.expect(await bench.outcome(near.write("x"))).toBe("ECONNRESET");
    let thrown: unknown = null;
    try {
      near.tryWrite(new Uint8Array(1));
    } catch (error) {
      thrown = error;
    }
    api.expect(codeOf(thrown)).toBe("ECONNRESET");
  });
}
