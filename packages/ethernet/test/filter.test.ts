import { type FrameInfo, MacAddress, type Packet, toHex, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { EthernetLayer } from "../src/index.ts";
import { BROADCAST, deliver, frameTo, OWN, PEER, RecordingDevice, RecordingHandler } from "./support.ts";

const GROUP = "01:00:5e:00:00:01";

function layerWithHandler(): { layer: EthernetLayer; handler: RecordingHandler } {
  const layer = new EthernetLayer({ device: new RecordingDevice() });
  const handler = new RecordingHandler();
  layer.handle(0x0800, handler);
  return { layer, handler };
}

describe("which frames are ours (C-E1)", () => {
  it("takes frames to its own address", () => {
    const { layer, handler } = layerWithHandler();
    expect(deliver(layer, frameTo(OWN))).toBe(Verdict.Handled);
    expect(handler.received).toEqual([`unicast from ${PEER}: 010203`]);
  });

  it("takes broadcasts", () => {
    const { layer, handler } = layerWithHandler();
    expect(deliver(layer, frameTo(BROADCAST))).toBe(Verdict.Handled);
    expect(handler.received).toEqual([`broadcast from ${PEER}: 010203`]);
  });

  it("takes frames to groups it joined, once for every join not left", () => {
    const { layer, handler } = layerWithHandler();
    const group = MacAddress.parse(GROUP);
    expect(deliver(layer, frameTo(GROUP))).toBe(Verdict.NotForUs);
    layer.joinGroup(group);
    layer.joinGroup(group);
    layer.leaveGroup(group);
    expect(deliver(layer, frameTo(GROUP))).toBe(Verdict.Handled);
    layer.leaveGroup(group);
    expect(deliver(layer, frameTo(GROUP))).toBe(Verdict.NotForUs);
    expect(handler.received).toEqual([`multicast from ${PEER}: 010203`]);
  });

  it("keeps the other groups when one is left", () => {
    const { layer } = layerWithHandler();
    const groups = [1, 2, 3].map((last) => MacAddress.ofIpv4Group(last));
    for (const group of groups) layer.joinGroup(group);
    layer.leaveGroup(groups[0]!);
    const verdicts = groups.map((group) => deliver(layer, frameTo(group.toString())));
    expect(verdicts).toEqual([Verdict.NotForUs, Verdict.Handled, Verdict.Handled]);
  });

  it("leaves frames to other stations alone: it is not promiscuous", () => {
    const { layer, handler } = layerWithHandler();
    expect(deliver(layer, frameTo("02:00:00:00:00:09"))).toBe(Verdict.NotForUs);
    expect(deliver(layer, frameTo("33:33:00:00:00:01"))).toBe(Verdict.NotForUs);
    expect(handler.received).toEqual([]);
    expect(layer.counters.snapshot()).toEqual({ NotForUs: 2 });
  });

  it("uses the address it was given instead of the device's", () => {
    const layer = new EthernetLayer({
      device: new RecordingDevice(),
      mac: MacAddress.parse("02:00:00:00:00:07"),
    });
    layer.handle(0x0800, new RecordingHandler());
    expect(deliver(layer, frameTo(OWN))).toBe(Verdict.NotForUs);
    expect(deliver(layer, frameTo("02:00:00:00:00:07"))).toBe(Verdict.Handled);
  });

  it("refuses a group that is none, one too many, and a leave without its join", () => {
    const { layer } = layerWithHandler();
    expect(() => layer.joinGroup(MacAddress.parse(PEER))).toThrow(RangeError);
    for (let group = 0; group < 256; group++) layer.joinGroup(MacAddress.ofIpv4Group(group));
    expect(() => layer.joinGroup(MacAddress.ofIpv4Group(256))).toThrow(
      expect.objectContaining({ code: "ENOBUFS" }),
    );
    expect(() => layer.leaveGroup(MacAddress.ofIpv4Group(256))).toThrow("is not joined");
  });
});

describe("sources that cannot be", () => {
  it.each([
    ["a group address", "03:00:00:00:00:02"],
    ["the broadcast address", BROADCAST],
    ["our own address: a loop brought the frame back", OWN],
  ])("drops a frame from %s", (_what, source) => {
    const { layer, handler } = layerWithHandler();
    expect(deliver(layer, frameTo(BROADCAST, 0x0800, Uint8Array.of(1), source))).toBe(Verdict.BadSource);
    expect(handler.received).toEqual([]);
    expect(layer.counters.snapshot()).toEqual({ BadSource: 1 });
  });
});

describe("frames from our own MAC address", () => {
  /** A handler that asks for them. */
  class Curious extends RecordingHandler {
    readonly fromOwnMac: string[] = [];

    inputFromOwnMac(packet: Packet, frame: FrameInfo): Verdict {
      this.fromOwnMac.push(`${frame.cast}: ${toHex(packet.toBytes())}`);
      return this.verdict;
    }
  }

  function layerWith(handler: RecordingHandler, onFault: () => void = () => {}): EthernetLayer {
    const layer = new EthernetLayer({ device: new RecordingDevice(), onFault });
    layer.handle(0x86dd, handler);
    layer.handle(0x0806, new RecordingHandler());
    return layer;
  }

  const own = (etherType: number, to: string = BROADCAST): Uint8Array =>
    frameTo(to, etherType, Uint8Array.of(1, 2), OWN);

  it("go to a handler that asks for them, apart from the others, and to no other", () => {
    const handler = new Curious();
    const layer = layerWith(handler);
    handler.verdict = Verdict.Duplicate;
    expect(deliver(layer, own(0x86dd))).toBe(Verdict.Duplicate);
    expect(deliver(layer, own(0x0806))).toBe(Verdict.BadSource);
    expect(deliver(layer, own(0x88cc))).toBe(Verdict.BadSource);
    expect(deliver(layer, frameTo(OWN, 0x86dd))).toBe(Verdict.Duplicate);
    expect(handler.fromOwnMac).toEqual(["broadcast: 0102"]);
    expect(handler.received).toEqual([`unicast from ${PEER}: 010203`]);
    expect(layer.counters.snapshot()).toEqual({ Handled: 2, BadSource: 2 });
  });

  it("are filtered by destination as all are", () => {
    const handler = new Curious();
    const layer = layerWith(handler);
    expect(deliver(layer, own(0x86dd, "33:33:00:00:00:01"))).toBe(Verdict.NotForUs);
    expect(handler.fromOwnMac).toEqual([]);
  });

  it("cannot end the reader: a fault of the handler is counted", () => {
    let faults = 0;
    const broken = new RecordingHandler() as RecordingHandler & { inputFromOwnMac: () => Verdict };
    broken.inputFromOwnMac = () => {
      throw new Error("broken");
    };
    const layer = layerWith(broken, () => faults++);
    expect(deliver(layer, own(0x86dd))).toBe(Verdict.HandlerFault);
    expect(faults).toBe(1);
  });
});
