import { describe, expect, it } from "vitest";
import { Hub } from "../src/index.ts";
import { listen, packetOf, Turns } from "./support.ts";

function hub(ports: number, options: { queue?: number } = {}) {
  const turns = new Turns();
  const segment = new Hub({ ...options, schedule: turns.schedule });
  const devices = Array.from({ length: ports }, () => segment.attach());
  return { turns, segment, devices, sinks: devices.map(listen) };
}

describe("a hub", () => {
  it("sends every frame to every other port", () => {
    const { turns, devices, sinks } = hub(3);
    devices[0]!.send(packetOf(1));
    devices[2]!.send(packetOf(2));
    turns.all();
    expect(sinks.map(({ frames }) => frames)).toEqual([[[2]], [[1], [2]], [[1]]]);
  });

  it("lets a port that does not keep up lose frames, and nobody else", () => {
    const { turns, segment, devices, sinks } = hub(3, { queue: 2 });
    devices[1]!.pause();
    for (const octet of [1, 2, 3, 4]) {
      expect(devices[0]!.send(packetOf(octet))).toBe(true);
      turns.all();
    }
    devices[1]!.resume();
    turns.all();
    expect(sinks[1]!.frames).toEqual([[1], [2]]);
    expect(sinks[2]!.frames).toEqual([[1], [2], [3], [4]]);
    expect(segment.dropped).toBe(2);
  });

  it("forgets a port that is closed; the others do not notice", async () => {
    const { turns, segment, devices, sinks } = hub(3);
    await devices[1]!.close();
    expect(segment.ports).toEqual([devices[0], devices[2]]);
    devices[0]!.send(packetOf(1));
    turns.all();
    expect(sinks.map(({ log }) => log)).toEqual([[], [], [[1], "batch end"]]);
  });

  it("loses what is sent when nobody listens", () => {
    const { turns, segment, devices } = hub(1);
    segment.attach();
    expect(devices[0]!.send(packetOf(1))).toBe(true);
    turns.all();
    expect(devices[0]!.lost).toBe(1);
  });

  it("gives each port an address of its own unless told which", () => {
    const segment = new Hub();
    const macs = [segment.attach(), segment.attach("02:00:00:00:00:99"), segment.attach()].map(({ mac }) =>
      mac.toString(),
    );
    expect(macs).toEqual(["02:00:00:01:00:01", "02:00:00:00:00:99", "02:00:00:01:00:03"]);
  });
});
