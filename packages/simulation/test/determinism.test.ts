import { createHash } from "node:crypto";
import type { DeviceSink, NetworkDevice } from "@mnet/core";
import { completeOffload, guardBorrows } from "@mnet/devices";
import { readPcapng } from "@mnet/pcap";
import { describe, expect, it } from "vitest";
import { type LinkConditions, record, SimulatedHub, Timeline } from "../src/index.ts";
import { frame } from "./support.ts";

const terrible: LinkConditions = {
  latency: 10,
  jitter: 5,
  loss: 0.1,
  duplication: 0.1,
  reordering: 0.1,
  corruption: 0.1,
  rate: 20_000,
  queue: 10,
};

/** Three hosts with timers and applications that answer what they hear, and sometimes wait first. */
async function run(seed: number): Promise<{ file: Uint8Array; order: string }> {
  const timeline = new Timeline({ seed });
  const hub = new SimulatedHub(timeline, terrible);
  const recording = record(hub.attach(), timeline);
  const order: string[] = [];
  const devices: NetworkDevice[] = [recording.device, hub.attach(), hub.attach()];
  for (const [i, bare] of devices.entries()) {
    const device = guardBorrows(completeOffload(bare));
    const host = timeline.host();
    const random = timeline.random.fork();
    const application = async (octet: number): Promise<void> => {
      if (octet % 3 === 0) await new Promise<void>((resolve) => timeline.after(octet / 10, resolve));
      order.push(`${i}:${octet}@${timeline.now()}`);
      if (octet > 8)
        device.send(frame(octet - (random.u32() % 8), i, octet, ...new Array<number>(octet % 50)));
    };
    host.start(() => {
      device.send(frame(random.u32() & 0xff, i, 1, 2, 3, 4, 5, 6));
      if (timeline.now() < 500) host.arm(timeline.now() + (random.u32() % 40));
    });
    host.arm(i);
    const sink: DeviceSink = {
      receive: (packet) => void application(packet.bytes[packet.start + 14]!),
      batchEnd: () => host.defer(),
      writable: () => {},
      linkChanged: () => {},
      capabilitiesChanged: () => {},
      failed: () => {},
    };
    device.start(sink);
  }
  await timeline.run(2000);
  return { file: recording.pcapng(), order: order.join("\n") };
}

describe("determinism", () => {
  it("same seed, same pcap, octet for octet", async () => {
    const [one, other] = [await run(42), await run(42)];
    const { packets } = readPcapng(one.file);
    expect(packets.length).toBeGreaterThan(300);
    expect(new Set(packets.map(({ direction }) => direction))).toEqual(new Set(["in", "out"]));
    const hash = (file: Uint8Array): string => createHash("sha256").update(file).digest("hex");
    expect(hash(other.file)).toBe(hash(one.file));
    expect(other.order).toBe(one.order);
  });

  it("another seed, another pcap", async () => {
    const [one, other] = [await run(1), await run(2)];
    expect(other.order).not.toBe(one.order);
  });
});
