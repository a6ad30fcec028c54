import { MacAddress, Packet } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { devicePair } from "../src/index.ts";
import { listen, packetOf, Turns } from "./support.ts";

function pair(options: { queue?: number; mtu?: number } = {}) {
  const turns = new Turns();
  const [a, b] = devicePair({ ...options, schedule: turns.schedule });
  return { turns, a, b, atA: listen(a), atB: listen(b) };
}

describe("a frame", () => {
  it("arrives in a later turn, in order, one batch per turn, both ways", () => {
    const { turns, a, b, atA, atB } = pair();
    a.send(packetOf(1, 2));
    a.send(packetOf(3));
    b.send(packetOf(4));
    expect([...atA.log, ...atB.log]).toEqual([]);
    turns.next();
    expect(atB.log).toEqual([[1, 2], [3], "batch end"]);
    expect(atA.log).toEqual([[4], "batch end"]);
  });

  it("is copied: the sender's buffer is its own again when send returns", () => {
    const { turns, a, atB } = pair();
    const packet = packetOf(1, 2, 3);
    a.send(packet);
    packet.bytes.fill(9);
    turns.next();
    expect(atB.frames).toEqual([[1, 2, 3]]);
  });

  it("is gathered from its tails", () => {
    const { turns, a, atB } = pair();
    const packet = packetOf(1, 2);
    const ring = new Uint8Array([4, 5, 0, 3]);
    packet.tail[0].aim(ring, new DataView(ring.buffer), 3, 4);
    packet.tail[1].aim(ring, new DataView(ring.buffer), 0, 2);
    packet.tails = 2;
    a.send(packet);
    turns.next();
    expect(atB.frames).toEqual([[1, 2, 3, 4, 5]]);
  });

  it("arrives with a clean record: start at the frame, nothing known, nothing requested", () => {
    const { turns, a, atB } = pair();
    let seen: Packet | null = null;
    atB.onFrame = (packet) => (seen = packet);
    a.send(packetOf(1, 2, 3));
    turns.next();
    expect(seen).toMatchObject({
      start: 0,
      end: 3,
      tails: 0,
      rxChecksum: 0,
      checksumStart: -1,
      segmentSize: 0,
    });
  });

  it("that answers a frame is not delivered inside it", () => {
    const { turns, a, b, atA, atB } = pair();
    atB.onFrame = () => {
      b.send(packetOf(7));
      expect(atA.log).toEqual([]);
    };
    a.send(packetOf(1));
    turns.next();
    turns.next();
    expect(atA.log).toEqual([[7], "batch end"]);
  });

  it("larger than the link is lost, and counted", () => {
    const { turns, a, atB } = pair({ mtu: 100 });
    expect(a.send(Packet.allocate(114))).toBe(true);
    expect(a.send(Packet.allocate(115))).toBe(true);
    turns.all();
    expect(atB.frames.map((frame) => frame.length)).toEqual([114]);
    expect(a.lost).toBe(1);
  });

  it("is lost while nobody has started the other end", () => {
    const turns = new Turns();
    const [a, b] = devicePair({ schedule: turns.schedule });
    expect(a.send(packetOf(1))).toBe(true);
    const atB = listen(b);
    a.send(packetOf(2));
    turns.all();
    expect(atB.frames).toEqual([[2]]);
    expect(a.lost).toBe(1);
  });

  it("with a request that nobody carries out is the caller's error", () => {
    const { a } = pair();
    const packet = packetOf(1, 2, 3, 4);
    packet.checksumStart = packet.start;
    expect(() => a.send(packet)).toThrow(
      new TypeError("checksum request on a device without txChecksum: wrap the device in completeOffload()"),
    );
    packet.checksumStart = -1;
    packet.segmentSize = 1460;
    expect(() => a.send(packet)).toThrow("segmentSize 1460 on a device without segmentation");
  });
});

describe("a full queue", () => {
  it("refuses, and says when there is room again, once", () => {
    const { turns, a, atA, atB } = pair({ queue: 2 });
    expect([1, 2, 3, 4].map((octet) => a.send(packetOf(octet)))).toEqual([true, true, false, false]);
    expect(atA.log).toEqual([]);
    turns.next();
    expect(atB.frames).toEqual([[1], [2]]);
    expect(atA.log).toEqual(["writable"]);
    a.send(packetOf(3));
    turns.next();
    expect(atA.log).toEqual(["writable"]);
    expect(atB.frames.at(-1)).toEqual([3]);
  });

  it("goes round its slots without mixing frames up", () => {
    const { turns, a, b, atB } = pair({ queue: 5 });
    let sent = 0;
    // While the receiver is in the middle of its batch the queue is never empty, so it goes round.
    atB.onFrame = () => {
      if (sent < 200 && a.send(packetOf(sent & 0xff, sent >> 8))) sent++;
    };
    for (; sent < 3; sent++) a.send(packetOf(sent & 0xff, sent >> 8));
    turns.all();
    expect(atB.frames.map(([low, high]) => low! + 256 * high!)).toEqual(
      Array.from({ length: 200 }, (_, i) => i),
    );
    expect(b.lost).toBe(0);
  });

  it("is delivered in bounded turns", () => {
    const { turns, a, atB } = pair({ queue: 1000 });
    for (let i = 0; i < 600; i++) a.send(packetOf(i & 0xff));
    const perTurn: number[] = [];
    while (turns.waiting > 0) {
      const before = atB.frames.length;
      turns.next();
      perTurn.push(atB.frames.length - before);
    }
    expect(perTurn).toEqual([256, 256, 88]);
    expect(atB.log.filter((entry) => entry === "batch end")).toHaveLength(3);
  });
});

