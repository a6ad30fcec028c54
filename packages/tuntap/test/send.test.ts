import { Packet, viewOf } from "@mnet/core";
import { describe, expect, test } from "vitest";
import { Errno } from "../src/libc.ts";
import { frame, startedDevice, turnEnd } from "./fake-tap.ts";

function packetOf(bytes: Uint8Array): Packet {
  return new Packet(bytes);
}

describe("sending", () => {
  test("writes the live octets as one frame", () => {
    const { kernel, device } = startedDevice();
    const packet = packetOf(frame(1, 100));
    packet.reset(20, 80);
    expect(device.send(packet)).toBe(true);
    expect(kernel.written).toEqual([frame(1, 100).slice(20, 80)]);
  });

  test("gathers up to two tails", () => {
    const { kernel, device } = startedDevice();
    const packet = packetOf(new Uint8Array([1, 2, 3]));
    const ring = new Uint8Array([10, 11, 12, 13]);
    packet.tail[0].aim(ring, viewOf(ring), 2, 4);
    packet.tail[1].aim(ring, viewOf(ring), 0, 1);
    packet.tails = 1;
    device.send(packet);
    packet.tails = 2;
    device.send(packet);
    expect(kernel.written).toEqual([
      new Uint8Array([1, 2, 3, 12, 13]),
      new Uint8Array([1, 2, 3, 12, 13, 10]),
    ]);
  });

  test("octets that are not there are not read from memory: the frame is lost", () => {
    const { kernel, device } = startedDevice();
    const beyond = packetOf(frame(1));
    beyond.end = 61;
    const detached = packetOf(new Uint8Array([1, 2, 3]));
    const payload = new Uint8Array(8);
    detached.tail[0].aim(payload, viewOf(payload), 0, 8);
    detached.tails = 1;
    structuredClone(payload.buffer, { transfer: [payload.buffer] });
    expect([device.send(beyond), device.send(detached)]).toEqual([true, true]);
    expect(kernel.written).toEqual([]);
    expect(device.statistics()).toMatchObject({ sent: 0, lost: 2 });
  });

  test("EAGAIN: not taken, and writable follows once, later", async () => {
    const { kernel, device, sink } = startedDevice();
    kernel.refusals.push(-Errno.EAGAIN, -Errno.EAGAIN);
    expect([device.send(packetOf(frame(1))), device.send(packetOf(frame(1)))]).toEqual([false, false]);
    expect(sink.told).toEqual([]);
    await expect.poll(() => sink.told).toEqual(["writable"]);
    expect(device.send(packetOf(frame(1)))).toBe(true);
    expect(device.statistics()).toMatchObject({ sent: 1, lost: 0 });
  });

  test("EIO: the interface is down; the frame is lost and the sink is told after send has returned", async () => {
    const { kernel, device, sink } = startedDevice();
    kernel.interface = { name: "tap7", up: false, mtu: 1500 };
    kernel.refusals.push(-Errno.EIO);
    expect(device.send(packetOf(frame(1)))).toBe(true);
    expect(sink.told).toEqual([]);
    await turnEnd();
    expect(sink.told).toEqual(["down"]);
    expect(device.up).toBe(false);
    expect(device.statistics()).toMatchObject({ sent: 0, lost: 1 });
  });

  test("EBADFD: the interface was deleted; the sink is told once and the device is closed", async () => {
    const { kernel, device, sink } = startedDevice();
    kernel.interface = null;
    kernel.refusals.push(-Errno.EBADFD, -Errno.EBADFD);
    expect([device.send(packetOf(frame(1))), device.send(packetOf(frame(1)))]).toEqual([true, true]);
    await turnEnd();
    expect(sink.told).toEqual(["failed ENODEV"]);
    expect(kernel.closed).toBe(true);
  });

  test.each(["EINVAL", "ENOBUFS", "EMSGSIZE"] as const)("%s concerns this frame alone", async (name) => {
    const { kernel, device, sink } = startedDevice();
    kernel.refusals.push(-Errno[name]);
    expect(device.send(packetOf(frame(1, 3)))).toBe(true);
    await turnEnd();
    expect(sink.told).toEqual([]);
    expect(device.statistics()).toMatchObject({ lost: 1 });
  });

  test("nothing is told after close", async () => {
    const { kernel, device, sink } = startedDevice();
    kernel.refusals.push(-Errno.EAGAIN);
    device.send(packetOf(frame(1)));
    await device.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sink.told).toEqual([]);
  });
});
