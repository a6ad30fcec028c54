import { type FrameHandler, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { EthernetLayer } from "../src/index.ts";
import { deliver, frameTo, OWN, RecordingDevice, RecordingHandler } from "./support.ts";

const broken: FrameHandler = {
  input() {
    throw new Error("a bug");
  },
};

describe("a handler that throws (E5)", () => {
  it("costs its frame and nothing else", () => {
    const faults: string[] = [];
    const layer = new EthernetLayer({
      device: new RecordingDevice(),
      onFault: (error, etherType) => faults.push(`0x${etherType.toString(16)}: ${error}`),
    });
    const healthy = new RecordingHandler();
    layer.handle(0x0806, broken);
    layer.handle(0x0800, healthy);
    expect(deliver(layer, frameTo(OWN, 0x0806))).toBe(Verdict.HandlerFault);
    expect(deliver(layer, frameTo(OWN, 0x0800))).toBe(Verdict.Handled);
    expect(faults).toEqual(["0x806: Error: a bug"]);
    expect(healthy.received).toHaveLength(1);
    expect(layer.counters.snapshot()).toEqual({ HandlerFault: 1, Handled: 1 });
  });

  it("is not hushed up when nobody would learn of it", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    layer.handle(0x0806, broken);
    expect(() => deliver(layer, frameTo(OWN, 0x0806))).toThrow("a bug");
    expect(layer.counters.snapshot()).toEqual({ HandlerFault: 1 });
  });

  it("is told apart from an observer that throws, which costs nothing", () => {
    const faults: number[] = [];
    const layer = new EthernetLayer({
      device: new RecordingDevice(),
      onFault: (_error, etherType) => faults.push(etherType),
    });
    const handler = new RecordingHandler();
    layer.handle(0x0800, handler);
    layer.tap(() => {
      throw new Error("a bug");
    });
    expect(deliver(layer, frameTo(OWN))).toBe(Verdict.Handled);
    expect(faults).toEqual([-1]);
    expect(handler.received).toHaveLength(1);
  });
});
