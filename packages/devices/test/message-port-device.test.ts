import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { type FramePort, type MessagePortDeviceOptions, messagePortDevice } from "../src/index.ts";
import { emitterLike, type FakePort, fakeChannel } from "./fake-ports.ts";
import { listen, packetOf, Turns } from "./support.ts";

const A = "02:00:00:00:00:0a";
const B = "02:00:00:00:00:0b";

function cable(
  options: Partial<MessagePortDeviceOptions> = {},
  wrap: (port: FakePort) => FramePort = (port) => port,
) {
  const turns = new Turns();
  const ports = fakeChannel();
  const make = (port: FakePort, mac: string) =>
    messagePortDevice(wrap(port), { mac, schedule: turns.schedule, ...options });
  const [a, b] = [make(ports[0], A), make(ports[1], B)];
  /** Until nothing is under way. */
  const settle = async () => {
    do {
      await Promise.resolve();
      turns.all();
    } while ([ports[0].turn(), ports[1].turn()].includes(true) || turns.waiting > 0);
  };
  return { ports, turns, a, b, atA: listen(a), atB: listen(b), settle };
}

describe.each([
  ["addEventListener", (port: FakePort): FramePort => port],
  ["on", emitterLike],
] as const)("two devices on a channel with %s", (_, wrap) => {
  it("carry frames both ways; what is sent in one turn travels as one buffer and is one batch", async () => {
    const { ports, a, b, atA, atB, settle } = cable({}, wrap);
    const packet = packetOf(1, 2);
    a.send(packet);
    packet.bytes.fill(0xff);
    const ring = Uint8Array.of(0, 4, 5, 0);
    const gathered = packetOf(3);
    gathered.tail[0].aim(ring, new DataView(ring.buffer), 1, 3);
    gathered.tails = 1;
    a.send(gathered);
    b.send(packetOf(6));
    expect(ports[0].posted).toEqual([]);
    await settle();
    expect(atB.log).toEqual([[1, 2], [3, 4, 5], "batch end"]);
    expect(atA.log).toEqual([[6], "batch end"]);
    expect(ports[0].posted).toEqual([Uint8Array.of(0, 0, 0, 2, 1, 2, 0, 0, 0, 3, 3, 4, 5).buffer, 5]);
    a.send(packetOf(7));
    await settle();
    expect(atB.log.slice(3)).toEqual([[7], "batch end"]);
  });

  it("tell each other when they close, after the last frame; nothing is received from then on", async () => {
    const { ports, a, b, atA, atB, settle } = cable({}, wrap);
    a.send(packetOf(1));
    await a.close();
    await a.close();
    b.send(packetOf(2));
    await settle();
    expect(atB.log).toEqual([[1], "batch end", "link down"]);
    expect(atA.log).toEqual([]);
    expect([b.send(packetOf(3)), a.send(packetOf(4))]).toEqual([true, true]);
    expect([a.lost, b.lost]).toEqual([1, 1]);
    expect(ports[0].posted).toHaveLength(2);
    expect(["message", "close", "exit"].map((type) => ports[0].listeners(type))).toEqual([0, 0, 0]);
  });

  it("take the end of the port for the end of the link", async () => {
    const { ports, b, atB, settle } = cable({}, wrap);
    ports[1].emit("close", undefined);
    ports[1].emit("close", undefined);
    await settle();
    expect(atB.log).toEqual(["link down"]);
    b.send(packetOf(1));
    expect(b.lost).toBe(1);
  });
});

describe("the window", () => {
  it("makes send refuse until the other side has delivered", async () => {
    const { a, atA, b, atB, settle } = cable({ window: 20 });
    b.pause();
    expect([1, 2, 3].map((octet) => a.send(packetOf(octet, 0, 0, 0, 0, 0)))).toEqual([true, true, false]);
    await settle();
    expect([atA.log, atB.log]).toEqual([[], []]);
    expect(a.send(packetOf(3))).toBe(false);
    b.resume();
    expect(atB.log).toEqual([]);
    await settle();
    expect(atB.frames.map(([octet]) => octet)).toEqual([1, 2]);
    expect(atA.log).toEqual(["writable"]);
    expect(a.send(packetOf(3))).toBe(true);
    await settle();
    expect(atA.log).toEqual(["writable"]);
  });

  it("lets a frame pass that is larger than it, alone", async () => {
    const { a, atA, atB, settle } = cable({ window: 1 });
    expect([a.send(packetOf(1, 1, 1)), a.send(packetOf(2, 2, 2))]).toEqual([true, false]);
    await settle();
    expect(atB.frames).toEqual([[1, 1, 1]]);
    expect(atA.log).toEqual(["writable"]);
  });

  it("wakes a waiting sender when the link is lost: what it sends is lost too, but it goes on", async () => {
    const { a, atA, b, settle } = cable({ window: 1 });
    expect([a.send(packetOf(1)), a.send(packetOf(2))]).toEqual([true, false]);
    await b.close();
    await settle();
    expect(atA.log).toEqual(["link down", "writable"]);
    expect(a.send(packetOf(2))).toBe(true);
  });

  it("bounds what a paused device keeps, whatever the other side thinks of it", async () => {
    const { ports, b, atB, settle } = cable({ window: 20 });
    b.pause();
    const batch = (octet: number) => Uint8Array.of(0, 0, 0, 6, octet, 0, 0, 0, 0, 0).buffer;
    for (const octet of [1, 2, 3]) ports[0].postMessage(batch(octet), []);
    await settle();
    expect(b.lost).toBe(1);
    b.resume();
    await settle();
    expect(atB.frames.map(([octet]) => octet)).toEqual([1, 2]);
  });
});

