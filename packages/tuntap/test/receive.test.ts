import { describe, expect, test } from "vitest";
import { frame, frames, startedDevice, turnEnd } from "./fake-tap.ts";

describe("receiving", () => {
  test("a frame arrives whole, with its IP header aligned to 4 octets", () => {
    const { kernel, sink } = startedDevice();
    const offsets: number[] = [];
    sink.each = (packet) => offsets.push((packet.bytes.byteOffset + packet.start + 14) % 4);
    kernel.waiting.push(frame(1), frame(2, 1514));
    kernel.turn();
    expect(sink.frames).toEqual([frame(1), frame(2, 1514)]);
    expect(offsets).toEqual([0, 0]);
  });

  test("a burst is one batch", () => {
    const { kernel, sink } = startedDevice();
    kernel.waiting.push(...frames(10));
    kernel.turn();
    expect(sink.batches).toEqual([10]);
  });

  test("batches hold 64 frames, a turn 4 of them; the rest comes in the next turn, in order", () => {
    const { kernel, device, sink } = startedDevice();
    kernel.waiting.push(...frames(300));
    kernel.turn();
    expect(sink.batches).toEqual([64, 64, 64, 64]);
    kernel.turn();
    expect(sink.batches).toEqual([64, 64, 64, 64, 44]);
    expect(sink.frames).toEqual(frames(300));
    expect(device.statistics()).toEqual({ received: 300, sent: 0, lost: 0, oversized: 0 });
  });

  test("a burst of exactly a batch ends without an empty one", () => {
    const { kernel, sink } = startedDevice();
    kernel.waiting.push(...frames(64));
    kernel.turn();
    expect(sink.batches).toEqual([64]);
  });

  test("a frame that was cut off because it is longer than the MTU allows is dropped", () => {
    const { kernel, device, sink } = startedDevice();
    kernel.waiting.push(frame(1), frame(2, 3000), frame(3));
    kernel.turn();
    expect(sink.frames).toEqual([frame(1), frame(3)]);
    expect(device.statistics()).toMatchObject({ received: 2, oversized: 1 });
  });

  test("one VLAN tag more than the MTU is no reason to drop", () => {
    const { kernel, sink } = startedDevice();
    kernel.waiting.push(frame(1, 1518));
    kernel.turn();
    expect(sink.frames).toEqual([frame(1, 1518)]);
  });

  test("pause in the middle of a batch keeps the rest; resume delivers it first", async () => {
    const { kernel, device, sink } = startedDevice();
    sink.each = (packet) => {
      if (packet.bytes[packet.start] === 2) device.pause();
    };
    kernel.waiting.push(...frames(6));
    kernel.turn();
    expect(sink.frames).toEqual(frames(3));
    expect(kernel.turn()).toBe(false);
    device.resume();
    await turnEnd();
    expect(sink.frames).toEqual(frames(6));
    expect(kernel.paused).toBe(false);
  });

  test("pause and resume while a frame is delivered change nothing", async () => {
    const { kernel, device, sink } = startedDevice();
    sink.each = () => {
      device.pause();
      device.resume();
    };
    kernel.waiting.push(...frames(6));
    kernel.turn();
    await turnEnd();
    expect(sink.frames).toEqual(frames(6));
    expect(kernel.paused).toBe(false);
  });

  test("pause and resume between batches stop and start the event loop's reading", () => {
    const { kernel, device, sink } = startedDevice();
    device.pause();
    kernel.waiting.push(frame(1));
    expect(kernel.turn()).toBe(false);
    device.resume();
    expect(kernel.turn()).toBe(true);
    expect(sink.frames).toEqual([frame(1)]);
  });

  test("closing in the middle of a batch delivers nothing more, not even the batch's end", async () => {
    const { kernel, device, sink } = startedDevice();
    sink.each = () => void device.close();
    kernel.waiting.push(...frames(5));
    kernel.turn();
    await turnEnd();
    expect(sink.frames).toHaveLength(1);
    expect(sink.batches).toEqual([]);
    expect(kernel.closed).toBe(true);
  });

  test("start can be called once", () => {
    const { device, sink } = startedDevice();
    expect(() => device.start(sink)).toThrow(TypeError);
  });
});