describe("pause", () => {
  it("keeps what arrives until resume, and pushes back", () => {
    const { turns, a, b, atA, atB } = pair({ queue: 2 });
    b.pause();
    expect([1, 2, 3].map((octet) => a.send(packetOf(octet)))).toEqual([true, true, false]);
    turns.all();
    expect(atB.log).toEqual([]);
    b.resume();
    turns.all();
    expect(atB.log).toEqual([[1], [2], "batch end"]);
    expect(atA.log).toEqual(["writable"]);
  });

  it("inside a batch ends it after the frame", () => {
    const { turns, a, b, atB } = pair();
    atB.onFrame = () => b.pause();
    a.send(packetOf(1));
    a.send(packetOf(2));
    turns.all();
    expect(atB.log).toEqual([[1], "batch end"]);
    atB.onFrame = () => {};
    b.resume();
    turns.all();
    expect(atB.log).toEqual([[1], "batch end", [2], "batch end"]);
  });
});

describe("close", () => {
  it("tells the other end after the last frame", async () => {
    const { turns, a, atA, atB } = pair();
    a.send(packetOf(1));
    await a.close();
    await a.close();
    turns.all();
    expect(atB.log).toEqual([[1], "batch end", "link down"]);
    expect(atA.log).toEqual([]);
  });

  it("ends all deliveries to the closed end, also in the middle of a batch", async () => {
    const { turns, a, b, atB } = pair();
    atB.onFrame = () => void b.close();
    a.send(packetOf(1));
    a.send(packetOf(2));
    turns.all();
    expect(atB.log).toEqual([[1]]);
    expect(a.send(packetOf(3))).toBe(true);
    expect(b.send(packetOf(4))).toBe(true);
    turns.all();
    expect(atB.log).toEqual([[1]]);
    expect(a.lost).toBe(1);
    expect(b.lost).toBe(1);
  });

  it("frees a sender that waits for room", async () => {
    const { turns, a, b, atA } = pair({ queue: 1 });
    a.send(packetOf(1));
    expect(a.send(packetOf(2))).toBe(false);
    await b.close();
    turns.all();
    expect(atA.log).toEqual(["link down", "writable"]);
  });

  it("before the other end starts is told when it does", async () => {
    const turns = new Turns();
    const [a, b] = devicePair({ schedule: turns.schedule });
    await a.close();
    const atB = listen(b);
    turns.all();
    expect(atB.log).toEqual(["link down"]);
  });
});

describe("a sink that throws", () => {
  it("loses its frame and gets the others in the next turn", () => {
    const { turns, a, atB } = pair();
    atB.onFrame = () => {
      atB.onFrame = () => {};
      throw new Error("boom");
    };
    a.send(packetOf(1));
    a.send(packetOf(2));
    expect(() => turns.next()).toThrow("boom");
    turns.next();
    expect(atB.log).toEqual([[1], [2], "batch end"]);
  });
});

describe("the devices", () => {
  it("have addresses and say what they can do", () => {
    const [a, b] = devicePair({ mtu: 9000, macs: ["02:00:00:00:00:0a", new MacAddress(0x020000, 0xb)] });
    expect([a.mac.toString(), b.mac.toString()]).toEqual(["02:00:00:00:00:0a", "02:00:00:00:00:0b"]);
    expect(a.capabilities).toEqual({
      medium: "ethernet",
      mtu: 9000,
      headroom: 0,
      txChecksum: false,
      rxTrusted: false,
      gather: 2,
      segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
    });
    expect(devicePair().map(({ mac }) => mac.toString())).toEqual(["02:00:00:00:00:01", "02:00:00:00:00:02"]);
  });

  it("name the option that cannot be", () => {
    expect(() => devicePair({ mtu: 67 })).toThrow(
      new RangeError("mtu must be an integer in 68..65535, not 67"),
    );
    expect(() => devicePair({ queue: 0 })).toThrow(/queue/);
    expect(() => devicePair({ macs: ["x", "y"] })).toThrow(/MAC address/);
  });

  it("start once", () => {
    const { a } = pair();
    expect(() => listen(a)).toThrow("already started");
  });

  it("use the event loop when nothing else is said", async () => {
    const [a, b] = devicePair();
    const atB = listen(b);
    a.send(packetOf(1));
    await Promise.resolve();
    expect(atB.log).toEqual([]);
    await new Promise(setImmediate);
    expect(atB.log).toEqual([[1], "batch end"]);
  });
});
