import { fakeCapabilities } from "@mnet/conformance";
import { EtherType, type FrameInfo, MacAddress, Packet, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { IpLink } from "../src/index.ts";

/** A device of medium `ip` that records what is sent. */
function ipDevice(overrides: { mtu?: number; medium?: "ip" | "ethernet"; room?: boolean } = {}) {
  const sent: Uint8Array[] = [];
  const nothing = (): void => {};
  const device = {
    mac: null,
    capabilities: fakeCapabilities({
      medium: overrides.medium ?? "ip",
      mtu: overrides.mtu ?? 1500,
      headroom: 0,
    }),
    start: nothing,
    send: (packet: Packet) => {
      if (overrides.room === false) return false;
      sent.push(packet.bytes.slice(packet.start, packet.end));
      return true;
    },
    pause: nothing,
    resume: nothing,
    ref: nothing,
    unref: nothing,
    close: async () => {},
  };
  return { device, sent };
}

function packetOf(...octets: number[]): Packet {
  const packet = Packet.allocate(octets.length);
  packet.bytes.set(octets);
  packet.reset(0, octets.length);
  return packet;
}

describe("IpLink", () => {
  it("dispatches by the version in the first octet", () => {
    const link = new IpLink({ device: ipDevice().device });
    const seen: [number, FrameInfo["cast"]][] = [];
    for (const type of [EtherType.Ipv4, EtherType.Ipv6]) {
      link.handle(type, {
        input: (_packet, frame) => {
          seen.push([type, frame.cast]);
          return Verdict.Handled;
        },
      });
    }
    expect(link.receive(packetOf(0x45, 0), 0)).toBe(Verdict.Handled);
    expect(link.receive(packetOf(0x60, 0), 0)).toBe(Verdict.Handled);
    expect(seen).toEqual([
      [EtherType.Ipv4, "unicast"],
      [EtherType.Ipv6, "unicast"],
    ]);
  });

  it("drops what is empty or of another version", () => {
    const link = new IpLink({ device: ipDevice().device });
    expect(link.receive(packetOf(), 0)).toBe(Verdict.TooShort);
    expect(link.receive(packetOf(0x50), 0)).toBe(Verdict.UnknownEtherType);
    expect(link.receive(packetOf(0x45), 0)).toBe(Verdict.UnknownEtherType);
    expect(link.counters.snapshot()).toEqual({ TooShort: 1, UnknownEtherType: 2 });
  });

  it("sends packets as they are, up to the MTU", () => {
    const { device, sent } = ipDevice({ mtu: 68 });
    const link = new IpLink({ device });
    expect(link.send(packetOf(0x45, 1, 2), MacAddress.zero, EtherType.Ipv4)).toBe(Verdict.Handled);
    expect(sent).toEqual([Uint8Array.of(0x45, 1, 2)]);
    expect(link.send(packetOf(...new Array<number>(69).fill(0x45)), MacAddress.zero, EtherType.Ipv4)).toBe(
      Verdict.TooBig,
    );
    const busy = new IpLink({ device: ipDevice({ room: false }).device });
    expect(busy.send(packetOf(0x45), MacAddress.zero, EtherType.Ipv4)).toBe(Verdict.DeviceBusy);
  });

  it("contains a handler that throws", () => {
    const faults: unknown[] = [];
    const link = new IpLink({ device: ipDevice().device, onFault: (error) => faults.push(error) });
    link.handle(EtherType.Ipv4, {
      input: () => {
        throw new Error("defect");
      },
    });
    expect(link.receive(packetOf(0x45), 0)).toBe(Verdict.HandlerFault);
    expect(faults).toHaveLength(1);
  });

  it("refuses devices that carry frames or too little", () => {
    expect(() => new IpLink({ device: ipDevice({ medium: "ethernet" }).device })).toThrow(RangeError);
    expect(() => new IpLink({ device: ipDevice({ mtu: 67 }).device })).toThrow(RangeError);
  });
});
