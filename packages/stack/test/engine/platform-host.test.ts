import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Wake } from "@mnet/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PlatformHost } from "../../src/platform-host.ts";

/** Keeps the event loop from turning, as an application that computes does. */
function busyFor(duration: number): void {
  const end = performance.now() + duration;
  while (performance.now() < end);
}

/** A device: what is sent to it can be read from it at once. */
async function mirror(): Promise<Socket> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.connect(socket.address().port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

describe("the platform's host", () => {
  let host: PlatformHost;
  let device: Socket;
  let another: Socket;
  beforeEach(async () => {
    host = new PlatformHost();
    [device, another] = await Promise.all([mirror(), mirror()]);
  });
  afterEach(() => {
    host.stop();
    device.close();
    another.close();
  });

  test("wakes when it was armed for, or a little later", async () => {
    const at = host.now() + 20;
    const woken = new Promise<Parameters<Wake>>((resolve) => host.start((...times) => resolve(times)));
    host.hold(true);
    host.arm(at);
    const [now, heardUntil] = await woken;
    expect(now).toBeGreaterThanOrEqual(heardUntil!);
    expect(heardUntil).toBeGreaterThanOrEqual(at - 1);
  });

  test.each(["setImmediate", "setTimeout", "another device"])(
    "a process that was busy in a callback of %s: what came meanwhile is heard before the deadline",
    async (where) => {
      const log: string[] = [];
      let deadline = 0;
      const done = new Promise<void>((resolve) => {
        host.start((_, heardUntil) => {
          log.push(heardUntil! < deadline ? "early" : "deadline");
          if (heardUntil! >= deadline) resolve();
          else host.defer();
        });
      });
      const busy = (): void => {
        deadline = host.now() + 5;
        host.arm(deadline);
        host.defer();
        device.once("message", () => log.push("heard"));
        device.send("what meets the deadline");
        busyFor(30);
      };
      if (where === "setImmediate") setImmediate(busy);
      else if (where === "setTimeout") setTimeout(busy, 1);
      else another.once("message", busy).send("now");
      await done;
      expect(log.filter((entry) => entry !== "early")).toEqual(["heard", "deadline"]);
    },
  );

  test("deferred again and again, it says each time that more was heard", async () => {
    const heard: number[] = [];
    await new Promise<void>((resolve) => {
      host.start((_, heardUntil) => {
        heard.push(heardUntil!);
        if (heard.length === 5) resolve();
        else host.defer();
      });
      host.defer();
    });
    expect(heard.slice(1).every((at, i) => at > heard[i]!)).toBe(true);
  });
});
