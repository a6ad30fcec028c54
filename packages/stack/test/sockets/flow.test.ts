import { expect, test } from "vitest";
import { readAll } from "../support/streams.ts";
import { codeOf, octets, SERVER, sameOctets, settle, world } from "../support/world.ts";

async function connected(options: Parameters<typeof world>[0] = {}) {
  const { timeline, client, server } = await world(options);
  const listener = server.tcp.listen(80);
  const accepting = listener.accept();
  const near = await settle(timeline, client.tcp.connect({ host: SERVER, port: 80 }));
  return { timeline, client, server, listener, near, far: await settle(timeline, accepting) };
}

test("concurrent writes keep their order, concurrent reads theirs", async () => {
  const { timeline, near, far } = await connected();
  const parts = [octets(200_000, 1), octets(150_000, 2), octets(10, 3)];
  const writes = parts.map((part) => near.write(part));
  const reads = parts.map((part) => far.readExactly(part.length));
  const received = await settle(timeline, Promise.all(reads));
  parts.forEach((part, i) => {
    expect(sameOctets(received[i]!, part)).toBe(true);
  });
  await settle(timeline, Promise.all(writes));
});

test("get lends views without a copy and credits them at the next call", async () => {
  const { timeline, near, far } = await connected();
  await settle(timeline, near.write("hello"));
  await timeline.run(10);
  const views = await settle(timeline, far.get());
  expect(views!.map((view) => new TextDecoder().decode(view)).join("")).toBe("hello");
  near.shutdown("write");
  expect(await settle(timeline, far.get())).toBeNull();
  // The borrow rule's debug mode: a view that was kept is garbage by now.
  expect(new Set(views!.flatMap((view) => [...view]))).toEqual(new Set([0xdb]));
});

test("a reader that stalls stalls the writer, with bounded memory", async () => {
  const { timeline, near, far } = await connected();
  const data = octets(8 * 2 ** 20);
  let written = false;
  const writing = near.write(data).then(() => {
    written = true;
    near.shutdown("write");
  });
  await timeline.run(60_000);
  expect(written).toBe(false);
  expect(sameOctets(await settle(timeline, readAll(far), 600_000), data)).toBe(true);
  await settle(timeline, writing);
});

test("half-close both ways: each direction ends by itself", async () => {
  const { timeline, near, far } = await connected();
  near.shutdown("write");
  expect(await settle(timeline, far.read(new Uint8Array(1)))).toBe(0);
  await settle(timeline, far.write("still here"));
  expect(new TextDecoder().decode(await settle(timeline, near.readExactly(10)))).toBe("still here");
  expect(await codeOf(timeline, near.write("too late"))).toBe("EPIPE");
  await settle(timeline, far.close());
  expect(await settle(timeline, near.read(new Uint8Array(1)))).toBe(0);
  await settle(timeline, near.close());
});

test("shutdown and close wait for writes that are queued", async () => {
  const { timeline, near, far } = await connected();
  const data = octets(2 * 2 ** 20);
  const writing = near.write(data);
  const closing = near.close();
  expect(sameOctets(await settle(timeline, readAll(far), 600_000), data)).toBe(true);
  await settle(timeline, writing);
  await settle(timeline, far.close());
  await settle(timeline, closing);
});

test("close with unread data resets, and the peer sees ECONNRESET", async () => {
  const { timeline, near, far } = await connected();
  await settle(timeline, near.write("unread"));
  await timeline.run(100);
  far.close().catch(() => {});
  expect(await codeOf(timeline, near.read(new Uint8Array(1)))).toBe("ECONNRESET");
});

test("abort rejects what is pending with ECONNABORTED", async () => {
  const { timeline, near, far } = await connected();
  const reading = near.read(new Uint8Array(1));
  const outcome = codeOf(timeline, reading);
  near.abort();
  near.abort();
  expect(await outcome).toBe("ECONNABORTED");
  expect(await codeOf(timeline, far.read(new Uint8Array(1)))).toBe("ECONNRESET");
});

test("readExactly rejects when the stream ends early", async () => {
  const { timeline, near, far } = await connected();
  await settle(timeline, near.write("abc"));
  near.shutdown("write");
  expect(await codeOf(timeline, far.readExactly(4))).toBe("ERR_STREAM_PREMATURE_CLOSE");
});

test("the WHATWG streams carry the flow both ways", async () => {
  const { timeline, near, far } = await connected();
  const echoing = far.readable.pipeTo(far.writable);
  const data = octets(100_000);
  const writer = near.writable.getWriter();
  const sending = writer.write(data).then(() => writer.close());
  const reader = near.readable.getReader();
  const reading = (async () => {
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return length;
      expect(sameOctets(value, data.subarray(length, length + value.length))).toBe(true);
      length += value.length;
    }
  })();
  expect(await settle(timeline, reading)).toBe(data.length);
  await settle(timeline, Promise.all([sending, echoing]));
});

test("wrong arguments throw at once and name what was wrong", async () => {
  const { client, near } = await connected();
  expect(() => near.read(new Uint8Array(0))).toThrow(/into/);
  expect(() => near.write(5 as never)).toThrow(/bytes/);
  expect(() => near.shutdown("all" as never)).toThrow(/how/);
  expect(() => client.tcp.connect({ host: "name", port: 80 })).toThrow(/host/);
  expect(() => client.tcp.connect({ host: SERVER, port: 0 })).toThrow(/port/);
  expect(() => client.tcp.listen({ port: -1 })).toThrow(/port/);
});

test("info tells the state of the connection", async () => {
  const { near } = await connected();
  expect(near.peers()).toEqual({ local: near.local, remote: near.remote });
  expect(near.info()["state"]).toBeDefined();
});
