import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { EthernetLayer } from "../src/index.ts";
import { deliver, frameTo, OWN, PEER, RecordingDevice, RecordingHandler } from "./support.ts";

describe("dispatch by EtherType", () => {
  it("gives each type to its handler, starting behind the header, padding included", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    const [ip, arp] = [new RecordingHandler(), new RecordingHandler()];
    layer.handle(0x0800, ip);
    layer.handle(0x0806, arp);
    deliver(layer, frameTo(OWN, 0x0806, Uint8Array.of(0xaa, 0, 0)));
    deliver(layer, frameTo(OWN, 0x0800, Uint8Array.of(0xbb)));
    expect(arp.received).toEqual([`unicast from ${PEER}: aa0000`]);
    expect(ip.received).toEqual([`unicast from ${PEER}: bb`]);
  });

  it("returns what the handler made of the frame, and counts it as passed on", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    const handler = new RecordingHandler();
    handler.verdict = Verdict.BadChecksum;
    layer.handle(0x0800, handler);
    expect(deliver(layer, frameTo(OWN))).toBe(Verdict.BadChecksum);
    expect(layer.counters.snapshot()).toEqual({ Handled: 1 });
  });

  it.each([
    ["an unknown EtherType", 0x88cc, "UnknownEtherType"],
    ["the smallest EtherType, unknown too", 0x0600, "UnknownEtherType"],
    ["the largest length of IEEE 802.3", 0x05ff, "LengthFrame"],
    ["a length frame", 0x0026, "LengthFrame"],
    ["a length frame of 0", 0, "LengthFrame"],
    ["an IEEE 802.1Q tag", 0x8100, "VlanTagged"],
    ["an IEEE 802.1ad tag", 0x88a8, "VlanTagged"],
  ] as const)("drops %s (C-E2)", (_what, etherType, verdict) => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    const handler = new RecordingHandler();
    layer.handle(0x0800, handler);
    expect(deliver(layer, frameTo(OWN, etherType))).toBe(Verdict[verdict]);
    expect(layer.counters.snapshot()).toEqual({ [verdict]: 1 });
    expect(handler.received).toEqual([]);
  });

  it("drops every length under a header, and takes a header without payload", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    layer.handle(0x0800, new RecordingHandler());
    const whole = frameTo(OWN, 0x0800, new Uint8Array(0));
    for (let length = 0; length < 14; length++) {
      expect(deliver(layer, whole.slice(0, length))).toBe(Verdict.TooShort);
    }
    expect(deliver(layer, whole)).toBe(Verdict.Handled);
    expect(layer.counters.snapshot()).toEqual({ Handled: 1, TooShort: 14 });
  });

  it("has one handler for a type, and none for a length", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    layer.handle(0x0800, new RecordingHandler());
    expect(() => layer.handle(0x0800, new RecordingHandler())).toThrow(
      "EtherType 0x0800 has a handler already",
    );
    expect(() => layer.handle(0x05ff, new RecordingHandler())).toThrow(RangeError);
    expect(() => layer.handle(0x10000, new RecordingHandler())).toThrow(RangeError);
    for (let type = 0x9000; type < 0x900f; type++) layer.handle(type, new RecordingHandler());
    expect(() => layer.handle(0x900f, new RecordingHandler())).toThrow("16 EtherTypes");
  });

  it("takes nothing any more once closed", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice() });
    const handler = new RecordingHandler();
    layer.handle(0x0800, handler);
    layer.close();
    expect(deliver(layer, frameTo(OWN))).toBe(Verdict.Closed);
    expect(handler.received).toEqual([]);
  });
});
