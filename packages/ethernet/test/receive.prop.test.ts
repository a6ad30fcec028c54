import { Verdict } from "@mnet/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { EthernetLayer } from "../src/index.ts";
import { deliver, OWN, RecordingDevice, RecordingHandler } from "./support.ts";

const mac = fc.constantFrom(
  [2, 0, 0, 0, 0, 1],
  [255, 255, 255, 255, 255, 255],
  [2, 0, 0, 0, 0, 2],
  [1, 0, 94, 0, 0, 1],
);
const type = fc.constantFrom([8, 0], [8, 6], [0x81, 0], [0, 46], [0x86, 0xdd]);
const frames = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .tuple(mac, mac, type, fc.array(fc.nat(255), { maxLength: 20 }))
    .map((parts) => Uint8Array.from(parts.flat())),
);

it("never throws, and counts every frame once", () => {
  fc.assert(
    fc.property(fc.array(frames, { maxLength: 20 }), (batch) => {
      const layer = new EthernetLayer({ device: new RecordingDevice() });
      const handler = new RecordingHandler();
      layer.handle(0x0800, handler);
      for (const frame of batch) {
        const passed = deliver(layer, frame) === Verdict.Handled;
        if (passed) expect(frame[12]! * 256 + frame[13]!).toBe(0x0800);
      }
      const counts = Object.values(layer.counters.snapshot());
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(batch.length);
      expect(layer.counters.of(Verdict.Handled)).toBe(handler.received.length);
      expect(handler.received.every((text) => !text.includes(`from ${OWN}`))).toBe(true);
    }),
  );
});
