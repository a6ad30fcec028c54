import type { Packet } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { SimulatedHub, type SimulatedHubOptions, Timeline } from "../src/index.ts";
import { frame, Recorder } from "./support.ts";

function hub(count: number, conditions: SimulatedHubOptions = {}) {
  const timeline = new Timeline({ seed: 2 });
  const segment = new SimulatedHub(timeline, conditions);
  const ports = Array.from({ length: count }, () => segment.attach());
  return { timeline, segment, ports, sinks: ports.map((port) => new Recorder(timeline, port)) };
}

describe("a simulated hub", () => {
  it("sends every frame to every other port, under its conditions", () => {
    const { timeline, ports, sinks } = hub(3, { latency: 7 });
    ports[0]!.send(frame(1));
    timeline.at(1, () => ports[2]!.send(frame(2)));
    timeline.advance(100);
    expect(sinks.map(({ frames }) => frames)).toEqual([
      [[8, [2]]],
      [
        [7, [1]],
        [8, [2]],
      ],
      [[7, [1]]],
    ]);
  });

  it("loses for one receiver what another one gets", () => {
    const { timeline, ports, sinks } = hub(3, { loss: 0.5 });
    for (let i = 0; i < 1000; i++) ports[0]!.send(frame(i >> 8, i & 0xff));
    timeline.advance(1);
    const [one, other] = [sinks[1]!, sinks[2]!].map(
      ({ frames }) => new Set(frames.map(([, octets]) => octets.join())),
    );
    expect(one!.size).toBeGreaterThan(400);
    expect(one!.size).toBeLessThan(600);
    const both = [...one!].filter((octets) => other!.has(octets)).length;
    expect(both).toBeGreaterThan(180);
    expect(both).toBeLessThan(320);
    expect(ports[0]!.statistics).toMatchObject({ sent: 1000, delivered: one!.size + other!.size });
  });

  it("gives a port that is impaired conditions of its own for what it sends", () => {
    const { timeline, ports, sinks } = hub(2, { latency: 1 });
    ports[0]!.impair({ latency: 50 });
    ports[0]!.send(frame(1));
    ports[1]!.send(frame(2));
    timeline.advance(100);
    expect(sinks[1]!.frames).toEqual([[50, [1]]]);
    expect(sinks[0]!.frames).toEqual([[1, [2]]]);
  });

  it("tells filters which port sends, by the order of attaching", () => {
    const seen: number[] = [];
    const { timeline, ports } = hub(3, { filter: (_, direction) => seen.push(direction) > 0 });
    for (const index of [2, 0, 1]) ports[index]!.send(frame(1));
    timeline.advance(1);
    expect(seen).toEqual([2, 0, 1]);
  });

  it("is a link that is up for a single port, and goes down for an unplugged one only", () => {
    const { timeline, ports, sinks } = hub(3);
    ports[1]!.unplug();
    ports[0]!.send(frame(1));
    timeline.advance(1);
    expect(sinks.map(({ log }) => log.map(([, what]) => what))).toEqual([
      [],
      ["link down"],
      [[1], "batch end"],
    ]);
    expect(ports[0]!.statistics).toMatchObject({ delivered: 1, missed: 1 });
  });

  it("forgets a port that is closed", async () => {
    const { timeline, segment, ports, sinks } = hub(3);
    await ports[1]!.close();
    ports[0]!.send(frame(1));
    timeline.advance(1);
    expect(segment.ports).toEqual([ports[0], ports[2]]);
    expect(sinks.map(({ frames }) => frames.length)).toEqual([0, 0, 1]);
    const late = segment.attach();
    expect([late.index, late.mac.toString()]).toEqual([3, "02:00:00:01:00:04"]);
  });
});

/** A frame between stations 02:00:00:00:00:n. 0xff is everybody. */
function addressed(destination: number, source: number, content: number): Packet {
  const packet = frame(content);
  const to = destination === 0xff ? [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] : [2, 0, 0, 0, 0, destination];
  packet.bytes.set([...to, 2, 0, 0, 0, 0, source]);
  return packet;
}

describe("a simulated hub that learns", () => {
  it("sends to a station it has heard at its port alone, else to all", async () => {
    const { timeline, ports, sinks } = hub(4, { learning: true });
    const send = (port: number, packet: Packet): number[] => {
      const before = sinks.map(({ frames }) => frames.length);
      ports[port]!.send(packet);
      timeline.advance(1);
      return sinks.flatMap(({ frames }, at) => (frames.length > before[at]! ? [at] : []));
    };
    expect(send(0, addressed(2, 1, 0))).toEqual([1, 2, 3]);
    expect(send(1, addressed(1, 2, 0))).toEqual([0]);
    expect(send(0, addressed(2, 1, 0))).toEqual([1]);
    expect(send(0, addressed(0xff, 1, 0))).toEqual([1, 2, 3]);
    expect(send(0, addressed(0xff, 5, 0))).toEqual([1, 2, 3]);
    expect(send(0, addressed(5, 1, 0))).toEqual([]);
    await ports[0]!.close();
    expect(send(1, addressed(1, 2, 0))).toEqual([2, 3]);
  });
});

describe("a broadcast on a large simulated hub", () => {
  const everybody = (count: number, conditions: SimulatedHubOptions = {}) => {
    const world = hub(count, { latency: 3, ...conditions });
    return { ...world, heard: () => world.sinks.map(({ frames }) => frames.length) };
  };

  it("reaches every port but the sender's at one time, each with octets of its own to write to", () => {
    const { timeline, ports, sinks, heard } = everybody(40);
    for (const sink of sinks) {
      sink.onFrame = (packet) => {
        packet.bytes.fill(0xee);
        packet.reset(0, 0);
      };
    }
    ports[7]!.send(addressed(0xff, 1, 9));
    ports[7]!.send(addressed(0xff, 1, 8));
    timeline.advance(10);
    expect(heard()).toEqual(Array.from({ length: 40 }, (_, port) => (port === 7 ? 0 : 2)));
    expect(sinks[39]!.frames).toEqual([
      [3, [9]],
      [3, [8]],
    ]);
    expect(ports[7]!.statistics).toMatchObject({ sent: 2, delivered: 78 });
  });

  it("is sent while another one is under way, answered from inside receive, and missed by who is gone", async () => {
    const { timeline, ports, sinks, heard } = everybody(20);
    sinks[1]!.onFrame = () => {
      sinks[1]!.onFrame = () => {};
      ports[1]!.send(addressed(0xff, 2, 1));
    };
    ports[0]!.send(addressed(0xff, 1, 0));
    ports[3]!.unplug();
    await ports[4]!.close();
    timeline.advance(3);
    ports[0]!.send(addressed(0xff, 1, 2));
    timeline.advance(10);
    expect(heard().slice(0, 6)).toEqual([1, 2, 3, 0, 0, 3]);
    expect(ports[0]!.statistics).toMatchObject({ delivered: 34, missed: 3 });
  });

  it("is lost for some where the segment loses frames", () => {
    const { timeline, ports, heard } = everybody(100, { loss: 0.5 });
    ports[0]!.send(addressed(0xff, 1, 0));
    timeline.advance(10);
    const received = heard().reduce((sum, count) => sum + count);
    expect(received).toBeGreaterThan(20);
    expect(received).toBeLessThan(80);
  });
});
