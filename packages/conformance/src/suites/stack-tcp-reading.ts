import type { SuiteApi } from "./api.ts";
import { collect, held, type StackCase, same, text, thrownBy } from "./stack-bench.ts";

export function readingCases(api: SuiteApi, test: StackCase): void {
  readCases(api, test);
  exactCases(api, test);
  viewCases(api, test);
  endCases(api, test);
}

function readCases(api: SuiteApi, test: StackCase): void {
  test("read waits for at least one octet, and takes what is there", async (bench) => {
    const { near, far } = await bench.connect();
    const into = new Uint8Array(10);
    const reading = held(far.read(into));
    await bench.settle(near.write("abc"));
    api.expect(await bench.settle(reading)).toBe(3);
    api.expect(text(into.subarray(0, 3))).toBe("abc");
  });

  test("read leaves what does not fit", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("abcdef"));
    const into = new Uint8Array(4);
    let read = "";
    while (read.length < 6) read += text(into.subarray(0, await bench.settle(far.read(into.subarray(0, 2)))));
    api.expect(read).toBe("abcdef");
  });

  test("an aborted read rejects with the reason and takes nothing", async (bench) => {
    const { near, far } = await bench.connect();
    const abort = new AbortController();
    const { signal } = abort;
    const reading = [far.read(new Uint8Array(4), { signal }), far.get({ signal })].map((promise) =>
      held<unknown>(promise),
    );
    abort.abort(new TypeError("enough"));
    for (const promise of reading) api.expect(await bench.outcome(promise)).toBe("TypeError");
    api.expect(await bench.outcome(far.read(new Uint8Array(4), { signal }))).toBe("TypeError");
    await bench.settle(near.write("whole"));
    api.expect(await bench.readText(far, 5)).toBe("whole");
  });

  test("wrong arguments throw at once", async (bench) => {
    const { far } = await bench.connect();
    api.expect(thrownBy(() => held(far.read(new Uint8Array(0))))).toBe("RangeError");
    api.expect(thrownBy(() => held(far.read([] as never)))).toBe("TypeError");
    api.expect(thrownBy(() => held(far.readExactly(-1)))).toBe("RangeError");
    api.expect(thrownBy(() => held(far.readExactly(0.5)))).toBe("RangeError");
  });
}

function exactCases(api: SuiteApi, test: StackCase): void {
  test("readExactly waits for all of it, concurrent ones take turns", async (bench) => {
    const { near, far } = await bench.connect();
    const reads = [3, 0, 4].map((octets) => held(far.readExactly(octets)));
    for (const piece of ["o", "nef", "our"]) await bench.settle(near.write(piece));
    const words = (await bench.settle(Promise.all(reads))).map(text);
    api.expect(words).toEqual(["one", "", "four"]);
  });

  test("an aborted readExactly lets the next one go on", async (bench) => {
    const { near, far } = await bench.connect();
    const abort = new AbortController();
    const first = held(far.readExactly(100, { signal: abort.signal }));
    const second = held(far.readExactly(4));
    abort.abort(new TypeError("enough"));
    await bench.settle(near.write("next"));
    api.expect(await bench.outcome(first)).toBe("TypeError");
    api.expect(text(await bench.settle(second))).toBe("next");
  });
}

function viewCases(api: SuiteApi, test: StackCase): void {
  test("get shows what is there without a copy", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("view"));
    const views = await bench.settle(far.get());
    api.expect(views!.map(text).join("")).toBe("view");
  });

  test("what get showed is taken by the next call", async (bench) => {
    const { near, far } = await bench.connect();
    let seen = "";
    const look = async (): Promise<void> => {
      for (const view of (await bench.settle(far.get()))!) seen += text(view);
    };
    await bench.settle(near.write("one "));
    await look();
    await bench.settle(near.write("two "));
    await look();
    await bench.settle(near.write("three"));
    api.expect(await bench.readText(far, 5)).toBe("three");
    api.expect(seen).toBe("one two ");
  });

  test("what get showed is not shown again when the connection ends meanwhile", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("once"));
    api.expect((await bench.settle(far.get()))!.map(text).join("")).toBe("once");
    near.abort();
    await bench.under.quiet();
    api.expect(await bench.outcome(far.get())).toBe("ECONNRESET");
  });

  test("iterating gives chunks that are the reader's own", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("mine"));
    near.shutdown("write");
    const chunks: Uint8Array[] = [];
    const iterating = (async () => {
      for await (const chunk of far) chunks.push(chunk.fill(0x2a));
    })();
    await bench.settle(iterating);
    api.expect(chunks.map(text).join("")).toBe("****");
  });
}

function endCases(api: SuiteApi, test: StackCase): void {
  test("the end of the stream: read is 0 again and again, get is null, readExactly is premature", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("x"));
    near.shutdown("write");
    api.expect(await bench.outcome(far.readExactly(2))).toBe("ERR_STREAM_PREMATURE_CLOSE");
    const into = new Uint8Array(4);
    api.expect(await bench.settle(far.read(into))).toBe(0);
    api.expect(await bench.settle(far.read(into))).toBe(0);
    api.expect(await bench.settle(far.get())).toBe(null);
    api.expect((await bench.readAll(far)).length).toBe(0);
  });

  test("after shutdown of reading, read is 0 and the peer does not stall", async (bench) => {
    const { near, far } = await bench.connect();
    const reading = held(far.read(new Uint8Array(1)));
    far.shutdown("read");
    api.expect(await bench.settle(reading)).toBe(0);
    await bench.settle(near.write(new Uint8Array(1_000_000)));
    api.expect(await bench.settle(far.read(new Uint8Array(1)))).toBe(0);
    await bench.settle(far.write("heard nothing"));
    api.expect(await bench.readText(near, 13)).toBe("heard nothing");
  });

  test("a reader that comes late finds everything", async (bench) => {
    const { near, far } = await bench.connect();
    const octets = Uint8Array.from({ length: 200_000 }, (_, at) => at % 251);
    const writing = held(near.write(octets).then(() => near.shutdown("write")));
    await bench.under.quiet();
    const all = await bench.settle(collect(far));
    await bench.settle(writing);
    api.expect(same(all, octets)).toBe(true);
  });
}
