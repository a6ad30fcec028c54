import { streamOctets } from "../model/stream-content.ts";
import type { SuiteApi } from "./api.ts";
import { held, type StackCase, same, text } from "./stack-bench.ts";

export function streamCases(api: SuiteApi, test: StackCase): void {
  sendingCases(api, test);
  receivingCases(api, test);
}

function sendingCases(api: SuiteApi, test: StackCase): void {
  test("a WHATWG stream is sent, and its end is the end of the stream", async (bench) => {
    const { near, far } = await bench.connect();
    const octets = streamOctets(5, 0, 200_000);
    const writer = near.writable.getWriter();
    const writing = held(
      (async () => {
        for (let at = 0; at < octets.length; at += 10_000) await writer.write(octets.slice(at, at + 10_000));
        await writer.close();
      })(),
    );
    const all = await bench.readAll(far);
    await bench.settle(writing);
    api.expect(same(all, octets)).toBe(true);
    const [one, again] = [near.writable, near.writable];
    api.expect(one).toBe(again);
  });

  test("aborting it resets the connection", async (bench) => {
    const { near, far } = await bench.connect();
    const reading = held(far.read(new Uint8Array(1)));
    await bench.settle(near.writable.abort(new Error("no more")));
    api.expect(await bench.outcome(reading)).toBe("ECONNRESET");
  });
}

function receivingCases(api: SuiteApi, test: StackCase): void {
  test("what arrives is a WHATWG byte stream, with its end", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(near.write("streamed"));
    near.shutdown("write");
    const reader = far.readable.getReader();
    let all = "";
    for (;;) {
      const { done, value } = await bench.settle(reader.read());
      if (done) break;
      all += text(value!);
    }
    api.expect(all).toBe("streamed");
    const [one, again] = [far.readable, far.readable];
    api.expect(one).toBe(again);
  });

  test("a reader that brings its own buffer gets it filled", async (bench) => {
    const { near, far } = await bench.connect();
    const reader = (far.readable as never as ByteStream).getReader({ mode: "byob" });
    const reading = held(reader.read(new Uint8Array(16)));
    await bench.settle(near.write("by you"));
    const { value } = await bench.settle(reading);
    api.expect(text(value!)).toBe("by you");
    near.shutdown("write");
    api.expect((await bench.settle(reader.read(new Uint8Array(16)))).done).toBe(true);
  });

  test("cancelling it discards what arrives", async (bench) => {
    const { near, far } = await bench.connect();
    await bench.settle(far.readable.cancel());
    await bench.settle(near.write(new Uint8Array(1_000_000)));
    await bench.settle(far.write("bye"));
    api.expect(await bench.readText(near, 3)).toBe("bye");
  });

  test("a reset is the error of the stream", async (bench) => {
    const { near, far } = await bench.connect();
    const reading = held(far.readable.getReader().read());
    near.abort();
    api.expect(await bench.outcome(reading)).toBe("ECONNRESET");
  });
}

/** The declarations of byte streams differ between platforms. */
interface ByteStream {
  getReader(options: { mode: "byob" }): {
    read(into: Uint8Array): Promise<{ done: boolean; value?: Uint8Array }>;
  };
}
