import { createServer } from "node:net";
import { createSocketStack } from "@mnet/socket-stack";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Deadline } from "../src/deadline.ts";
import { keepAliveDelay } from "../src/tcp/options.ts";

/** The longest delay of `setTimeout`; a longer one fires after 1 ms. */
const LONGEST = 2 ** 31 - 1;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("a deadline", () => {
  it.each([0, 1, 1000, LONGEST, LONGEST + 1, 2.5 * LONGEST])("of %d ms comes then, once", (delay) => {
    const run = vi.fn();
    new Deadline(delay, run);
    vi.advanceTimersByTime(Math.max(0, Math.floor(delay) - 1));
    expect(run).toHaveBeenCalledTimes(delay === 0 ? 1 : 0);
    vi.advanceTimersByTime(3);
    expect(run).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("of Infinity never comes, and takes no timer", () => {
    new Deadline(Number.POSITIVE_INFINITY, () => {
      throw new Error("it came");
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not come once it was cleared, also between two timers", () => {
    const run = vi.fn();
    const deadline = new Deadline(2 * LONGEST, run);
    vi.advanceTimersByTime(LONGEST + 5);
    deadline.clear();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(LONGEST);
    expect(run).not.toHaveBeenCalled();
  });
});

describe.each([Number.POSITIVE_INFINITY, LONGEST + 1, 10 * LONGEST])(
  "a caller's time of %d ms",
  (timeout) => {
    it("does not end what connects", async () => {
      const server = createServer((socket) => socket.destroy());
      onTestFinished(() => void server.close());
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      const stack = await createSocketStack({ ipv4: "127.0.0.1" });
      onTestFinished(() => stack.kill({ timeout: 0 }));
      const connecting = stack.tcp.connect({ host: "127.0.0.1", port }, { timeout });
      // Long before the handshake can be seen: that takes a turn of the event loop.
      vi.advanceTimersByTime(1000);
      expect((await connecting).remote.port).toBe(port);
    });
  },
);

it("keepAlive is as late as the host can, not as early as it likes", () => {
  expect(keepAliveDelay({ idle: Number.POSITIVE_INFINITY })).toBe(32_767_000);
  expect(keepAliveDelay({ idle: 10 * 3_600_000 })).toBe(32_767_000);
  expect(keepAliveDelay({ idle: 3_600_000 })).toBe(3_600_000);
});
