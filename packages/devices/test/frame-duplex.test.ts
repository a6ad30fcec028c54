import { Duplex } from "node:stream";
import { MacAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { type FrameDuplex, fromFrameDuplex } from "../src/index.ts";
import { FakeTap } from "./fake-tap.ts";
import { listen, packetOf, Turns } from "./support.ts";

const OURS = "02:00:00:00:00:05";
const octets = (length: number, fill = 1): number[] => new Array<number>(length).fill(fill);
const frame = (fill: number, length = 60) => packetOf(...octets(length, fill));
const microtasks = () => Promise.resolve();

function attached(options: { mtu?: number; release?: () => unknown } = {}, tap = new FakeTap()) {
  const turns = new Turns();
  const device = fromFrameDuplex(tap, { mac: OURS, schedule: turns.schedule, ...options });
  return { tap, turns, device, sink: listen(device) };
}

describe("a device over tuntap2's Tap", () => {
  it("has the address it is given, not the kernel's", () => {
    const { device, tap } = attached();
    expect(device.mac.toString()).toBe(OURS);
    expect(device.capabilities).toMatchObject({ medium: "ethernet", mtu: 1500, txChecksum: false });
    expect(() => fromFrameDuplex(tap, { mac: tap.mac as unknown as string })).toThrow(TypeError);
    expect(fromFrameDuplex(tap, { mac: MacAddress.parse(OURS), mtu: 9000 }).capabilities.mtu).toBe(9000);
  });

  it("lends each chunk as it is, and ends the batch when the tap has emitted all it had", async () => {
    const { tap, sink } = attached();
    const lent: Uint8Array[] = [];
    sink.onFrame = (packet) => lent.push(packet.bytes);
    const chunk = tap.receive(1, 2, 3);
    tap.receive(4);
    await microtasks();
    tap.receive(5);
    await microtasks();
    expect(sink.log).toEqual([[1, 2, 3], [4], "batch end", [5], "batch end"]);
    expect(lent[0]!.buffer).toBe(chunk.buffer);
  });

  it("reads chunks that are views into larger memory, and loses what is not octets", async () => {
    const { device, tap, sink } = attached();
    tap.emit("data", Buffer.from([9, 8, 7, 6]).subarray(1, 3));
    tap.emit("data", "text");
    await microtasks();
    expect(sink.log).toEqual([[8, 7], "batch end"]);
    expect(device.lost).toBe(1);
  });

  it("writes a copy, with the callback where the tap looks for it", () => {
    const { device, tap } = attached();
    const packet = frame(7);
    expect(device.send(packet)).toBe(true);
    packet.bytes.fill(0);
    expect([...tap.written[0]!]).toEqual(octets(60, 7));
  });

  it("never writes what would kill the write side: a frame without a whole header, or over the MTU", () => {
    const { device, tap } = attached({ mtu: 100 });
    expect([13, 14, 114, 115].map((length) => device.send(frame(1, length)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(tap.written.map(({ length }) => length)).toEqual([14, 114]);
    expect(tap.writable).toBe(true);
    expect(device.lost).toBe(2);
  });

  it.each([false, true])(
    "refuses from `false` on until everything is written (drain heard: %s)",
    (emitsDrain) => {
      const { device, tap, sink } = attached();
      tap.room = 2;
      tap.emitsDrain = emitsDrain;
      // The frame for which `write` says false is taken all the same.
      expect([1, 2, 3, 4].map((fill) => device.send(frame(fill)))).toEqual([true, true, false, false]);
      expect(tap.written.map((octets) => octets[0])).toEqual([1, 2]);
      expect(sink.log).toEqual([]);
      tap.flush();
      expect(sink.log).toEqual(["writable"]);
      expect(device.send(frame(3))).toBe(true);
      tap.flush();
      expect(sink.log).toEqual(["writable"]);
    },
  );

  it("is content with a `drain` from inside `write`", () => {
    const { device, tap, sink } = attached();
    tap.room = 0;
    tap.duringWrite = () => tap.emit("drain");
    expect([device.send(frame(1)), device.send(frame(2))]).toEqual([true, true]);
    expect(sink.log).toEqual([]);
  });

  it("delivers in a later turn, in order, what comes from inside `write`", () => {
    const { device, tap, turns, sink } = attached();
    tap.duringWrite = () => {
      tap.receive(1);
      tap.receive(2);
    };
    device.send(frame(1));
    expect(sink.log).toEqual([]);
    tap.receive(3);
    expect(sink.log).toEqual([]);
    turns.next();
    tap.receive(4);
    expect(sink.frames).toEqual([[1], [2], [3], [4]]);
  });

  it("delivers nothing while paused", async () => {
    const { device, tap, sink } = attached();
    device.pause();
    tap.receive(1);
    device.resume();
    tap.receive(2);
    expect(sink.frames).toEqual([[2]]);
    expect(device.lost).toBe(1);
  });
});

describe("a tap that ends", () => {
  it("because its interface is deleted: link down and failed, once, however often it says so", () => {
    const { device, tap, turns, sink } = attached();
    tap.disappear();
    turns.all();
    expect(sink.log).toEqual(["link down", "failed: bad address in system call argument, read"]);
    tap.receive(1);
    tap.disappear();
    turns.all();
    expect(sink.log).toHaveLength(2);
    expect(device.send(frame(1))).toBe(true);
    expect(device.lost).toBe(1);
  });

  it("by `close` alone, twice", () => {
    const { tap, turns, sink } = attached();
    tap.emit("close");
    tap.emit("close");
    turns.all();
    expect(sink.log).toEqual(["link down", expect.stringMatching(/^failed: .*the duplex was closed/)]);
  });

  it("silently, because a frame was written while the interface was down (EIO)", () => {
    const { device, tap, turns, sink } = attached();
    tap.isUp = false;
    expect(device.send(frame(1))).toBe(true);
    expect([tap.writable, tap.destroyed]).toEqual([false, false]);
    turns.all();
    expect(sink.log).toEqual([]);
    // Nobody calls back, nothing drains: the next frame finds out.
    expect(device.send(frame(2))).toBe(true);
    expect(sink.log).toEqual([]);
    turns.all();
    expect(sink.log).toEqual(["link down", expect.stringMatching(/^failed: .*cannot be written/)]);
    expect(tap.written).toEqual([]);
  });

  it("silently, after it took frames: the callback finds out", () => {
    const { device, tap, turns, sink } = attached();
    tap.room = 1;
    expect([device.send(frame(1)), device.send(frame(2))]).toEqual([true, false]);
    tap.writable = false;
    tap.flush();
    turns.all();
    expect(sink.log).toEqual(["link down", expect.stringMatching(/cannot be written/)]);
  });

  it("with an error that is text: thrown by `write`, or emitted", () => {
    const first = attached();
    first.tap.duringWrite = () => {
      throw "Method not implemented";
    };
    expect(first.device.send(frame(1))).toBe(true);
    first.turns.all();
    expect(first.sink.log).toEqual(["link down", "failed: Method not implemented"]);
    expect(first.device.lost).toBe(1);
    const second = attached();
    second.tap.emit("error", "no such device");
    second.turns.all();
    expect(second.sink.log).toEqual(["link down", "failed: no such device"]);
  });

  it("before the device is started: told then", () => {
    const turns = new Turns();
    const tap = new FakeTap();
    const device = fromFrameDuplex(tap, { mac: OURS, schedule: turns.schedule });
    tap.disappear();
    const sink = listen(device);
    expect(sink.log).toEqual([]);
    turns.all();
    expect(sink.log).toHaveLength(2);
  });
});

describe("closing the device", () => {
  it("leaves the tap alone unless told what to do with it", async () => {
    const { device, tap } = attached();
    await device.close();
    expect(tap.released).toBe(0);
    const other = new FakeTap();
    const owned = fromFrameDuplex(other, { mac: OURS, release: () => other.release() });
    await owned.close();
    await owned.close();
    expect(other.released).toBe(1);
  });

  it("does not wait for a release that does not come to an end, but tells of one that throws", async () => {
    await attached({ release: () => new Promise(() => {}) }).device.close();
    const failing = attached({
      release: () => {
        throw "already released";
      },
    });
    await expect(failing.device.close()).rejects.toThrow("already released");
  });

  it("takes every listener away but the one that keeps a late error from ending the process", async () => {
    const { device, tap, turns, sink } = attached();
    await device.close();
    expect(["data", "drain", "close", "error"].map((event) => tap.listenerCount(event))).toEqual([
      0, 0, 0, 1,
    ]);
    tap.disappear();
    tap.flush();
    turns.all();
    expect(device.send(frame(1))).toBe(true);
    expect(tap.written).toEqual([]);
    expect(sink.log).toEqual([]);
  });

  it("in the middle of a batch ends it without another word", async () => {
    const { device, tap, sink } = attached();
    sink.onFrame = () => void device.close();
    tap.receive(1);
    tap.receive(2);
    await microtasks();
    expect(sink.log).toEqual([[1]]);
  });
});

describe("any duplex of frames", () => {
  it("is named when it is none", () => {
    for (const missing of ["on", "removeListener", "write"]) {
      const duplex = { on() {}, removeListener() {}, write() {}, [missing]: undefined };
      expect(() => fromFrameDuplex(duplex as unknown as FrameDuplex, { mac: OURS })).toThrow(
        `duplex has no method ${missing}`,
      );
    }
    expect(() => fromFrameDuplex(undefined as unknown as FrameDuplex, { mac: OURS })).toThrow(TypeError);
    expect(() => fromFrameDuplex(new FakeTap(), { mac: OURS, mtu: 60 })).toThrow(RangeError);
    expect(() => attached().device.start(attached().sink)).toThrow("already started");
  });

  it("may be a Node Duplex: back-pressure, frames both ways, and its end", async () => {
    const written: Buffer[] = [];
    const confirm: (() => void)[] = [];
    const duplex = new Duplex({
      readableObjectMode: true,
      writableHighWaterMark: 100,
      read() {},
      write(chunk: Buffer, _encoding, callback) {
        written.push(chunk);
        confirm.push(callback);
      },
    });
    const device = fromFrameDuplex(duplex, { mac: OURS });
    const sink = listen(device);
    expect([device.send(frame(1)), device.send(frame(2)), device.send(frame(3))]).toEqual([
      true,
      true,
      false,
    ]);
    while (confirm.length > 0) {
      confirm.shift()!();
      await new Promise(setImmediate);
    }
    expect(sink.log).toEqual(["writable"]);
    expect(written.map((chunk) => [chunk.length, chunk[0]])).toEqual([
      [60, 1],
      [60, 2],
    ]);
    duplex.push(Buffer.from([1, 2]));
    duplex.push(Buffer.from([3]));
    await new Promise(setImmediate);
    expect(sink.log.slice(1)).toEqual([[1, 2], [3], "batch end"]);
    duplex.destroy(new Error("the emulator stopped"));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(sink.log.slice(4)).toEqual(["link down", "failed: the emulator stopped"]);
  });
});
