import { describe, expect, test } from "vitest";
import { REARM_LIMIT } from "../src/params.ts";
import { frame, startedDevice, turnEnd } from "./fake-tap.ts";

describe("the interface changes", () => {
  test("an interface that is down at the start is told in the next turn; one that is up is not", async () => {
    const down = startedDevice();
    down.kernel.interface = { name: "tap7", up: false, mtu: 1500 };
    const up = startedDevice();
    await turnEnd();
    expect([down.sink.told, up.sink.told]).toEqual([["down"], []]);
  });

  test("down and up are told once each", () => {
    const { kernel, sink } = startedDevice();
    kernel.interface = { name: "tap7", up: false, mtu: 1500 };
    kernel.changed();
    kernel.changed();
    kernel.interface = { name: "tap7", up: true, mtu: 1500 };
    kernel.changed();
    kernel.changed();
    expect(sink.told).toEqual(["down", "up"]);
  });

  test("a larger MTU is published and its frames arrive", () => {
    const { kernel, device, sink } = startedDevice();
    device.ref();
    kernel.interface = { name: "tap7", up: true, mtu: 9000 };
    kernel.changed();
    expect(sink.told).toEqual(["capabilities"]);
    expect(device.capabilities.mtu).toBe(9000);
    expect(kernel.referenced).toBe(true);
    kernel.waiting.push(frame(1, 9014), frame(2, 9014));
    kernel.turn();
    expect(sink.frames).toEqual([frame(1, 9014), frame(2, 9014)]);
  });

  test("a smaller MTU is published; readiness stays as it is", () => {
    const { kernel, device, sink } = startedDevice();
    kernel.interface = { name: "tap7", up: true, mtu: 1400 };
    kernel.changed();
    expect(sink.told).toEqual(["capabilities"]);
    expect(device.capabilities.mtu).toBe(1400);
    expect(kernel.watches).toBe(1);
  });

  test("a renaming is followed", () => {
    const { kernel, device } = startedDevice();
    kernel.interface = { name: "lan", up: true, mtu: 1500 };
    kernel.changed();
    expect(device.name).toBe("lan");
  });

  test("an interface that was moved out of sight counts as it was last seen", () => {
    const { kernel, device, sink } = startedDevice();
    kernel.interface = { name: "tap7", up: null, mtu: null };
    kernel.changed();
    expect(sink.told).toEqual([]);
    expect(device.capabilities.mtu).toBe(1500);
  });

  test("deleted: failed with ENODEV, once, whoever notices first; close still resolves", async () => {
    const { kernel, device, sink } = startedDevice();
    kernel.interface = null;
    kernel.breakDown();
    kernel.changed();
    await turnEnd();
    await device.close();
    expect(sink.told).toEqual(["failed ENODEV"]);
    expect(kernel.closed).toBe(true);
  });

  test("readiness that fails although the interface is there is set up again", () => {
    const { kernel, device, sink } = startedDevice();
    device.ref();
    kernel.breakDown();
    expect(kernel.referenced).toBe(true);
    kernel.waiting.push(frame(1));
    kernel.turn();
    expect(sink.frames).toEqual([frame(1)]);
    expect(sink.told).toEqual([]);
  });

  test("but not for ever", () => {
    const { kernel, sink } = startedDevice();
    for (let i = 0; i <= REARM_LIMIT; i++) kernel.breakDown();
    expect(sink.told).toEqual(["failed ENODEV"]);
    expect(kernel.closed).toBe(true);
  });

  test("no descriptor left for readiness is a failure, not an exception", () => {
    const { kernel, sink } = startedDevice();
    kernel.watch = () => {
      throw new Error("EMFILE");
    };
    kernel.interface = { name: "tap7", up: false, mtu: 9000 };
    kernel.changed();
    expect(sink.told).toEqual(["failed ENODEV"]);
  });

  test("close is idempotent", async () => {
    const { device } = startedDevice();
    expect(device.close()).toBe(device.close());
    await device.close();
  });
});