describe("a message port device", () => {
  it("delivers at most 256 frames in a turn", async () => {
    const { ports, turns, a, atB, settle } = cable();
    for (let index = 0; index < 300; index++) a.send(packetOf(index & 0xff));
    await Promise.resolve();
    ports[1].turn();
    expect(atB.frames).toHaveLength(256);
    turns.next();
    expect(atB.frames).toHaveLength(300);
    await settle();
    expect(atB.log.filter((entry) => entry === "batch end")).toHaveLength(2);
  });

  it("splits what does not fit one message of 64 KiB", async () => {
    const { ports, a, atB, settle } = cable();
    for (let index = 0; index < 50; index++) a.send(packetOf(...new Array<number>(1514).fill(index)));
    await settle();
    expect(ports[0].posted).toHaveLength(2);
    expect(atB.frames.map((octets) => octets[1513])).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it("loses frames over the MTU", () => {
    const { a } = cable({ mtu: 100 });
    expect(a.send(packetOf(...new Array<number>(115).fill(0)))).toBe(true);
    expect(a.lost).toBe(1);
  });

  it("survives messages that are none of its own", async () => {
    const { ports, b, atB, settle } = cable();
    const damaged = [
      Uint8Array.of(0, 0, 0, 9, 1),
      Uint8Array.of(0, 0),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    ];
    for (const { buffer } of damaged) ports[0].postMessage(buffer, []);
    for (const message of ["text", { frames: 1 }, -5, Number.NaN, undefined])
      ports[0].postMessage(message, []);
    ports[0].postMessage(Uint8Array.of(0, 0, 0, 1, 7, 0, 0).buffer, []);
    await settle();
    expect(atB.frames).toEqual([[7]]);
    expect(b.lost).toBe(9);
  });

  it("delivers the rest of a batch later when it is paused inside, nothing when it is closed inside", async () => {
    for (const action of ["pause", "close"] as const) {
      const { a, b, atB, settle } = cable();
      atB.onFrame = () => void b[action]();
      for (const octet of [1, 2, 3]) a.send(packetOf(octet));
      await settle();
      expect(atB.log.filter((entry) => typeof entry !== "string")).toEqual([[1]]);
      b.resume();
      await settle();
      expect(atB.frames).toHaveLength(action === "pause" ? 2 : 1);
    }
  });

  it("starts the port, and keeps the process alive only when asked", () => {
    const { ports, a } = cable();
    expect(ports[0]).toMatchObject({ started: 1, alive: false });
    a.ref();
    expect(ports[0].alive).toBe(true);
    a.unref();
    expect(ports[0].alive).toBe(false);
  });

  it("leaves the port open unless told what to do with it", async () => {
    const [port] = fakeChannel();
    const device = messagePortDevice(port, {
      mac: A,
      release: () => {
        throw new Error("cannot");
      },
    });
    await expect(device.close()).rejects.toThrow("cannot");
  });

  it("names what is wrong with a port or an option", () => {
    const [port] = fakeChannel();
    expect(() => messagePortDevice({} as FramePort, { mac: A })).toThrow("postMessage");
    expect(() => messagePortDevice({ postMessage() {} }, { mac: A })).toThrow("addEventListener");
    expect(() => messagePortDevice(port, { mac: A, window: 0 })).toThrow(RangeError);
    expect(() => messagePortDevice(port, { mac: A, mtu: 5 })).toThrow(RangeError);
    const { a, atA } = cable();
    expect(() => a.start(atA)).toThrow("already started");
  });

  it("works over the platform's own channel, whose end it notices", async () => {
    const { port1, port2 } = new MessageChannel();
    const [a, b] = [
      messagePortDevice(port1, { mac: A, release: () => port1.close() }),
      messagePortDevice(port2, { mac: B }),
    ];
    const atA = listen(a);
    const atB = listen(b);
    const happens = (entries: readonly unknown[], count: number): Promise<void> =>
      expect.poll(() => entries.length, { timeout: 20_000, interval: 5 }).toBe(count);
    a.send(packetOf(1, 2, 3));
    await happens(atB.log, 2);
    b.send(packetOf(4));
    await happens(atA.log, 2);
    expect([...atB.log, ...atA.log]).toEqual([[1, 2, 3], "batch end", [4], "batch end"]);
    await a.close();
    await happens(atB.log, 3);
    expect(atB.log[2]).toBe("link down");
  });
});
