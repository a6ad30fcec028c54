import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { type Libc, libc } from "../src/libc.ts";
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } from "../src/params.ts";
import { Readiness } from "../src/readiness.ts";

// Readiness leans on an order inside libuv that is not documented. Datagrams between two UNIX sockets behave as frames of a TAP do and
// need no rights, so this runs everywhere: when it fails on a new version of Node, TAP devices do not work there.
describe.skipIf(process.platform !== "linux")("readiness of a descriptor that Node knows nothing of", () => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  interface Ends {
    readonly library: Libc;
    readonly watched: number;
    write(text: string): void;
    /** Reads what waits; null when nothing does. */
    read(): string | null;
  }

  function ends(): Ends {
    const library = libc();
    const pair = new Int32Array(2);
    library.socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, new Uint8Array(pair.buffer));
    const [watched, other] = pair as unknown as [number, number];
    const into = new Uint8Array(100);
    opened.push({ close: () => [library.close(other), library.close(watched)] });
    return {
      library,
      watched,
      write(text) {
        const bytes = new TextEncoder().encode(text);
        expect(library.write(other, library.address(bytes), bytes.length)).toBe(bytes.length);
      },
      read() {
        const octets = library.read(watched, library.address(into), into.length);
        return octets < 0 ? null : new TextDecoder().decode(into.subarray(0, octets));
      },
    };
  }

  function watch(pair: Ends): { readiness: Readiness; heard: string[] } {
    const heard: string[] = [];
    const buffer = new Uint8Array(100);
    const readiness = new Readiness(pair.library, pair.watched, buffer, {
      ready: (octets) => heard.push(new TextDecoder().decode(buffer.subarray(0, octets))),
      broken: (error) => heard.push(`broken: ${error.message}`),
    });
    opened.push(readiness);
    return { readiness, heard };
  }

  test("what arrives later is told, one datagram each time, in order", async () => {
    const pair = ends();
    const { heard } = watch(pair);
    setImmediate(() => {
      pair.write("one");
      pair.write("two");
    });
    await expect.poll(() => heard).toEqual(["one", "two"]);
  });

  test("what was there before is told", async () => {
    const pair = ends();
    pair.write("early");
    const { heard } = watch(pair);
    await expect.poll(() => heard).toEqual(["early"]);
  });

  test("paused it reads nothing; resumed it tells what waited", async () => {
    const pair = ends();
    const { readiness, heard } = watch(pair);
    readiness.pause();
    pair.write("waits");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
    readiness.resume();
    await expect.poll(() => heard).toEqual(["waits"]);
  });

  test("after close it tells nothing, and leaves the watched descriptor as it was", async () => {
    const pair = ends();
    const { readiness, heard } = watch(pair);
    pair.write("unread");
    await readiness.close();
    await readiness.close();
    expect(heard).toEqual([]);
    expect(pair.read()).toBe("unread");
  });

  test("a descriptor that ends is told as broken, once", async () => {
    const library = libc();
    const pair = new Int32Array(2);
    library.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, new Uint8Array(pair.buffer));
    const [watched, other] = pair as unknown as [number, number];
    opened.push({ close: () => library.close(watched) });
    const { heard } = watch({ library, watched, write: () => {}, read: () => null });
    library.close(other);
    await expect.poll(() => heard).toEqual([expect.stringMatching(/^broken: /)]);
  });

  test("it does not keep the process alive unless told to", () => {
    const pair = ends();
    const { readiness } = watch(pair);
    const watching = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === "PipeWrap").length;
    const others = watching();
    readiness.ref();
    expect(watching()).toBe(others + 1);
    readiness.unref();
    expect(watching()).toBe(others);
  });

  test("child processes do not inherit the descriptor", () => {
    const pair = ends();
    const before = childDescriptors();
    watch(pair);
    expect(childDescriptors()).toBe(before);
  });
});

function childDescriptors(): number {
  const { stdout } = spawnSync("ls", ["/proc/self/fd"], { encoding: "utf8" });
  return stdout.trim().split("\n").length;
}
