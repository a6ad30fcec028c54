import { parseEthernet } from "@mnet/conformance";
import { MacAddress, toHex, Verdict, viewOf } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { EthernetLayer } from "../src/index.ts";
import { OWN, PEER, packetOf, RecordingDevice } from "./support.ts";

const to = MacAddress.parse(PEER);

describe("send", () => {
  it("writes the header into the headroom and puts start back", () => {
    const device = new RecordingDevice();
    const layer = new EthernetLayer({ device });
    const packet = packetOf(Uint8Array.of(0x45, 0, 7));
    expect(layer.send(packet, to, 0x0800)).toBe(Verdict.Handled);
    expect(packet.start).toBe(14);
    expect(packet.end).toBe(17);
    expect(toHex(device.frames[0]!)).toBe("020000000002" + "020000000001" + "0800" + "450007");
    expect(layer.sent.snapshot()).toEqual({ Handled: 1 });
  });

  it("does not pad: what the medium needs is the device's affair (E6)", () => {
    const device = new RecordingDevice();
    new EthernetLayer({ device }).send(packetOf(new Uint8Array(28)), to, 0x0806);
    expect(device.frames[0]).toHaveLength(42);
  });

  it("passes tails on without touching them", () => {
    const device = new RecordingDevice();
    const layer = new EthernetLayer({ device });
    const packet = packetOf(Uint8Array.of(1));
    const ring = Uint8Array.of(9, 2, 3, 9);
    packet.tails = 1;
    packet.tail[0].aim(ring, viewOf(ring), 1, 3);
    expect(layer.send(packet, to, 0x0800)).toBe(Verdict.Handled);
    expect(toHex(parseEthernet(device.frames[0]!).payload)).toBe("010203");
    expect([...ring]).toEqual([9, 2, 3, 9]);
  });

  it("says when the device is full, with start put back", () => {
    const device = new RecordingDevice();
    const layer = new EthernetLayer({ device });
    const packet = packetOf(Uint8Array.of(1));
    device.full = true;
    expect(layer.send(packet, to, 0x0800)).toBe(Verdict.DeviceBusy);
    expect(packet.start).toBe(14);
    expect(layer.sent.snapshot()).toEqual({ DeviceBusy: 1 });
  });

  it("takes packets up to the MTU, and large segments up to what the device segments", () => {
    const segmentation = { tcp4: true, tcp6: false, udp: false, maxOctets: 3000 };
    const layer = new EthernetLayer({ device: new RecordingDevice({ mtu: 1000, segmentation }) });
    const sizes = (segmentSize: number, ...octets: number[]): Verdict[] =>
      octets.map((size) => {
        const packet = packetOf(new Uint8Array(size));
        packet.segmentSize = segmentSize;
        return layer.send(packet, to, 0x0800);
      });
    expect(sizes(0, 1000, 1001)).toEqual([Verdict.Handled, Verdict.TooBig]);
    expect(sizes(900, 3000, 3001)).toEqual([Verdict.Handled, Verdict.TooBig]);
  });

  it("refuses a packet without room for its header and the device's", () => {
    const layer = new EthernetLayer({ device: new RecordingDevice({ headroom: 10 }) });
    expect(() => layer.send(packetOf(Uint8Array.of(1), 23), to, 0x0800)).toThrow(
      "needs 24 octets of headroom",
    );
    expect(layer.send(packetOf(Uint8Array.of(1), 24), to, 0x0800)).toBe(Verdict.Handled);
  });

  it("sends nothing any more once closed", () => {
    const device = new RecordingDevice();
    const layer = new EthernetLayer({ device });
    layer.close();
    expect(layer.send(packetOf(Uint8Array.of(1)), to, 0x0800)).toBe(Verdict.Closed);
    expect(device.frames).toEqual([]);
  });
});

describe("capabilities", () => {
  it("are the device's with 14 octets more of headroom", () => {
    const device = new RecordingDevice({ headroom: 10, mtu: 9000 });
    expect(new EthernetLayer({ device }).capabilities).toEqual({ ...device.capabilities, headroom: 24 });
  });

  it("follow the device when it says so", () => {
    const device = new RecordingDevice();
    const layer = new EthernetLayer({ device });
    device.capabilities = { ...device.capabilities, mtu: 576 };
    expect(layer.capabilities.mtu).toBe(1500);
    layer.capabilitiesChanged();
    expect(layer.capabilities.mtu).toBe(576);
    device.capabilities = { ...device.capabilities, mtu: 67 };
    expect(() => layer.capabilitiesChanged()).toThrow(RangeError);
    expect(layer.capabilities.mtu).toBe(576);
  });

  it("must be those of an Ethernet that carries IP", () => {
    const make = (device: RecordingDevice, mac?: string) => () =>
      new EthernetLayer({ device, ...(mac === undefined ? {} : { mac: MacAddress.parse(mac) }) });
    expect(make(new RecordingDevice({ mtu: 67 }))).toThrow("at least 68 octets, not 67");
    expect(make(new RecordingDevice({ mtu: Number.NaN }))).toThrow(RangeError);
    expect(make(new RecordingDevice({ medium: "ip" }))).toThrow('medium "ethernet"');
    expect(make(new RecordingDevice({}, null))).toThrow(TypeError);
    expect(make(new RecordingDevice({}, null), OWN)().mac.toString()).toBe(OWN);
    expect(make(new RecordingDevice(), "01:00:00:00:00:01")).toThrow(RangeError);
    expect(make(new RecordingDevice(), "00:00:00:00:00:00")).toThrow(RangeError);
  });
});
