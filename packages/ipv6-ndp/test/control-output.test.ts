import { FakeLink, FakeResolver } from "@mnet/conformance";
import { IpAddress, lend, MacAddress, Packet, reclaim, toHex, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { ControlSender } from "../src/output/control.ts";
import { ip, pattern } from "./packet-host.ts";

const SOURCE = "fe80000000000000000000fffe000001";
const discovery = { hopLimit: 255, routerAlert: false };
const report = { hopLimit: 1, routerAlert: true };

/** A message of eight octets: type, code, no checksum yet, a word. */
function message(output: ControlSender, type: number): Packet {
  const packet = output.scratch(8);
  packet.view.setUint32(packet.start, type << 24);
  packet.view.setUint32(packet.start + 4, 0x01020304);
  return packet;
}

describe("a control message", () => {
  it("of Neighbor Discovery has a hop limit of 255 and its checksum, octet by octet (RFC 4861 4, RFC 4443 2.3)", () => {
    const link = new FakeLink();
    const output = new ControlSender(link);
    const packet = message(output, 133);
    const { start } = packet;
    expect(output.send(packet, ip("fe80::ff:fe00:1"), IpAddress.allRoutersV6, discovery, null, 0)).toBe(
      Verdict.Handled,
    );
    expect(packet.start).toBe(start);
    const [frame] = link.take();
    expect(frame).toMatchObject({ to: "33:33:00:00:00:02", etherType: 0x86dd });
    expect(toHex(frame!.octets)).toBe(
      `6000000000083aff${SOURCE}ff02000000000000000000000000000285007a3001020304`,
    );
  });

  it("of MLD has a hop limit of 1 and a router alert, octet by octet (RFC 9777 5, RFC 2711 2.1)", () => {
    const link = new FakeLink();
    const output = new ControlSender(link);
    output.send(message(output, 143), ip("fe80::ff:fe00:1"), ip("ff02::16"), report, null, 0);
    const [frame] = link.take();
    expect(frame!.to).toBe("33:33:00:00:00:16");
    expect(toHex(frame!.octets)).toBe(
      `6000000000100001${SOURCE}ff0200000000000000000000000000163a000502000001008f00701c01020304`,
    );
  });

  it("may come from ::, and goes to the link address that its sender knows", () => {
    const link = new FakeLink();
    const output = new ControlSender(link);
    const mac = MacAddress.parse("02:00:00:00:00:77");
    output.send(message(output, 135), IpAddress.anyV6, ip("ff02::1:ff00:1"), discovery, mac, 0);
    const [frame] = link.take();
    expect(frame!.to).toBe("02:00:00:00:00:77");
    expect(toHex(frame!.octets.subarray(8, 24))).toBe("0".repeat(32));
  });

  it("to one host goes by the resolver, or straight to a link without link addresses", () => {
    const link = new FakeLink();
    const output = new ControlSender(link);
    output.resolver = new FakeResolver({ link, everybody: "02:00:00:00:00:09" });
    output.send(message(output, 136), ip("fe80::2"), ip("fe80::9"), discovery, null, 0);
    expect(link.take()[0]!.to).toBe("02:00:00:00:00:09");
    const bare = new FakeLink({ mac: null });
    const bareOutput = new ControlSender(bare);
    expect(bareOutput.send(message(bareOutput, 136), ip("fe80::2"), ip("fe80::9"), discovery, null, 0)).toBe(
      Verdict.Handled,
    );
    expect(bare.take().length).toBe(1);
  });

  it("is never fragmented (RFC 6980)", () => {
    const link = new FakeLink({ mtu: 1280 });
    const output = new ControlSender(link);
    const fits = output.scratch(1240);
    expect(output.send(fits, ip("fe80::2"), ip("ff02::1"), discovery, null, 0)).toBe(Verdict.Handled);
    for (const [octets, how] of [
      [1241, discovery],
      [1233, report],
    ] as const) {
      const packet = output.scratch(octets);
      expect(output.send(packet, ip("fe80::2"), ip("ff02::1"), how, null, 0)).toBe(Verdict.TooBig);
    }
    expect(link.take().length).toBe(1);
  });

  it("is built in one packet, that is used again and has room for everything in front", () => {
    const output = new ControlSender(new FakeLink({ headroom: 30 }));
    const packet = output.scratch(100);
    expect([packet.start, packet.length]).toEqual([30 + 40 + 8, 100]);
    expect(output.scratch(20)).toBe(packet);
  });

  it("may be anybody's packet, which is only borrowed", () => {
    const link = new FakeLink();
    const output = new ControlSender(link);
    const packet = Packet.allocate(100 + 24);
    packet.bytes.set(pattern(24), 100);
    packet.view.setUint16(102, 0);
    packet.reset(100, 124);
    packet.payload = 124;
    const lent = lend(packet);
    output.send(lent, ip("fe80::2"), ip("ff02::1"), report, null, 0);
    reclaim(lent, packet, "down");
    expect(link.take().length).toBe(1);
  });
});
