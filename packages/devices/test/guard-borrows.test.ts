import { borrowDebug, type Packet, POISON, setBorrowDebug } from "@mnet/core";
import { afterEach, describe, expect, it } from "vitest";
import { devicePair, guardBorrows } from "../src/index.ts";
import { listen, packetOf, Turns } from "./support.ts";

afterEach(() => setBorrowDebug(true));

describe("guardBorrows", () => {
  it("gives the sink a copy that turns to poison when it returns", () => {
    const turns = new Turns();
    const [a, b] = devicePair({ schedule: turns.schedule });
    const sink = listen(guardBorrows(b));
    const kept: Packet[] = [];
    sink.onFrame = (packet) => kept.push(packet);
    a.send(packetOf(1, 2, 3));
    turns.all();
    expect(sink.frames).toEqual([[1, 2, 3]]);
    expect([...kept[0]!.bytes.subarray(0, 3)]).toEqual([POISON, POISON, POISON]);
  });

  it("finds a device that writes to the payload it was lent", () => {
    const [a] = devicePair();
    const vandal = Object.assign(Object.create(a) as typeof a, {
      send: (packet: Packet): boolean => {
        packet.bytes[packet.end - 1]! ^= 1;
        return true;
      },
    });
    const packet = packetOf(1, 2, 3);
    packet.payload = packet.start + 1;
    expect(() => guardBorrows(vandal).send(packet)).toThrow(
      "borrow rule broken: payload octet 1 was written",
    );
    expect([...packet.toBytes()]).toEqual([1, 2, 3]);
  });

  it("passes everything else through", async () => {
    const turns = new Turns();
    const [a, b] = devicePair({ queue: 1, schedule: turns.schedule });
    const guarded = guardBorrows(a);
    const sink = listen(guarded);
    listen(b);
    expect(guarded.mac).toBe(a.mac);
    expect(guarded.capabilities).toBe(a.capabilities);
    expect([guarded.send(packetOf(1)), guarded.send(packetOf(2))]).toEqual([true, false]);
    turns.all();
    await b.close();
    turns.all();
    expect(sink.log).toEqual(["writable", "link down"]);
    await guarded.close();
    expect(a.listening).toBe(false);
  });

  it("is the device itself outside the debug mode", () => {
    const [device] = devicePair();
    expect(borrowDebug()).toBe(true);
    setBorrowDebug(false);
    expect(guardBorrows(device)).toBe(device);
  });
});
